"""Results as drawings: shares with their error bars, and a trend that breaks where the asking changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from node.layout.trend_drawing import LEFT, RIGHT, Mark, Point, Scale, draw_marks
from node.survey_results.trend import TrendPoint

ROW = 50
HEIGHT, BOTTOM = 220, 184.0
MOST_POINTS = 10


@dataclass(frozen=True)
class Bar:
    """One share of a hundred: its bar, and where the error bar ends."""

    label: str
    value: int
    y: int
    width: float
    low_x: float
    high_x: float


def draw_bars(rows: Iterable[tuple[str, int, int]]) -> list[Bar]:
    """A bar for each label with its per cent and margin."""

    def place(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max(value, 0), 100) / 100, 1)

    return [
        Bar(
            label,
            value,
            ROW * at + 26,
            round(place(value) - LEFT, 1),
            place(value - margin),
            place(value + margin),
        )
        for at, (label, value, margin) in enumerate(rows)
    ]


def draw_trend(points: Sequence[TrendPoint], lowest: float, highest: float) -> list[Mark]:
    """The last surveys that told something, on the whole scale: a small change is drawn small."""
    drawn = [_point(each) for each in points[-MOST_POINTS:]]
    marks = draw_marks(drawn, Scale(lowest, highest, BOTTOM))
    return [mark for mark in marks if mark.y is not None]


def _point(point: TrendPoint) -> Point:
    if point.value is None or point.margin is None:
        return Point(point.on, None, None, None, point.is_break)
    low, high = point.value - point.margin, point.value + point.margin
    return Point(point.on, point.value, low, high, point.is_break)
