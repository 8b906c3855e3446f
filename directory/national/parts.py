"""What national figures are made of: communities with a node, and the figures that they released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from schemas.indicators import NATIONAL_PREFIX
from schemas.survey_indicators import CATALOGUE


@dataclass(frozen=True)
class Community:
    """A community with a node of its own, so one that could release figures."""

    uri: str
    provinces: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    members_band: str | None = None
    founded_on: int | None = None
    since: date | None = None
    """Since when it has its node; None when that is not known."""
    closed_on: date | None = None
    is_example: bool = False

    def could_tell(self, start: date, end: date) -> bool:
        """Whether a figure over this period may be expected of it: it had a node and had not ended."""
        is_there = self.since is None or self.since <= end
        return is_there and (self.closed_on is None or self.closed_on >= start)


@dataclass(frozen=True)
class Released:
    """One figure of one community over one period: a value with noise, never a true one."""

    uri: str
    owner_uri: str
    indicator: str
    version: int
    start: date
    end: date
    value: int
    epsilon: float
    sensitivity: int
    published_at: datetime
    is_example: bool = False
    denominator: int | None = None
    """The public number it is read beside, when one came along."""

    @property
    def cost(self) -> tuple[float, int]:
        """What its noise depends on."""
        return self.epsilon, self.sensitivity


@dataclass(frozen=True)
class Asked:
    """Which figure: one indicator by one definition over one period."""

    indicator: str
    version: int
    start: date
    end: date


@dataclass(frozen=True)
class Gathered:
    """All that is known: communities by address, and the figure of each for what can be asked."""

    communities: dict[str, Community]
    figures: dict[Asked, dict[str, Released]]
    first_told: dict[tuple[Asked, str], datetime]
    """When a community first released this figure; a correction comes later and changes nothing here."""
    is_example: bool


def gather(communities: Iterable[Community], figures: Iterable[Released]) -> Gathered:
    """Put them in order: of several releases of the same figure the last counts.

    Example data counts only where there is nothing else, so that it never adds to what is real. Who
    released figures but is not in the guide counts as a community of which no more is known. A village's own
    indicators are left out: nobody else counts them.
    """
    told = [each for each in figures if each.indicator.startswith(NATIONAL_PREFIX)]
    is_example = bool(told) and all(each.is_example for each in told)
    told = [each for each in told if each.is_example == is_example]
    known = {each.uri: each for each in communities if each.is_example == is_example}
    first: dict[tuple[Asked, str], datetime] = {}
    ordered: dict[Asked, dict[str, Released]] = {}
    for each in sorted(told, key=lambda figure: (figure.published_at, figure.uri)):
        asked = what_is_asked(each)
        ordered.setdefault(asked, {})[each.owner_uri] = each
        first.setdefault((asked, each.owner_uri), each.published_at)
        known.setdefault(each.owner_uri, Community(each.owner_uri))
    return Gathered(known, ordered, first, is_example)


def is_about_answers(code: str) -> bool:
    """Whether only a share or a mean of it makes sense: a sum of answers says how many were asked."""
    definition = CATALOGUE.get(code)
    return definition is not None and definition.takes_denominator == "required"


def what_is_asked(figure: Released) -> Asked:
    """Under what a figure counts: its period; for a survey, which has days of its own, the year."""
    if is_about_answers(figure.indicator):
        year = figure.end.year
        return Asked(figure.indicator, figure.version, date(year, 1, 1), date(year, 12, 31))
    return Asked(figure.indicator, figure.version, figure.start, figure.end)


def expected(gathered: Gathered, asked: Asked) -> list[Community]:
    """The communities of which this figure may be expected, and those that released it anyway."""
    told = gathered.figures.get(asked, {})
    return [
        each
        for each in gathered.communities.values()
        if each.uri in told or each.could_tell(asked.start, asked.end)
    ]
