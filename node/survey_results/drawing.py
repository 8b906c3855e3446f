"""Results as drawings: shares with their error bars, and a trend that breaks where the asking changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from node.survey_results.trend import TrendPoint

WIDTH, ROW = 400, 50
HEIGHT = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 390.0, 24.0, 184.0
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


@dataclass(frozen=True)
class Mark:
    """One survey in the trend; no line leads to it from before a break."""

    x: float
    y: float
    low_y: float
    high_y: float
    on: date
    line: tuple[float, float] | None
    break_x: float | None


def draw_bars(rows: Iterable[tuple[str, int, int]]) -> list[Bar]:
    """A bar for each label with its per cent and margin."""

    def place(value: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * min(max(value, 0), 100) / 100, 1)

    return [
        Bar(
            label,
            value,
            ROW * at + 26,
            round(place(value) - _LEFT, 1),
            place(value - margin),
            place(value + margin),
        )
        for at, (label, value, margin) in enumerate(rows)
    ]


def draw_trend(points: Sequence[TrendPoint], lowest: float, highest: float) -> list[Mark]:
    """The last surveys that told something, on the whole scale: a small change is drawn small."""
    shown = points[-MOST_POINTS:]
    step = (_RIGHT - _LEFT) / max(1, len(shown))

    def place(value: float) -> float:
        part = (min(max(value, lowest), highest) - lowest) / (highest - lowest)
        return round(_BOTTOM - (_BOTTOM - _TOP) * part, 1)

    marks: list[Mark] = []
    before: Mark | None = None
    for at, point in enumerate(shown):
        x = round(_LEFT + (at + 0.5) * step, 1)
        break_x = round(x - step / 2, 1) if point.is_break and at else None
        if point.is_break or point.value is None:
            before = None
        if point.value is None or point.margin is None:
            continue
        y, low_y, high_y = (place(point.value + part * point.margin) for part in (0, -1, 1))
        line = (before.x, before.y) if before else None
        before = Mark(x, y, low_y, high_y, point.on, line, break_x)
        marks.append(before)
    return marks
