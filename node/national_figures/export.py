"""National figures as a table for a spreadsheet: one row per figure, and per group of communities."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from directory.exports.tables import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    "indicator",
    "indicator_version",
    "period_start",
    "period_end",
    "group",
    "code",
    "communities",
    "reporting",
    "reported_sum",
    "reported_error_bar_95",
    "estimated_sum",
    "estimated_error_bar_95",
    "of_which_noise",
    "of_which_non_response",
    "mean",
    "mean_error_bar_95",
    "rate",
    "rate_error_bar_95",
    "of_how_many_people",
    "example_data",
    "guarantee",
)


def figures_csv(figures: Iterable[dict[str, Any]]) -> str:
    """All of them, safe to open in a spreadsheet."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    for figure in figures:
        for row in _rows(figure):
            writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _rows(figure: dict[str, Any]) -> Iterator[Sequence[Any]]:
    period = figure["period"]
    head = (figure["indicator"], figure["indicatorVersion"], period["start"], period["end"])
    tail = (int(figure["exampleData"]), figure["guarantee"])
    reported, estimated = figure["reported"], figure["estimated"] or {}
    sums = [reported["sum"], reported["errorBar"]]
    sums += [estimated.get(name, "") for name in ("sum", "errorBar", "noise", "nonResponse")]
    counts = (figure["communities"], figure["reporting"])
    yield (
        *head,
        "all",
        "",
        *counts,
        *sums,
        *_mean(estimated.get("mean")),
        *_rate(_best(figure["rate"])),
        *tail,
    )
    for kind, groups in figure["groups"].items():
        for group in groups:
            counts = (group["communities"], group["reporting"])
            yield (
                *head,
                kind,
                group["code"],
                *counts,
                *[""] * 6,
                *_mean(group["mean"]),
                *_rate(group["rate"]),
                *tail,
            )


def _mean(mean: dict[str, float] | None) -> tuple[float | str, float | str]:
    return (mean["value"], mean["errorBar"]) if mean else ("", "")


def _best(rates: dict[str, Any] | None) -> dict[str, float] | None:
    """For all communities where that can be said, else of those that told."""
    return None if rates is None else rates["estimated"] or rates["reported"]


def _rate(rate: dict[str, float] | None) -> tuple[float | str, float | str, float | str]:
    """Per cent or points, its error bar, and of how many people."""
    return (rate["value"], rate["errorBar"], rate["people"]) if rate else ("", "", "")
