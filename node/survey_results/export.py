"""The table of results for a spreadsheet: what the page shows and no more, never the answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from directory.exports.tables import BYTE_ORDER_MARK, safe_cell
from node.survey_results.models import SurveyResult
from node.survey_results.words import class_word, group_word

COLUMNS = (
    "survey",
    "first_day",
    "last_day",
    "measure",
    "name",
    "group",
    "figure",
    "value",
    "error_bar_95",
    "answered",
    "unit",
    "example_data",
)


def results_csv(result: SurveyResult) -> str:
    """One row for each figure; an empty value was hidden because too few people are in it."""
    survey = result.survey
    head = (survey.title, survey.starts_on.isoformat(), survey.ends_on.isoformat())
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(result.table):
        cells = (*head, *row, int(survey.example_data))
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue()


def _rows(table: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for each in table["response"]:
        group = f"{group_word(each['age'])}, {group_word(each['sex'])}"
        yield "response", "", group, "answered", each["answered"], "", each["asked"], "people"
    for measure in table["measures"]:
        yield from _of(measure)


def _of(measure: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    named, number = (measure["code"], measure["name"]), measure["number"]
    if measure["has_mean"]:
        yield *named, "", "mean", *_told(measure["mean"]), number, "points"
    if measure["cut"]:
        yield *named, "", measure["cut"]["code"], *_told(measure["cut"]), number, "percent"
    for row in measure["classes"]:
        yield *named, "", class_word(row), *_told(row), number, "percent"
    for row in measure["groups"]:
        if measure["has_mean"]:
            yield *named, group_word(row["code"]), "mean", *_told(row["mean"]), "", "points"
        if measure["cut"]:
            cut = measure["cut"]["code"]
            yield *named, group_word(row["code"]), cut, *_told(row["cut"]), "", "percent"


def _told(told: dict[str, Any] | None) -> tuple[Any, Any]:
    return (None, None) if told is None else (told["value"], told["margin"])
