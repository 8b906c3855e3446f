"""How the movement grows: by the year in which initiatives began, by theme, by what is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.national.estimating import reported_sum
from directory.national.guarantee import upwards
from directory.national.parts import Asked, Released
from directory.national.replica_parts import gather_from_replica
from directory.replica.entries import Entry
from directory.replica.templates import KnownTemplate
from directory.search.documents import SearchDocument, SearchFacet

FIRST_YEAR = 2005
MOST_FORMATS = 10
CHART_WIDTH, CHART_HEIGHT = 640.0, 160.0


@dataclass(frozen=True)
class Year:
    """How many initiatives began in a year, and how many there were by its end."""

    year: int
    began: int
    total: int


@dataclass(frozen=True)
class Bar:
    """A year in the drawing."""

    x: float
    y: float
    width: float
    height: float
    year: Year


@dataclass(frozen=True)
class Total:
    """One indicator in one period over all villages that released it; ± at 95 %."""

    indicator: str
    period_start: date
    value: int
    error_bar: int
    villages: int


def by_year(session: Session) -> list[Year]:
    """From `FIRST_YEAR`, which stands for all years before it too. Who tells no year is left out."""
    query = select(Entry.founded_on, func.count()).where(Entry.founded_on.is_not(None))
    counts: dict[int, int] = {}
    for year, count in session.execute(query.group_by(Entry.founded_on)):
        first = max(int(year or 0), FIRST_YEAR)
        counts[first] = counts.get(first, 0) + count
    years, total = [], 0
    for year in range(min(counts), max(counts) + 1) if counts else ():
        total += counts.get(year, 0)
        years.append(Year(year, counts.get(year, 0), total))
    return years


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
        .join(SearchDocument, SearchDocument.id == SearchFacet.document_id)
        .where(SearchFacet.name == "theme", SearchDocument.kind == "entry")
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


def totals(session: Session) -> list[Total]:
    """What was released over all villages, newest period first; see `directory.national`."""
    gathered = gather_from_replica(session)
    found = sorted(gathered.figures, key=lambda asked: (asked.start, asked.indicator, asked.version))
    return [_total(asked, gathered.figures[asked]) for asked in reversed(found)]


def _total(asked: Asked, told: Mapping[str, Released]) -> Total:
    together = reported_sum(told.values())
    return Total(asked.indicator, asked.start, round(together.value), upwards(together.error_bar), len(told))
