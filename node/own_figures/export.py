"""Our own figures for a spreadsheet: every row carries its error bar and what protects people in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from directory.exports.tables import BYTE_ORDER_MARK, safe_cell
from node.own_figures.trend import Line, Point

COLUMNS = (
    "indicator",
    "indicator_version",
    "name",
    "period_start",
    "period_end",
    "protected_by",
    "kind",
    "part",
    "value",
    "low",
    "high",
    "error_bar_95",
    "of_how_many",
    "starts_a_break",
    "example_data",
    "guarantee",
)


def own_figures_csv(told: Iterable[Line]) -> str:
    """All of them, safe to open in a spreadsheet; what is hidden has an empty value."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    for line in told:
        for point, is_break in zip(line.points, line.breaks, strict=True):
            for row in _rows(point, is_break):
                writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _rows(point: Point, is_break: bool) -> Iterable[Sequence[Any]]:
    definition = point.definition
    head = (definition.code, definition.version, definition.nl, point.start, point.end, point.way, point.kind)
    tail = (point.group, int(is_break), int(point.is_example), point.guarantee)
    yield *head, "", point.value, point.low, point.high, point.bar, *tail
    for band, value in point.parts.items():
        yield *head, band, value, None, None, None, None, *tail[1:]
