"""A figure of ours as a drawing: its periods with what they lie between, and where they do not compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from node.national_figures.drawing import nice
from node.own_figures.trend import Line

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
    start: date
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
        ends_at = [
            None if each is None else _place(each, highest) for each in (point.value, point.low, point.high)
        ]
        before = marks[-1] if marks else None
        joins = before is not None and before.y is not None and ends_at[0] is not None and not is_break
        line_from = (before.x, before.y) if joins and before and before.y is not None else None
        break_x = round(x - step / 2, 1) if is_break and at else None
        marks.append(Mark(x, ends_at[0], ends_at[1] or 0, ends_at[2] or 0, point.start, line_from, break_x))
    return Drawing(marks, highest, _middle(middle, highest))


def _middle(middle: tuple[float, float] | None, highest: float) -> tuple[float, float] | None:
    return None if middle is None else (_place(middle[1], highest), _place(middle[0], highest))


def _place(value: float, highest: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * min(max(value, 0), highest) / highest, 1)
