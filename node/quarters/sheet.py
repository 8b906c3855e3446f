"""One quarter as a sheet: all that this village counts, with what is kept, proposed and odd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from node.communities.models import find_community
from node.gatherings.attendance import counted_between
from node.indicators.service import countable
from node.outcomes.figure_table import told_over
from node.outcomes.models import Measurement
from node.outcomes.periods import Period, Quarter, past_quarters, read_period, year_of
from node.quarters.hints import hints
from node.quarters.kept import Kept, kept_in
from node.quarters.proposals import Proposal, propose
from node.quarters.words import Line, Word
from node.quarters.year import over_quarters
from schemas.errors import InvalidInput, NotFound
from schemas.indicators import Indicator
from schemas.messages import Message
from schemas.yearly_indicators import YEARLY


@dataclass(frozen=True)
class Figure:
    """One line of the sheet."""

    line: Line
    kept: Kept
    before: Word | None
    """The same figure one period before."""
    proposal: Proposal | None
    hints: list[Message] = field(default_factory=list)
    is_told: bool = True
    """Whether the board chose it for the table of what the village tells; the rest one may count too."""

    @property
    def indicator(self) -> Indicator:
        """What is counted."""
        return self.line.indicator

    @property
    def period(self) -> Period:
        """Over which quarter or year."""
        return self.line.period

    @property
    def key(self) -> str:
        """Its name in forms and addresses of the page."""
        return re.sub(r"[^a-z0-9]+", "-", self.indicator.code.lower()).strip("-")

    @property
    def is_yearly(self) -> bool:
        """True for what is counted once a year, on the sheet of the last quarter."""
        return self.indicator.counted == "year"

    @property
    def fill(self) -> int | None:
        """What stands in the field beforehand: a proposal that is not kept yet."""
        proposed = self.proposal if self.kept.word.is_open else None
        return proposed.value if proposed and proposed.fills else None

    @property
    def fill_denominator(self) -> int | None:
        """The public number of the time before, which seldom changes."""
        return self.before.denominator if self.before and self.kept.word.is_open else None

    @property
    def stage(self) -> str:
        """How far it is: ``open``, ``counted``, ``not_counted``, ``asked`` (the board) or ``released``."""
        if self.kept.is_released:
            return "released"
        return "asked" if self.kept.measurement else self.kept.word.state


@dataclass(frozen=True)
class Sheet:
    """All figures of one quarter."""

    quarter: Quarter
    figures: list[Figure]

    def staged(self, *stages: str) -> list[Figure]:
        """The figures that are so far."""
        return [figure for figure in self.figures if figure.stage in stages]

    def to_fill_in(self) -> list[Figure]:
        """What the village tells and nobody said anything about yet."""
        return [figure for figure in self.staged("open") if figure.is_told]

    def figure(self, key: str) -> Figure:
        """One of them by its name in forms. Raises NotFound."""
        found = next((each for each in self.figures if each.key == key), None)
        if found is None:
            raise NotFound(cause=f"figure {key[:80]} of {self.quarter}")
        return found


def read_quarter(text: str, today: date) -> Quarter:
    """The quarter of an address. Raises NotFound for one that is none, or is not over."""
    try:
        period = read_period(text, today, "quarter")
    except InvalidInput as error:
        raise NotFound(cause=f"quarter {text[:20]}: {error.fields}") from None
    if not isinstance(period, Quarter):
        raise NotFound(cause=f"{text[:20]} is no quarter")
    return period


def sheet_of(session: Session, quarter: Quarter, *, with_hints: bool = True) -> Sheet:
    """The sheet of a quarter; ``with_hints`` looks at every number beside what is known."""
    figures: list[Figure] = []
    for period, indicators in asked_in(session, quarter):
        here, past = kept_in(session, period), kept_in(session, _before(period))
        found = counted_between(session, period.start, period.end)
        attendance = {each.indicator: each for each in found}
        quarters = {} if isinstance(period, Quarter) else over_quarters(session, quarter.year)
        told = {each.code for each in told_over(session, period)}
        for indicator in indicators:
            key = (indicator.code, indicator.version)
            kept, earlier = here.get(key, Kept()), past.get(key)
            before = earlier.word if earlier and earlier.word.is_counted else None
            proposal = propose(indicator, before, attendance, quarters.get(indicator.numerator))
            line = Line(indicator, period)
            figures.append(Figure(line, kept, before, proposal, is_told=indicator.code in told))
    return Sheet(quarter, [_looked_at(session, each, figures) if with_hints else each for each in figures])


def asked_in(session: Session, quarter: Quarter) -> Iterator[tuple[Period, list[Indicator]]]:
    """What is counted on the sheet of a quarter: the last one of a year has the yearly ones too."""
    yield quarter, countable(session)
    if quarter.number == 4:
        yield year_of(quarter.year), list(YEARLY.values())


def waiting(session: Session, today: date) -> int:
    """How many figures of the last quarter nobody said anything about; none from before we began."""
    quarter = past_quarters(today, 1)[0]
    community = find_community(session)
    if community is None or not community.is_village or community.set_up_at.date() > quarter.end:
        return 0
    return len(sheet_of(session, quarter, with_hints=False).to_fill_in())


def _before(period: Period) -> Period:
    if isinstance(period, Quarter):
        return past_quarters(period.start, 1)[0]
    return year_of(period.start.year - 1)


def _looked_at(session: Session, figure: Figure, all_of_them: list[Figure]) -> Figure:
    """The figure with what is odd about its number; released ones are past looking at."""
    if figure.stage not in ("counted", "asked"):
        return figure
    typed = _as_measured(figure)
    beside = {
        each.indicator.code: each.kept.word.value
        for each in all_of_them
        if each.kept.word.value is not None and each.period == figure.period
    }
    found = hints(session, typed, beside)
    return replace(figure, hints=found)


def _as_measured(figure: Figure) -> Measurement:
    """The number as the board would get it; it is not stored."""
    return Measurement(
        indicator=figure.indicator.code,
        indicator_version=figure.indicator.version,
        period_start=figure.period.start,
        period_end=figure.period.end,
        raw_value=figure.kept.word.value,
        denominator=figure.kept.word.denominator,
        edition=1,
    )
