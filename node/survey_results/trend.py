"""One measure through the surveys of a village: only what was asked alike is joined by a line.

Scores of two instruments never stand in one trend, however alike their names (De Jong Gierveld's 6 and 11
statements, and the scale that Statistics Netherlands used before): see `refuse_unlike`. Another way of
asking (web, paper) or other classes break the line, because they shift answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from node.survey_results.models import SurveyResult
from node.survey_results.reckoning import NOT_TOLD
from node.surveys.instruments import may_be_compared
from schemas.errors import Conflict
from schemas.messages import N_


@dataclass(frozen=True)
class TrendPoint:
    """What one survey told, with its error bar, and how it compares with the one before."""

    survey_id: int
    title: str
    on: date
    mode: str
    kind: str
    """``cut`` (a share, in per cent) or ``mean``."""
    value: float | None
    margin: float | None
    is_break: bool
    """It was asked otherwise than the one before."""
    differs: bool | None
    """Whether chance alone explains the difference; None at a break, and where nothing is told."""


def trend_of(results: Sequence[SurveyResult], code: str) -> list[TrendPoint]:
    """The points of a measure, oldest first; none of a question whose answers are no numbers."""
    found = [(result, measure) for result in results if (measure := result.measure(code))]
    told = [(result, measure) for result, measure in found if measure["has_mean"] or measure["cut"]]
    told.sort(key=lambda each: (each[0].survey.ends_on, each[0].survey_id))
    points: list[TrendPoint] = []
    for at, (result, measure) in enumerate(told):
        before = told[at - 1] if at else None
        points.append(_point(result, measure, before, points[-1] if points else None))
    return points


def refuse_unlike(one: str, other: str) -> None:
    """Conflict when measures of two instruments are asked for together."""
    if not may_be_compared(one.partition(".")[0], other.partition(".")[0]):
        raise Conflict(N_("These were asked with different questions. Their numbers cannot be compared."))


def same_question(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two surveys asked a measure in the same words and classes."""
    return one["name"] == other["name"] and _classes(one) == _classes(other)


def _classes(measure: dict[str, Any]) -> list[tuple[str, float, str]]:
    return [(each["code"], each["least"], each["word"]) for each in measure["classes"]]


def _point(
    result: SurveyResult,
    measure: dict[str, Any],
    before: tuple[SurveyResult, dict[str, Any]] | None,
    last: TrendPoint | None,
) -> TrendPoint:
    kind = "cut" if measure["cut"] else "mean"
    told: dict[str, Any] = measure[kind] or NOT_TOLD
    mode, method = result.table["mode"], result.table["method"]
    is_break = before is not None and not (
        same_question(measure, before[1])
        and mode == before[0].table["mode"]
        and method == before[0].table["method"]
    )
    differs = None
    if last is not None and not is_break and told["value"] is not None and last.value is not None:
        margins = math.hypot(told["margin"] or 0, last.margin or 0)
        differs = abs(told["value"] - last.value) > margins
    survey = result.survey
    return TrendPoint(
        survey.id, survey.title, survey.ends_on, mode, kind, told["value"], told["margin"], is_break, differs
    )
