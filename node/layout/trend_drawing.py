"""A trend as a drawing: a mark for each period with what it lies between, joined where they compare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 400
LEFT, RIGHT, TOP, BOTTOM = 10.0, 390.0, 24.0, 196.0


@dataclass(frozen=True)
class Point:
    """One period; a hidden one has no value."""

    start: date
    value: float | None
    low: float | None
    high: float | None
    is_break: bool
    """It does not compare with the one before."""
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """One period in the drawing; a hidden one has a place and no height."""

    x: float
    y: float | None
    low_y: float
    high_y: float
    start: date
    label: str
    line: tuple[float, float] | None
    """Where the line from the mark before begins."""
    break_x: float | None
    """Where numbers stop being comparable."""


@dataclass(frozen=True)
class Scale:
    """From the lowest value, at the bottom, to the highest."""

    lowest: float
    highest: float
    bottom: float = BOTTOM

    def place(self, value: float) -> float:
        """The height of a value; what is beyond an end is drawn at that end."""
        above = min(max(value, self.lowest), self.highest) - self.lowest
        return round(self.bottom - (self.bottom - TOP) * above / (self.highest - self.lowest), 1)


def draw_marks(points: Sequence[Point], scale: Scale) -> list[Mark]:
    """A mark for each point, oldest first, with a line to the one before unless a break is between them."""
    step = (RIGHT - LEFT) / max(1, len(points))
    marks: list[Mark] = []
    for at, point in enumerate(points):
        x = round(LEFT + (at + 0.5) * step, 1)
        before = None if point.is_break or not marks else marks[-1]
        break_x = round(x - step / 2, 1) if point.is_break and at else None
        marks.append(_mark(point, scale, x, before, break_x))
    return marks


def nice(highest: float) -> float:
    """The round number at or above this one: 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= highest * (1 - 1e-9))


def _mark(point: Point, scale: Scale, x: float, before: Mark | None, break_x: float | None) -> Mark:
    if point.value is None or point.low is None or point.high is None:
        return Mark(x, None, 0, 0, point.start, point.label, None, break_x)
    y, low_y, high_y = (scale.place(each) for each in (point.value, point.low, point.high))
    line = None if before is None or before.y is None else (before.x, before.y)
    return Mark(x, y, low_y, high_y, point.start, point.label, line, break_x)
