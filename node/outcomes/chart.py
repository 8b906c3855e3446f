"""Released figures as rows of one chart: each with its error bar, on one shared scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.replica.figures import ReleasedFigure

WIDTH, ROW = 400, 62
_LEFT, _RIGHT = 10, 390
MOST_ROWS = 12
"""More rows than this are read better in the table."""


@dataclass(frozen=True)
class Bar:
    """One row: who, and where value and error bar lie. A count is never drawn below zero."""

    owner: str
    value: int
    y: int
    low_x: float
    value_x: float
    high_x: float


@dataclass(frozen=True)
class Chart:
    """The figures of one indicator and period."""

    bars: list[Bar]
    height: int
    highest: int


def draw_chart(figures: Sequence[ReleasedFigure], owners: Mapping[str, str]) -> Chart:
    """Lay out at most `MOST_ROWS` figures from zero to the highest end of a bar."""
    shown = figures[:MOST_ROWS]
    highest = max([figure.value + figure.error_bar for figure in shown] + [1])
    bars = [_bar(figure, owners[figure.owner_uri], at, highest) for at, figure in enumerate(shown)]
    return Chart(bars, ROW * len(bars) + 26, highest)


def _bar(figure: ReleasedFigure, owner: str, at: int, highest: int) -> Bar:
    def place(value: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * min(max(value, 0), highest) / highest, 1)

    return Bar(
        owner=owner if len(owner) <= 34 else owner[:33] + "…",
        value=max(0, figure.value),
        y=ROW * at + 40,
        low_x=place(figure.value - figure.error_bar),
        value_x=place(figure.value),
        high_x=place(figure.value + figure.error_bar),
    )
