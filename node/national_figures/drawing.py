"""National figures as drawings: a trend with its error bars and breaks, and groups on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT = 400, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 390.0, 24.0, 196.0
_ROW = 46
MOST_POINTS = 16
"""More periods than this are read better in the table."""


@dataclass(frozen=True)
class TrendMark:
    """One period in the drawing; the line to the one before is missing where the definition changed."""

    x: float
    y: float
    low_y: float
    high_y: float
    start: date
    line: tuple[float, float] | None
    """Where the line from the mark before begins."""
    break_x: float | None
    """Where a break in the definition is drawn."""


@dataclass(frozen=True)
class Trend:
    """The marks on one scale from zero."""

    marks: list[TrendMark]
    highest: float


@dataclass(frozen=True)
class RangeRow:
    """A group as a row: the range in which the mean of one community lies."""

    code: str
    y: int
    low_x: float
    value_x: float
    high_x: float


@dataclass(frozen=True)
class Ranges:
    """The rows on one scale from zero."""

    rows: list[RangeRow]
    height: int
    highest: float


def draw_trend(points: Sequence[dict[str, Any]], part: str = "mean") -> Trend:
    """The last periods of which there is a mean (or a rate); it is never drawn below zero."""
    shown = [point for point in points if point[part]][-MOST_POINTS:]
    highest = nice(max((_high(point[part]) for point in shown), default=1.0))
    step = (_RIGHT - _LEFT) / max(1, len(shown))
    marks: list[TrendMark] = []
    for at, point in enumerate(shown):
        mark = _mark(point, point[part], _LEFT + (at + 0.5) * step, highest)
        before = marks[-1] if marks else None
        is_new = before is None or point["indicatorVersion"] != shown[at - 1]["indicatorVersion"]
        line = None if before is None or is_new else (before.x, before.y)
        break_x = round(mark.x - step / 2, 1) if before is not None and is_new else None
        marks.append(TrendMark(mark.x, mark.y, mark.low_y, mark.high_y, mark.start, line, break_x))
    return Trend(marks, highest)


def draw_ranges(groups: Sequence[dict[str, Any]], part: str = "mean") -> Ranges:
    """The groups of which enough told, in their own order, never by height."""
    shown = [group for group in groups if group[part]]
    highest = nice(max((_high(group[part]) for group in shown), default=1.0))

    def place(value: float) -> float:
        return round(10 + 380 * min(max(value, 0), highest) / highest, 1)

    rows = []
    for at, group in enumerate(shown):
        value, bar = group[part]["value"], group[part]["errorBar"]
        rows.append(
            RangeRow(group["code"], _ROW * at + 34, place(value - bar), place(value), place(value + bar))
        )
    return Ranges(rows, _ROW * len(rows) + 22, highest)


def nice(highest: float) -> float:
    """The round number at or above this one: 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= highest * (1 - 1e-9))


def _mark(point: dict[str, Any], mean: dict[str, float], x: float, highest: float) -> TrendMark:
    def place(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(max(value, 0), highest) / highest, 1)

    value, bar = mean["value"], mean["errorBar"]
    start = date.fromisoformat(point["period"]["start"])
    return TrendMark(round(x, 1), place(value), place(value - bar), place(value + bar), start, None, None)


def _high(mean: dict[str, float]) -> float:
    return mean["value"] + mean["errorBar"]
