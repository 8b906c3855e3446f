"""A figure of ours as a drawing: its periods with what they lie between, and where they do not compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from node.layout.trend_drawing import Mark, Point, Scale, draw_marks, nice
from node.own_figures.trend import Line
from node.own_figures.trend import Point as Period

HEIGHT = 230
MOST_POINTS = 12
"""More periods than this are read better in the table."""


@dataclass(frozen=True)
class Drawing:
    """The marks on one scale from zero, and the middle half of communities like ours where it is known."""

    marks: list[Mark]
    highest: float
    range_y: tuple[float, float] | None = None


def draw(line: Line, middle: tuple[float, float] | None = None) -> Drawing:
    """The last periods, oldest first."""
    points, breaks = line.points[-MOST_POINTS:], line.breaks[-MOST_POINTS:]
    ends = [each.high for each in points if each.high is not None]
    highest = nice(max([*ends, *(middle or ())], default=1.0))
    drawn = [_point(point, is_break) for point, is_break in zip(points, breaks, strict=True)]
    scale = Scale(0, highest)
    range_y = None if middle is None else (scale.place(middle[1]), scale.place(middle[0]))
    return Drawing(draw_marks(drawn, scale), highest, range_y)


def label(start: date, end: date) -> str:
    """A period as it stands under a drawing: 2026-3 for a quarter, 2026 for anything else."""
    is_quarter = start.day == 1 and start.month % 3 == 1 and 85 <= (end - start).days <= 95
    return f"{start.year}-{(start.month + 2) // 3}" if is_quarter else str(end.year)


def _point(point: Period, is_break: bool) -> Point:
    name = label(point.start, point.end)
    return Point(point.start, point.value, point.low, point.high, is_break, name)
