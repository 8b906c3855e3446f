"""One person answers: checked, the code of the letter spent, and kept, in one transaction without a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.accounts.service import hash_token
from node.accounts.spoken_codes import read_code
from node.surveys.background import AGE_BANDS, SEX_ANSWERS
from node.surveys.instruments import Item
from node.surveys.models import Survey, SurveyCode
from node.surveys.questions import asked_in, items_in
from node.surveys.responses import Response, count_responses, keep_response, was_kept
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

NO_CODE = N_("We do not know this code, or it was used already. Check the letter, or call us.")


@dataclass(frozen=True)
class Form:
    """What somebody sends in."""

    answers: Mapping[str, Any]
    """By item id: a number, or None for “rather not say”."""
    ticket: str
    """Drawn for this form when it began, so that sending it twice counts once."""
    consent: str = ""
    """The version of the words that were agreed to; empty for no consent."""
    code: str = ""
    age_band: str | None = None
    sex: str | None = None
    helped: bool | None = None
    mode: str = "web"
    by_team: bool = field(default=False)
    """Typed in from paper by somebody of the team, also after the last day; with the code of its letter."""


def find_survey(session: Session, key: str) -> Survey:
    """A survey by what stands in its address. Raises NotFound, also for a draft."""
    survey = session.scalar(select(Survey).where(Survey.key == key))
    if survey is None or survey.is_draft:
        raise NotFound(N_("This survey does not exist."), cause="survey key")
    return survey


def survey_of_code(session: Session, typed: str) -> Survey:
    """The survey that the code of a letter belongs to. Raises InvalidInput."""
    row = session.get(SurveyCode, hash_token(read_code(typed)))
    survey = session.get(Survey, row.survey_id) if row else None
    if survey is None:
        raise InvalidInput(NO_CODE)
    return survey


def send_in(session: Session, settings: Settings, survey: Survey, form: Form, today: date) -> None:
    """Keep the answers of one person. Raises InvalidInput, and Conflict when nobody can answer now.

    The row of the survey is locked meanwhile, so that no code is spent twice and no place given twice.
    """
    session.refresh(survey, with_for_update=True)
    if not may_answer(survey, today, form):
        raise Conflict(N_("This survey is closed. Thank you for wanting to take part."))
    if was_kept(session, settings, form.ticket):
        return
    response = _response(session, survey, form)
    if form.code or survey.access == "letters":
        _spend(session, survey, form.code)
    if count_responses(session, survey) >= survey.group_size:
        raise Conflict(N_("There are already as many answers as people. Please call us."))
    keep_response(session, settings, survey, response, form.ticket)


def may_answer(survey: Survey, today: date, form: Form | None = None) -> bool:
    """Whether answers are taken; those on paper may be typed in until results are made."""
    if form is not None and form.by_team:
        return not survey.sealed_on and (survey.is_open(today) or survey.is_over(today))
    return survey.is_open(today)


def check_answers(items: list[Item], answers: Mapping[str, Any]) -> dict[str, int | None]:
    """Only questions that are asked, and only answers that they have. Raises InvalidInput with ``fields``."""
    known = {item.id: item for item in items}
    wrong = {
        name: [N_("Choose one of the answers.")]
        for name, value in answers.items()
        if name not in known or not (value is None or (type(value) is int and known[name].has(value)))
    }
    if wrong:
        raise InvalidInput(fields={"answers": wrong})
    return {item.id: answers[item.id] for item in items if item.id in answers}


def _response(session: Session, survey: Survey, form: Form) -> Response:
    if form.consent != survey.consent_version:
        raise InvalidInput(N_("Without your consent we keep nothing."))
    answers = check_answers(items_in(asked_in(session, survey)), form.answers)
    if all(value is None for value in answers.values()):
        raise InvalidInput(N_("There is no answer yet. You can stop, and then nothing is kept."))
    if form.age_band not in {None, *AGE_BANDS} or form.sex not in {None, *SEX_ANSWERS}:
        raise InvalidInput(N_("Choose one of the answers."))
    return Response(answers, form.age_band, form.sex, form.mode, form.helped, form.consent)


def _spend(session: Session, survey: Survey, code: str) -> None:
    """Delete the code: whoever deletes it may answer, and nothing tells afterwards that it was used."""
    query = delete(SurveyCode).where(
        SurveyCode.survey_id == survey.id, SurveyCode.code_hash == hash_token(read_code(code))
    )
    result = session.execute(query)
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise InvalidInput(NO_CODE, fields={"code": [NO_CODE]})
