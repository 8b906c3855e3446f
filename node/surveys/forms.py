"""The form of a survey: from what was typed to what the schema reads, and back."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from node.surveys.background import AGE_BANDS, SEXES
from node.surveys.models import Survey
from node.surveys.planning import MOST_OWN

SPARE = 2
"""Empty rows for questions of the village's own."""
_PLAIN = ("title", "intro", "responsible", "access", "invited", "startsOn", "endsOn")
_CHOSEN = {"subscaleRule": "cbs", "retentionMonths": "12"}


def read_form(form: MultiDict[str, str]) -> dict[str, Any]:
    """A form as `SurveySchema` reads it; an own question without text and answers is left out."""
    own = [_own_question(form, at) for at in range(MOST_OWN)]
    return {
        **{name: form.get(name, "") for name in _PLAIN},
        **{name: form.get(name, default) for name, default in _CHOSEN.items()},
        "instruments": form.getlist("instruments"),
        "ownQuestions": [each for each in own if each["text"] or each["answers"]],
        "group": {band: {sex: form.get(f"{band}.{sex}") or "0" for sex in SEXES} for band in AGE_BANDS},
    }


def shown(survey: Survey) -> dict[str, Any]:
    """A survey as its form shows it."""
    return {
        "title": survey.title,
        "intro": survey.intro,
        "responsible": survey.responsible,
        "access": survey.access,
        "invited": survey.invited,
        "startsOn": survey.starts_on.isoformat(),
        "endsOn": survey.ends_on.isoformat(),
        "subscaleRule": survey.subscale_rule,
        "retentionMonths": survey.retention_months,
        "instruments": survey.instruments,
        "ownQuestions": survey.own_questions,
        "group": survey.group,
    }


def own_rows(typed: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of own questions, with empty ones to fill in."""
    filled = list(typed.get("ownQuestions", []))
    empty: list[dict[str, Any]] = [{"text": "", "answers": []} for _at in range(SPARE)]
    return [*filled, *empty][:MOST_OWN]


def _own_question(form: MultiDict[str, str], at: int) -> dict[str, Any]:
    lines = form.get(f"own.{at}.answers", "").splitlines()
    return {
        "text": form.get(f"own.{at}.text", "").strip(),
        "answers": [line.strip() for line in lines if line.strip()],
    }
