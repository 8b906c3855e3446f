"""How the movement grows: by the year in which initiatives began, by theme, by what is copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, extract, func, select, text
from sqlalchemy.orm import Session

from directory.national.estimating import reported_sum
from directory.national.guarantee import upwards
from directory.national.parts import Asked, Released, is_about_answers
from directory.national.replica_parts import gather_from_replica
from directory.replica.entries import Entry
from directory.replica.templates import KnownTemplate
from directory.search.documents import SearchFacet
from federation.database import now
from node.coordination.invented import counted

FIRST_YEAR = 2005
MOST_FORMATS = 10
CHART_WIDTH, CHART_HEIGHT = 640.0, 160.0


@dataclass(frozen=True)
class Year:
    """How many initiatives began and ended in a year, and how many there were by its end."""

    year: int
    began: int
    ended: int
    total: int


@dataclass(frozen=True)
class Growth:
    """The years, and how many initiatives cannot be among them."""

    years: list[Year]
    without_year: int
    """Who tells no year of beginning, and did not end."""

    @property
    def now(self) -> int:
        """How many there are now of which we know when they began."""
        return self.years[-1].total if self.years else 0


@dataclass(frozen=True)
class Bar:
    """A year in the drawing."""

    x: float
    y: float
    width: float
    height: float
    year: Year


@dataclass(frozen=True)
class Totals:
    """What was counted together, and whether it is invented."""

    listed: list[Total]
    is_example: bool


@dataclass(frozen=True)
class Total:
    """One indicator in one period over all villages that released it; ± at 95 %."""

    indicator: str
    period_start: date
    value: int
    error_bar: int
    villages: int


def by_year(session: Session) -> Growth:
    """From `FIRST_YEAR`, which stands for all years before it too."""
    began: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    without_year = 0
    for first, last, count in session.execute(_lives(session)):
        if first is None:
            without_year += count if last is None else 0
            continue
        began[max(first, FIRST_YEAR)] += count
        if last is not None:
            ended[max(int(last), first, FIRST_YEAR)] += count  # PostgreSQL gives a decimal
    return Growth(_years(began, ended), without_year)


def draw(years: Sequence[Year]) -> list[Bar]:
    """The totals as bars side by side."""
    highest = max((year.total for year in years), default=0) or 1
    step = CHART_WIDTH / max(1, len(years))
    return [
        Bar(
            x=round(at * step + step * 0.1, 1),
            y=round(CHART_HEIGHT * (1 - year.total / highest), 1),
            width=round(step * 0.8, 1),
            height=round(CHART_HEIGHT * year.total / highest, 1),
            year=year,
        )
        for at, year in enumerate(years)
    ]


def themes(session: Session) -> list[tuple[str, int]]:
    """How many initiatives have each theme, the most frequent first."""
    count = func.count()
    query = (
        select(SearchFacet.code, count)
        .join(Entry, Entry.document_id == SearchFacet.document_id)
        .where(SearchFacet.name == "theme", counted(session))
        .group_by(SearchFacet.code)
        .order_by(count.desc(), SearchFacet.code)
    )
    return [(code, amount) for code, amount in session.execute(query)]


def adoption(session: Session) -> list[tuple[KnownTemplate, int]]:
    """The formats that are copied most, with how many copies are out."""
    copies = (
        select(KnownTemplate.copied_from_uri.label("uri"), func.count().label("copies"))
        .where(KnownTemplate.withdrawn_at.is_(None), KnownTemplate.copied_from_uri.is_not(None))
        .group_by(KnownTemplate.copied_from_uri)
        .subquery("copies")
    )
    query = (
        select(KnownTemplate, copies.c.copies)
        .join(copies, copies.c.uri == KnownTemplate.uri)
        .where(KnownTemplate.withdrawn_at.is_(None))
        .order_by(copies.c.copies.desc(), KnownTemplate.name, KnownTemplate.uri)
        .limit(MOST_FORMATS)
    )
    return [(template, amount) for template, amount in session.execute(query)]


def totals(session: Session) -> Totals:
    """What was released over all villages, newest period first; see `directory.national`.

    Answers of surveys are left out: their sum says how many were asked.
    """
    gathered = gather_from_replica(session)
    sums = [asked for asked in gathered.figures if not is_about_answers(asked.indicator)]
    ordered = sorted(sums, key=lambda asked: (asked.start, asked.indicator, asked.version), reverse=True)
    return Totals([_total(asked, gathered.figures[asked]) for asked in ordered], gathered.is_example)


def _lives(session: Session) -> Select[int | None, int | None, int]:
    """In which year initiatives began and ended, and how many have both in common."""
    is_over = Entry.closed_on <= now().date()
    ended = case((is_over, extract("year", Entry.closed_on))).label("ended")
    lives = select(Entry.founded_on, ended, func.count()).where(counted(session))
    return lives.group_by(Entry.founded_on, text("ended"))


def _years(began: Counter[int], ended: Counter[int]) -> list[Year]:
    years, total = [], 0
    for year in range(min(began), max([*began, *ended]) + 1) if began else ():
        total += began[year] - ended[year]
        years.append(Year(year, began[year], ended[year], total))
    return years


def _total(asked: Asked, told: Mapping[str, Released]) -> Total:
    together = reported_sum(told.values())
    return Total(asked.indicator, asked.start, round(together.value), upwards(together.error_bar), len(told))
