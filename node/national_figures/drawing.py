"""National figures as drawings: a trend with its error bars and breaks, and groups on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from node.layout.trend_drawing import Mark, Point, Scale, draw_marks, nice

HEIGHT = 230
_ROW = 46
MOST_POINTS = 16
"""More periods than this are read better in the table."""


@dataclass(frozen=True)
class Trend:
    """The marks on one scale from zero."""

    marks: list[Mark]
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
    versions = [point["indicatorVersion"] for point in shown]
    drawn = [
        _point(point, point[part], is_break=at == 0 or versions[at] != versions[at - 1])
        for at, point in enumerate(shown)
    ]
    return Trend(draw_marks(drawn, Scale(0, highest)), highest)


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


def _point(point: dict[str, Any], mean: dict[str, float], *, is_break: bool) -> Point:
    value, bar = mean["value"], mean["errorBar"]
    return Point(date.fromisoformat(point["period"]["start"]), value, value - bar, value + bar, is_break)


def _high(mean: dict[str, float]) -> float:
    return mean["value"] + mean["errorBar"]
