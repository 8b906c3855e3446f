"""Where the bars of a business case stand: ranges beside one another on one scale of euros."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from node.business_case.calculation import Range, Swing

WIDTH, ROW, LEFT, RIGHT = 400, 44, 10, 390
MOST_SWINGS = 8


@dataclass(frozen=True)
class Bar:
    """One row: its name, and where the range and its likely value stand."""

    label: str
    y: int
    left: float
    right: float
    likely: float


@dataclass(frozen=True)
class Drawing:
    """The bars, and where nothing is lost or won."""

    bars: list[Bar]
    zero: float
    height: int
    width: int = WIDTH


def draw_ranges(rows: Iterable[tuple[str, Range]]) -> Drawing:
    """A bar for each named range."""
    named = list(rows)
    ends = [end for _label, each in named for end in (each.low, each.high)]
    place = _scale(ends)
    bars = [
        Bar(label, _y(at), place(each.low), place(each.high), place(each.likely))
        for at, (label, each) in enumerate(named)
    ]
    return Drawing(bars, place(0), _y(len(bars)))


def draw_swings(swings: Sequence[Swing], likely: float, words: dict[str, str]) -> Drawing:
    """What matters most: a bar from the outcome at the lowest to that at the highest value."""
    shown = [
        (f"{each.label}: {words[each.part]}", Range(*sorted((each.at_low, likely, each.at_high))))
        for each in swings[:MOST_SWINGS]
    ]
    return draw_ranges(shown)


def _scale(ends: Sequence[float]) -> Callable[[float], float]:
    low, high = min([0.0, *ends]), max([0.0, *ends])
    width = (high - low) or 1.0

    def place(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (value - low) / width, 1)

    return place


def _y(at: int) -> int:
    return ROW * at + 30
