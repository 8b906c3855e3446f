"""A figure of ours as a drawing: its periods with what they lie between, and where they do not compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from node.national_figures.drawing import nice
from node.own_figures.trend import Line, Point

WIDTH, HEIGHT = 400, 230
MOST_POINTS = 12
"""More periods than this are read better in the table."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 390.0, 24.0, 196.0


@dataclass(frozen=True)
class Mark:
    """One period; a hidden one has a place and no height."""

    x: float
    y: float | None
    low_y: float
    high_y: float
    label: str
    line: tuple[float, float] | None
    """Where the line from the mark before begins."""
    break_x: float | None
    """Where numbers stop being comparable."""


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
    step = (_RIGHT - _LEFT) / max(1, len(points))
    marks: list[Mark] = []
    for at, (point, is_break) in enumerate(zip(points, breaks, strict=True)):
        x = round(_LEFT + (at + 0.5) * step, 1)
        before = None if is_break or not marks else marks[-1]
        break_x = round(x - step / 2, 1) if is_break and at else None
        marks.append(_mark(point, x, highest, before, break_x))
    return Drawing(marks, highest, _middle(middle, highest))


def _mark(point: Point, x: float, highest: float, before: Mark | None, break_x: float | None) -> Mark:
    if point.value is None or point.low is None or point.high is None:
        return Mark(x, None, 0, 0, label(point.start, point.end), None, break_x)
    y, low_y, high_y = (_place(each, highest) for each in (point.value, point.low, point.high))
    line = None if before is None or before.y is None else (before.x, before.y)
    return Mark(x, y, low_y, high_y, label(point.start, point.end), line, break_x)


def label(start: date, end: date) -> str:
    """A period as it stands under a drawing: 2026-3 for a quarter, 2026 for anything else."""
    is_quarter = start.day == 1 and start.month % 3 == 1 and 85 <= (end - start).days <= 95
    return f"{start.year}-{(start.month + 2) // 3}" if is_quarter else str(end.year)


def _middle(middle: tuple[float, float] | None, highest: float) -> tuple[float, float] | None:
    return None if middle is None else (_place(middle[1], highest), _place(middle[0], highest))


def _place(value: float, highest: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * min(max(value, 0), highest) / highest, 1)
