"""How our own figures went, period after period: released ones with their noise, others rounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.national.composed_noise import error_bar
from node.outcomes.models import Measurement, OutcomeRelease
from node.own_figures.guarantee import guarantee
from node.own_figures.models import OwnFigure
from node.own_figures.service import as_presented, shown_figures
from schemas.figure_rates import rate_of
from schemas.indicators import Indicator

NOISE, ROUNDED = "noise", "rounded"


@dataclass(frozen=True)
class Point:
    """One period of one figure as everybody may read it."""

    definition: Indicator
    start: date
    end: date
    way: str
    """What protects people in it: noise or rounded."""
    kind: str
    """count, share (per cent) or mean (points)."""
    value: float | None
    low: float | None
    high: float | None
    guarantee: str
    is_example: bool
    group: int | None = None
    beside: float | None = None
    """Of a count: per cent of the group."""
    bar: float | None = None
    """± at 95 %, of noise."""
    cost: tuple[float, int] | None = None
    parts: dict[str, int | None] = field(default_factory=dict)
    correction_reason: str | None = None

    @property
    def sort(self) -> tuple[object, ...]:
        """What can stand on one line: the same definition, told in the same way."""
        return self.definition.version, self.way, self.kind


@dataclass(frozen=True)
class Line:
    """All periods of one indicator, oldest first."""

    code: str
    points: list[Point]

    @property
    def latest(self) -> Point:
        """The newest period."""
        return self.points[-1]

    @property
    def breaks(self) -> list[bool]:
        """For each point whether it cannot be compared with the one before."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return [False, *(before.sort != after.sort for before, after in pairs)]


@dataclass(frozen=True)
class Change:
    """What a released count is more than a period before; clear when noise does not explain it."""

    since: Point
    value: int
    error_bar: int

    @property
    def is_clear(self) -> bool:
        """Whether noise alone does not explain it."""
        return abs(self.value) > self.error_bar


def lines(session: Session) -> list[Line]:
    """Every figure that our village tells, by indicator."""
    points = [
        *(_released(each) for each in _last_releases(session)),
        *(_rounded(each) for each in shown_figures(session)),
    ]
    by_code: dict[str, list[Point]] = {}
    for each in sorted(points, key=lambda point: (point.end, point.start, point.definition.version)):
        by_code.setdefault(each.definition.code, []).append(each)
    return [Line(code, by_code[code]) for code in sorted(by_code, key=_national_first)]


def change(line: Line) -> Change | None:
    """Of the newest count against the period of the same length before it; None when they do not compare.

    Only of counts: in a share of answers it also matters who happened to answer; the noise does not know.
    """
    latest = line.latest
    length = latest.end - latest.start
    before = [
        each
        for each in line.points
        if each.sort == latest.sort
        and each.end < latest.start
        and abs(each.end - each.start - length) <= timedelta(days=3)
    ]
    if latest.kind != "count" or latest.cost is None or not before:
        return None
    since = before[-1]
    if latest.value is None or since.value is None or since.cost is None:
        return None
    return Change(since, round(latest.value - since.value), error_bar([latest.cost, since.cost]))


def _last_releases(session: Session) -> Iterable[OutcomeRelease]:
    """Of each figure the newest release: a correction takes the place of what it corrects."""
    query = select(OutcomeRelease).join(OutcomeRelease.measurement).order_by(Measurement.edition)
    last: dict[tuple[object, ...], OutcomeRelease] = {}
    for each in session.scalars(query):
        counted = each.measurement
        last[counted.indicator, counted.indicator_version, counted.period_start, counted.period_end] = each
    return last.values()


def _released(release: OutcomeRelease) -> Point:
    counted = release.measurement
    definition = counted.definition
    rate = rate_of(definition, release.value, release.error_bar, counted.denominator)
    common = (definition, counted.period_start, counted.period_end, NOISE)
    more = {
        "group": counted.denominator,
        "cost": (release.epsilon, release.sensitivity),
        "correction_reason": counted.correction_reason,
    }
    if rate is not None and definition.takes_denominator == "required":
        by = 100 if rate.kind == "share" else 1
        value, low, high, bar = (
            round(part * by, 1) for part in (rate.value, rate.low, rate.high, rate.error_bar)
        )
        return Point(
            *common,
            rate.kind,
            value,
            low,
            high,
            release.guarantee,
            counted.example_data,
            bar=bar,
            **more,  # type: ignore[arg-type]
        )
    low, high = (max(0, release.value + sign * release.error_bar) for sign in (-1, 1))
    beside = None if rate is None else round(100 * rate.value, 1)
    return Point(
        *common,
        "count",
        max(0, release.value),
        low,
        high,
        release.guarantee,
        counted.example_data,
        beside=beside,
        bar=release.error_bar,
        **more,  # type: ignore[arg-type]
    )


def _rounded(figure: OwnFigure) -> Point:
    counted, told = figure.measurement, as_presented(figure)
    definition = counted.definition
    return Point(
        definition,
        counted.period_start,
        counted.period_end,
        ROUNDED,
        told.kind,
        told.value,
        told.low,
        told.high,
        guarantee(definition, told),
        counted.example_data,
        group=told.group,
        beside=told.beside,
        parts=told.parts,
    )


def _national_first(code: str) -> tuple[bool, str]:
    return not code.startswith("nl:"), code
