"""Which national figure is asked for, and the figures themselves from this node's replica."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.national import report
from directory.national.estimating import FEWEST
from directory.national.parts import Asked, Gathered
from directory.national.replica_parts import gather_from_replica, known_indicators
from directory.national.striking import striking
from directory.national.trend import periods_of
from directory.replica.owners import names_of
from schemas.errors import InvalidInput, NotFound
from schemas.indicators import NATIONAL
from schemas.messages import N_


@dataclass(frozen=True)
class View:
    """One national figure with what may be chosen instead of it."""

    asked: Asked
    figure: dict[str, Any]
    points: list[dict[str, Any]]
    """The trend, oldest first."""
    indicators: list[str]
    periods: list[Asked]
    """Newest first."""
    striking: dict[str, int]
    """Figures that somebody should ask about: the village's name and what it released."""
    impossible: dict[str, int]
    """Figures that cannot be and do not count, over whatever period: the same."""


def find_view(session: Session, indicator: str, period: str) -> View | None:
    """The figure that was asked for, else the newest of which enough communities told; None without any.

    ``period`` is as `period_key` writes it. Raises InvalidInput for one of which nothing was released.
    """
    indicators = _in_order(known_indicators(session))
    if not indicators:
        return None
    if indicator and indicator not in indicators:
        raise InvalidInput(N_("Nobody released this figure. Choose one of the list."))
    gathered = gather_from_replica(session, indicator or indicators[0])
    periods = periods_of(gathered, indicator or indicators[0])[::-1]
    if not periods:
        return None
    asked = _choose(gathered, periods, period)
    points = report.points(gathered, asked.indicator)
    odd, impossible = striking(gathered.figures[asked]), gathered.impossible
    names = names_of(session, [each.owner_uri for each in (*odd, *impossible)])
    named = [{names[each.owner_uri]: each.value for each in listed} for listed in (odd, impossible)]
    return View(asked, report.figure(gathered, asked), points, indicators, periods, *named)


def find_figures(
    session: Session, indicator: str | None, start: date | None, end: date | None
) -> list[dict[str, Any]]:
    """All national figures, or those of one indicator or period."""
    return [
        report.figure(gathered, asked)
        for gathered in [gather_from_replica(session, indicator)]
        for code in sorted({each.indicator for each in gathered.figures})
        for asked in periods_of(gathered, code)
        if start in (None, asked.start) and end in (None, asked.end)
    ]


def find_trend(session: Session, indicator: str) -> list[dict[str, Any]]:
    """The trend of one indicator, oldest first. Raises NotFound when nobody released it."""
    points = report.points(gather_from_replica(session, indicator), indicator)
    if not points:
        raise NotFound(N_("Nobody released this figure. Choose one of the list."))
    return points


def whole_file(session: Session) -> dict[str, Any]:
    """Everything, as the download gives it and `omzien recompute-figures` checks it."""
    return {"figures": report.figures(gather_from_replica(session))}


def period_key(asked: Asked) -> str:
    """A period and definition as addresses write them: 2026-04-01.2026-06-30.1."""
    return f"{asked.start}.{asked.end}.{asked.version}"


def _choose(gathered: Gathered, periods: list[Asked], period: str) -> Asked:
    if period:
        found = [asked for asked in periods if period_key(asked) == period]
        if not found:
            raise InvalidInput(N_("Nothing was released over this period. Choose one of the list."))
        return found[0]
    enough = (asked for asked in periods if len(gathered.figures[asked]) >= FEWEST)
    return next(enough, periods[0])


def _in_order(codes: list[str]) -> list[str]:
    """The national set first, in its own order; what only others know after it."""
    return [code for code in NATIONAL if code in codes] + [code for code in codes if code not in NATIONAL]
