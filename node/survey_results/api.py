"""Results of surveys for programs: the same protected table, trends, and putting figures before the board."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema
from node.gatherings.service import local_today
from node.survey_results import service
from node.survey_results.models import SurveyResult
from node.survey_results.trend import refuse_unlike, trend_of
from node.surveys.planning import get_survey
from schemas.fields import Text, WireSchema, many

bp = Blueprint(
    "survey_results_api",
    __name__,
    url_prefix="/api/v1/survey-results",
    description="Results of surveys: of groups, never of a person",
)


class SurveyTableSchema(WireSchema):
    """One survey's results. What is null was hidden, because too few people are in it."""

    survey = fields.Integer()
    title = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    reckoned_on = fields.Date()
    example_data = fields.Boolean()
    table = fields.Raw()
    """Response, weighting and measures: shares in per cent, each with its ± at 95 %."""


class SurveyTablesSchema(WireSchema):
    """The results of all surveys, the last first."""

    items = fields.List(fields.Nested(SurveyTableSchema))


class SurveyTrendQuerySchema(ArgumentsSchema):
    """Of which measure; ``beside`` another one, when it is of the same instrument."""

    measure = Text(required=True, most=40)
    beside = Text(most=40, load_default=None)


class SurveyTrendPointSchema(WireSchema):
    """One survey in a trend: ``cut`` is a share in per cent, ``mean`` is in points."""

    survey_id = fields.Integer()
    measure = fields.String()
    on = fields.Date()
    mode = fields.String()
    kind = fields.String()
    value = fields.Float(allow_none=True)
    margin = fields.Float(allow_none=True)
    is_break = fields.Boolean()
    differs = fields.Boolean(allow_none=True)


class SurveyTrendSchema(WireSchema):
    """The points, oldest first."""

    items = fields.List(fields.Nested(SurveyTrendPointSchema))


class SurveyChoiceSchema(WireSchema):
    """Which figures go before the board."""

    indicators = many(fields.String(validate=validate.Length(max=80)), most=20, required=True)


class SurveyPreparedSchema(WireSchema):
    """The measurements that wait for the board now; their numbers are told to nobody."""

    measurements = fields.List(fields.Integer())


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
    return {"survey": survey.id, **kept, "reckoned_on": result.reckoned_on, "table": result.table}
