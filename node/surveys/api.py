"""Surveys for programs: for the team with a token, and for a tablet in the village hall without one."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, require
from node.api.access import token_if_any, token_or_session
from node.communities.models import find_community
from node.gatherings.service import local_today
from node.limits import limiter
from node.surveys import planning, responses, running, schemas, steps
from node.surveys.answering import Form, find_survey, may_answer, send_in
from node.surveys.background import AGE_BANDS
from node.surveys.consent import CONSENTS
from node.surveys.limits import A_MINUTE, by_one_sender, of_survey
from node.surveys.models import Survey
from node.surveys.planning import SurveySchema, get_survey
from node.surveys.questions import asked_in, free_instruments, instruments
from schemas.errors import Conflict
from schemas.messages import N_

bp = Blueprint("surveys_api", __name__, url_prefix="/api/v1/surveys", description="Asking residents")


@bp.get("/instruments")
@token_if_any("read")
@bp.response(200, schemas.InstrumentsSchema)
def list_instruments() -> dict[str, Any]:
    """The instruments that can be chosen, with their questions, source and conditions.

    One that needs a licence is shown only to who may ask residents.
    """
    known = instruments(current_session) if may(Action.RUN_SURVEY) else free_instruments()
    return {"items": list(known.values())}


@bp.get("")
@token_or_session("read", Action.RUN_SURVEY)
@bp.response(200, schemas.SurveysSchema)
def list_all() -> dict[str, Any]:
    """All surveys of this village."""
    return {"items": [_shown(survey) for survey in planning.list_surveys(current_session)]}


@bp.post("")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.arguments(SurveySchema)
@bp.response(201, schemas.KeptSurveySchema)
def create(values: dict[str, Any]) -> dict[str, Any]:
    """A new draft."""
    by = require(Action.RUN_SURVEY).name
    survey = planning.make(current_session, SurveySchema().dump(values), by=by)
    commit()
    return _shown(survey)


@bp.get("/<int:survey_id>")
@token_or_session("read", Action.RUN_SURVEY)
@bp.response(200, schemas.KeptSurveySchema)
def show(survey_id: int) -> dict[str, Any]:
    """One survey; while people answer only how many did."""
    return _shown(get_survey(current_session, survey_id))


@bp.put("/<int:survey_id>")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.arguments(schemas.SurveyChangeSchema)
@bp.response(200, schemas.KeptSurveySchema)
def change(values: dict[str, Any], survey_id: int) -> dict[str, Any]:
    """Change a draft; 409 when it was fixed, or somebody changed it since."""
    survey, content = get_survey(current_session, survey_id), SurveySchema().dump(values["content"])
    planning.change(current_session, survey, content, revision=values["revision"])
    commit()
    return _shown(survey)


@bp.post("/<int:survey_id>/steps")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.arguments(schemas.SurveyStepSchema)
@bp.response(200, schemas.KeptSurveySchema)
def take_step(values: dict[str, Any], survey_id: int) -> dict[str, Any]:
    """Fix it, stop it, call all answers in or the results ready; or take that back. 409 when it cannot be."""
    survey = get_survey(current_session, survey_id)
    steps.take(current_session, current_runtime().settings, survey, values["step"], local_today())
    commit()
    return _shown(survey)


@bp.put("/<int:survey_id>/last-day")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.arguments(schemas.LastSurveyDaySchema)
@bp.response(200, schemas.KeptSurveySchema)
def move_end(values: dict[str, Any], survey_id: int) -> dict[str, Any]:
    """Another last day, as long as it is not over."""
    survey = get_survey(current_session, survey_id)
    running.move_end(current_session, survey, values["ends_on"], local_today())
    commit()
    return _shown(survey)


@bp.post("/<int:survey_id>/again")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.response(201, schemas.KeptSurveySchema)
def again(survey_id: int) -> dict[str, Any]:
    """The same questions as a new draft."""
    by, survey = require(Action.RUN_SURVEY).name, get_survey(current_session, survey_id)
    draft = planning.again(current_session, survey, by=by, today=local_today())
    commit()
    return _shown(draft)


@bp.post("/<int:survey_id>/letters")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.arguments(schemas.LetterCountSchema)
@bp.response(201, schemas.LetterCodesSchema)
def make_letters(values: dict[str, Any], survey_id: int) -> dict[str, Any]:
    """New codes, shown this once. Never keep which person gets which."""
    survey = get_survey(current_session, survey_id)
    codes = running.make_codes(current_session, survey, values["count"], local_today())
    commit()
    return {"codes": codes}


@bp.delete("/<int:survey_id>/letters")
@token_or_session("write:outcomes", Action.RUN_SURVEY)
@bp.response(204)
def withdraw_letters(survey_id: int) -> None:
    """Let codes lapse that were not used."""
    running.withdraw_codes(current_session, get_survey(current_session, survey_id))
    commit()


@bp.get("/asked/<key>")
@limiter.limit(A_MINUTE, key_func=of_survey)
@by_one_sender
@bp.response(200, schemas.AskedSurveySchema)
def asked(key: str) -> dict[str, Any]:
    """What a survey asks, by the key in its address. Show the promises and the consent word for word."""
    survey = find_survey(current_session, key)
    if not may_answer(survey, local_today()):
        raise Conflict(N_("This survey is closed. Thank you for wanting to take part."))
    consent, community = CONSENTS[survey.consent_version], find_community(current_session)
    return {
        "title": survey.title,
        "intro": survey.intro,
        "responsible": survey.responsible,
        "ends_on": survey.ends_on,
        "needs_code": survey.access == "letters",
        "promises": [promise.format(months=survey.retention_months) for promise in consent.promises],
        "consent": consent.sentence.format(name=community.name if community else ""),
        "consent_version": survey.consent_version,
        "parts": asked_in(current_session, survey),
        "age_bands": AGE_BANDS,
    }


@bp.post("/asked/<key>")
@limiter.limit(A_MINUTE, key_func=of_survey)
@by_one_sender
@bp.arguments(schemas.FilledInSchema)
@bp.response(204)
def answer(values: dict[str, Any], key: str) -> None:
    """Send in the answers of one person, who agreed. Nothing tells afterwards who that was."""
    survey, consent = find_survey(current_session, key), values.pop("consent_version")
    form = Form(consent=consent, **values)
    send_in(current_session, current_runtime().settings, survey, form, local_today())
    commit()


def _shown(survey: Survey) -> dict[str, Any]:
    names = schemas.KeptSurveySchema().fields.keys()
    return {
        **{name: getattr(survey, name) for name in names if hasattr(survey, name)},
        "is_open": survey.is_open(local_today()),
        "deletes_on": running.deletes_on(survey),
        "answered": responses.count_responses(current_session, survey),
    }
