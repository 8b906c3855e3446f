"""Released figures as rows of one chart: each with its error bar, on one shared scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.outcomes.words import Told

WIDTH, ROW = 400, 62
_LEFT, _RIGHT = 10, 390
MOST_ROWS = 12
"""More rows than this are read better in the table."""


@dataclass(frozen=True)
class Bar:
    """One row: who, and where value and error bar lie. A count is never drawn below zero."""

    owner: str
    text: str
    y: int
    low_x: float
    value_x: float
    high_x: float


@dataclass(frozen=True)
class Chart:
    """The figures of one indicator and period, and what its two ends say."""

    bars: list[Bar]
    height: int
    lowest_text: str
    highest_text: str


def draw_chart(rows: Sequence[tuple[str, Told]]) -> Chart:
    """Lay out at most `MOST_ROWS` figures, from the lowest that is possible to the highest end of a bar."""
    shown = rows[:MOST_ROWS]
    lowest = min((told.floor for _owner, told in shown), default=0.0)
    top = max((told for _owner, told in shown), key=lambda told: told.high)
    scale = lowest, max(top.high, lowest + 0.01)
    bars = [_bar(owner, told, at, scale) for at, (owner, told) in enumerate(shown)]
    return Chart(bars, ROW * len(bars) + 26, f"{lowest:g}", top.high_text)


def _bar(owner: str, told: Told, at: int, scale: tuple[float, float]) -> Bar:
    lowest, highest = scale

    def place(value: float) -> float:
        part = (min(max(value, lowest), highest) - lowest) / (highest - lowest)
        return round(_LEFT + (_RIGHT - _LEFT) * part, 1)

    return Bar(
        owner=owner if len(owner) <= 34 else owner[:33] + "…",
        text=told.number_text,
        y=ROW * at + 40,
        low_x=place(told.low),
        value_x=place(told.value),
        high_x=place(told.high),
    )
