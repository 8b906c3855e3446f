"""The sums of a business case: ranges per payer, what matters most, and where the outcome probably lies.

All amounts are euros in one year. A range has a lowest, a likely and a highest value.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

DRAWS = 4000
SEED = 20_120_101
"""The same lines give the same answer on every machine and every day."""


@dataclass(frozen=True)
class Range:
    """From the lowest over the likely to the highest value."""

    low: float
    likely: float
    high: float

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        """The widest difference: our lowest with their highest, and the other way round."""
        return Range(self.low - other.high, self.likely - other.likely, self.high - other.low)

    def times(self, other: Range) -> Range:
        """The product of two ranges that are not negative."""
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def over(self, number: float) -> Range:
        """Divided over a number of residents."""
        return Range(self.low / number, self.likely / number, self.high / number)

    @property
    def is_point(self) -> bool:
        """True when it says one number."""
        return self.low == self.likely == self.high


NOTHING = Range(0, 0, 0)


@dataclass(frozen=True)
class Line:
    """So many of something at such a price, that somebody pays or saves in a year."""

    kind: str
    payer: str
    label: str
    amount: Range
    price: Range
    in_kind: bool = False
    """Given in hours or things, not in money."""

    @property
    def value(self) -> Range:
        """Euros in a year."""
        return self.amount.times(self.price)


@dataclass(frozen=True)
class Totals:
    """What somebody pays and saves."""

    payer: str
    costs: Range
    savings: Range

    @property
    def net(self) -> Range:
        """Savings less costs."""
        return self.savings - self.costs


@dataclass(frozen=True)
class Swing:
    """How the net outcome moves when one assumption alone goes from its lowest to its highest value."""

    label: str
    part: str
    """'amount' or 'price'."""
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """Euros between the two outcomes."""
        return abs(self.at_high - self.at_low)


def total(lines: Iterable[Line], payer: str = "") -> Totals:
    """All lines together, or those of one payer."""
    costs, savings = NOTHING, NOTHING
    for line in lines:
        if payer and line.payer != payer:
            continue
        if line.kind == "cost":
            costs += line.value
        else:
            savings += line.value
    return Totals(payer, costs, savings)


def by_payer(lines: Sequence[Line], payers: Iterable[str]) -> list[Totals]:
    """The totals of each payer that is named in a line."""
    named = {line.payer for line in lines}
    return [total(lines, payer) for payer in payers if payer in named]


def swings(lines: Sequence[Line]) -> list[Swing]:
    """Each assumption that is a range, the one that moves the outcome most first."""
    likely = total(lines).net.likely
    found = [
        _swing(line, part, likely)
        for line in lines
        for part in ("amount", "price")
        if not getattr(line, part).is_point
    ]
    return sorted((each for each in found if each.width), key=lambda each: -each.width)


def probable(lines: Sequence[Line], draws: int = DRAWS) -> Range:
    """Between which the net outcome lies in 8 of 10 cases, and its middle, if the assumptions are right.

    Each amount and each price is drawn from a triangle over its range, apart from all others.
    """
    chance = random.Random(SEED)  # noqa: S311  # no secret: a repeatable calculation
    nets = [_draw(lines, chance) for _draw_number in range(draws)]
    tenths = statistics.quantiles(nets, n=10, method="inclusive")
    return Range(tenths[0], tenths[4], tenths[8])


def _swing(line: Line, part: str, likely: float) -> Swing:
    varied: Range = getattr(line, part)
    base = line.value.likely
    sign = -1 if line.kind == "cost" else 1

    def outcome(value: float) -> float:
        point = Range(value, value, value)
        moved = replace(line, amount=point) if part == "amount" else replace(line, price=point)
        return likely + sign * (moved.value.likely - base)

    return Swing(line.label, part, outcome(varied.low), outcome(varied.high))


def _draw(lines: Sequence[Line], chance: random.Random) -> float:
    net = 0.0
    for line in lines:
        value = _triangle(line.amount, chance) * _triangle(line.price, chance)
        net += -value if line.kind == "cost" else value
    return net


def _triangle(each: Range, chance: random.Random) -> float:
    return each.likely if each.low == each.high else chance.triangular(each.low, each.high, each.likely)
