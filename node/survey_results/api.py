"""Results of surveys for programs: the same protected table, trends, and putting figures before the board."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.gatherings.service import local_today
from node.survey_results import service
from node.survey_results.models import SurveyResult
from node.survey_results.references import references_for
from node.survey_results.schemas import (
    SurveyChoiceSchema,
    SurveyPreparedSchema,
    SurveyTableSchema,
    SurveyTablesSchema,
    SurveyTrendQuerySchema,
    SurveyTrendSchema,
)
from node.survey_results.trend import refuse_unlike, trend_of
from node.surveys.planning import get_survey

bp = Blueprint(
    "survey_results_api",
    __name__,
    url_prefix="/api/v1/survey-results",
    description="Results of surveys: of groups, never of a person",
)


@bp.get("")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.response(200, SurveyTablesSchema)
def list_all() -> dict[str, Any]:
    """The results of all surveys."""
    return {"items": [_shown(result) for result in service.list_results(current_session)]}


@bp.get("/trend")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.arguments(SurveyTrendQuerySchema, location="query")
@bp.response(200, SurveyTrendSchema)
def trend(arguments: dict[str, Any]) -> dict[str, Any]:
    """One measure through all surveys; 409 for two that cannot be compared."""
    codes = [arguments["measure"], arguments["beside"] or arguments["measure"]]
    refuse_unlike(*codes)
    results = service.list_results(current_session)
    items = [
        {"measure": code, **vars(point)} for code in dict.fromkeys(codes) for point in trend_of(results, code)
    ]
    return {"items": items}


@bp.get("/<int:survey_id>")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.response(200, SurveyTableSchema)
def show(survey_id: int) -> dict[str, Any]:
    """The results of one survey."""
    return _shown(service.get_result(current_session, survey_id))


@bp.post("/<int:survey_id>")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(200, SurveyTableSchema)
def reckon(survey_id: int) -> dict[str, Any]:
    """Reckon the results of a survey of which all answers are in; the same answer ever after."""
    survey = get_survey(current_session, survey_id)
    result = service.reckon_once(current_session, current_runtime().settings, survey, local_today())
    commit()
    return _shown(result)


@bp.post("/<int:survey_id>/release")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(SurveyChoiceSchema)
@bp.response(201, SurveyPreparedSchema)
def prepare(values: dict[str, Any], survey_id: int) -> dict[str, Any]:
    """Put figures before the board."""
    survey = get_survey(current_session, survey_id)
    prepared = service.prepare_release(
        current_session,
        current_runtime().settings,
        survey,
        values["indicators"],
        prepared_by=require(Action.PREPARE_RELEASE).id,
        today=local_today(),
    )
    commit()
    return {"measurements": [each.id for each in prepared]}


def _shown(result: SurveyResult) -> dict[str, Any]:
    survey = result.survey
    kept = {name: getattr(survey, name) for name in ("title", "starts_on", "ends_on", "example_data")}
    measures = [{**each, "references": references_for(each["code"])} for each in result.table["measures"]]
    known = {"survey": survey.id, **kept, "reckoned_on": result.reckoned_on}
    return {**result.table, **known, "measures": measures}
