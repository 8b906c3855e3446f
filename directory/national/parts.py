"""What national figures are made of: communities with a node, and the figures that they released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from schemas.figure_rates import MOST_PEOPLE, is_possible
from schemas.indicators import NATIONAL_PREFIX
from schemas.survey_indicators import CATALOGUE

_TIMES = 3


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
    inhabitants: int | None = None
    """Of its places together; None when that is not known."""

    @property
    def most_people(self) -> int:
        """Of more no figure of it can be: its places may have grown, and it works a little around them."""
        return min(_TIMES * self.inhabitants, MOST_PEOPLE) if self.inhabitants else MOST_PEOPLE

    def could_tell(self, start: date, end: date) -> bool:
        """Whether a figure over this period may be expected of it: it had a node and had not ended."""
        is_there = self.since is None or self.since <= end
        return is_there and (self.closed_on is None or self.closed_on >= start)


@dataclass(frozen=True)
class Asked:
    """Which figure: one indicator by one definition over one period."""

    indicator: str
    version: int
    start: date
    end: date


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

    @property
    def over(self) -> Asked:
        """What it is, over its own days."""
        return Asked(self.indicator, self.version, self.start, self.end)


@dataclass(frozen=True)
class Gathered:
    """All that is known: communities by address, and the figure of each for what can be asked."""

    communities: dict[str, Community]
    figures: dict[Asked, dict[str, Released]]
    first_told: dict[tuple[Asked, str], datetime]
    """When a community first released it over its own days; a correction comes later and changes nothing."""
    is_example: bool
    impossible: list[Released]
    """What cannot be by the definition that it names, and so counts as not told."""


def gather(communities: Iterable[Community], figures: Iterable[Released]) -> Gathered:
    """Put them in order: of several releases of the same figure the last that can be counts.

    Example data counts only where there is nothing else, so that it never adds to what is real. Who
    released figures but is not in the guide counts as a community of which no more is known. A village's own
    indicators are left out: nobody else counts them.
    """
    by_uri = {each.uri: each for each in communities}
    national = [each for each in figures if each.indicator.startswith(NATIONAL_PREFIX)]
    impossible = sorted((each for each in national if not _can_be(each, by_uri)), key=_order)
    national = [each for each in national if _can_be(each, by_uri)]
    is_example = bool(national) and all(each.is_example for each in national)
    told = [each for each in national if each.is_example == is_example]
    known = {uri: each for uri, each in by_uri.items() if each.is_example == is_example}
    first: dict[tuple[Asked, str], datetime] = {}
    ordered: dict[Asked, dict[str, Released]] = {}
    for each in sorted(told, key=_order):
        ordered.setdefault(what_is_asked(each), {})[each.owner_uri] = each
        first.setdefault((each.over, each.owner_uri), each.published_at)
        known.setdefault(each.owner_uri, Community(each.owner_uri))
    return Gathered(known, ordered, first, is_example, impossible)


def _can_be(figure: Released, communities: Mapping[str, Community]) -> bool:
    """Whether it fits the definition that it names; of one that is not known here nothing can be said."""
    definition = CATALOGUE.get(figure.indicator)
    if definition is None or definition.version != figure.version:
        return True
    if figure.cost != (definition.epsilon, definition.bound):  # its noise would be another than is told
        return False
    community = communities.get(figure.owner_uri)
    most = community.most_people if community else MOST_PEOPLE
    return is_possible(definition, figure.value, figure.denominator, most)


def _order(figure: Released) -> tuple[date, datetime, str]:
    """The last counts: of two surveys in a year the later one, even when the older was corrected since."""
    survey = figure.end if is_about_answers(figure.indicator) else date.min
    return survey, figure.published_at, figure.uri


def is_about_answers(code: str) -> bool:
    """Whether only a share or a mean of it makes sense: a sum of answers says how many were asked."""
    definition = CATALOGUE.get(code)
    return definition is not None and definition.takes_denominator == "required"


def what_is_asked(figure: Released) -> Asked:
    """Under what a figure counts: its period; for a survey, which has days of its own, the year."""
    if is_about_answers(figure.indicator):
        year = figure.end.year
        return Asked(figure.indicator, figure.version, date(year, 1, 1), date(year, 12, 31))
    return figure.over


def expected(gathered: Gathered, asked: Asked) -> list[Community]:
    """The communities of which this figure may be expected, and those that released it anyway."""
    told = gathered.figures.get(asked, {})
    return [
        each
        for each in gathered.communities.values()
        if each.uri in told or each.could_tell(asked.start, asked.end)
    ]
