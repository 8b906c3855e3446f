"""Results as the page shows them: by instrument, with drawing, references and trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from node.layout.trend_drawing import Mark
from node.survey_results.drawing import Bar, draw_bars, draw_trend
from node.survey_results.models import SurveyResult
from node.survey_results.references import Reference, references_for
from node.survey_results.service import list_results
from node.survey_results.trend import TrendPoint, trend_of
from node.survey_results.words import class_word
from node.surveys.questions import asked_in


@dataclass(frozen=True)
class Shown:
    """One measure with all that stands beside it."""

    told: dict[str, Any]
    bars: list[Bar]
    references: list[Reference]
    points: list[TrendPoint]
    marks: list[Mark]

    @property
    def code(self) -> str:
        """Usable as an id on a page."""
        return str(self.told["code"]).replace(".", "-")

    @property
    def trend_ends(self) -> tuple[int, int]:
        """The ends of the scale of the trend."""
        return _ends(self.told)

    @property
    def groups(self) -> dict[str, list[dict[str, Any]]]:
        """By kind the groups; only where there is something to tell of them."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.told["groups"]:
            found.setdefault(row["kind"], []).append(row)
        return {kind: rows for kind, rows in found.items() if any(row["mean"] or row["cut"] for row in rows)}


@dataclass(frozen=True)
class Part:
    """The measures of one instrument."""

    code: str
    name: str
    measures: list[Shown] = field(default_factory=list)


def parts_of(session: Session, result: SurveyResult) -> list[Part]:
    """What a survey told, instrument by instrument."""
    names = {part.code: part.name for part in asked_in(session, result.survey)}
    earlier = [each for each in list_results(session) if each.survey.ends_on <= result.survey.ends_on]
    parts: dict[str, Part] = {}
    for told in result.table["measures"]:
        code = told["instrument"]
        part = parts.setdefault(code, Part(code, names.get(code, code)))
        part.measures.append(_shown(told, earlier))
    return list(parts.values())


def _shown(told: dict[str, Any], results: Sequence[SurveyResult]) -> Shown:
    rows = [
        (class_word(row), row["value"], row["margin"]) for row in told["classes"] if row["value"] is not None
    ]
    points = trend_of(results, told["code"])
    marks = draw_trend(points, *_ends(told)) if len(points) > 1 else []
    return Shown(told, draw_bars(rows), references_for(told["code"]), points, marks)


def _ends(told: dict[str, Any]) -> tuple[int, int]:
    return (0, 100) if told["cut"] else (told["lowest"], told["highest"])
