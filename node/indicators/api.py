"""Indicators for programs: the whole set for everybody, our own to define and change."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action
from node.api.access import token_or_session
from node.indicators import service
from schemas.fields import Code, WireSchema
from schemas.indicators import MEASURED_BY, Indicator
from schemas.objects import DefinitionSchema
from schemas.survey_indicators import CATALOGUE

bp = Blueprint("indicators_api", __name__, url_prefix="/api/v1/indicators", description="What figures mean")


class IndicatorSchema(WireSchema):
    """One indicator: raw element, what it is read beside, goal, direction, how and by whom, and its bound."""

    code = fields.String()
    version = fields.Integer()
    name = fields.String()
    goal = fields.String()
    definition = fields.String()
    unit = fields.String()
    direction = fields.String()
    numerator = fields.String()
    denominator = fields.String()
    instrument = fields.String()
    measured_by = Code(MEASURED_BY)
    bound = fields.Integer()
    epsilon = fields.Float()
    aggregate = fields.String()
    """`count` of persons, or `sum` of points."""
    lowest = fields.Integer()
    """Of a sum: the fewest points of one person; the most is this and the bound together."""
    counted = fields.String()
    """Over which period: `quarter`, `year` or `survey`."""
    topic = fields.String()
    """Which part of the yearly budget pays: `taking_part` or `wellbeing`."""
    takes_denominator = fields.String()
    """Whether its public denominator goes along: `required`, `optional` or `none`."""
    is_counted = fields.Boolean()
    """Whether a number can be entered for it here now."""


class IndicatorsSchema(WireSchema):
    """The national set, then our own, then those that others released."""

    items = fields.List(fields.Nested(IndicatorSchema))


@bp.get("")
@bp.response(200, IndicatorsSchema)
def list_indicators() -> dict[str, Any]:
    """What every figure means."""
    counted = {each.code for each in service.releasable(current_session)}
    own = [service.as_indicator(row) for row in service.own_indicators(current_session)]
    found = [*CATALOGUE.values(), *own, *service.released_elsewhere(current_session)]
    return {"items": [_written(each, is_counted=each.code in counted) for each in found]}


@bp.post("")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(DefinitionSchema)
@bp.response(201, IndicatorSchema)
def define(values: dict[str, Any]) -> dict[str, Any]:
    """Define a figure of our own; a measure of process is refused."""
    row = service.define(current_session, DefinitionSchema().dump(values))
    commit()
    return _written(service.as_indicator(row), is_counted=True)


@bp.put("/<slug>")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(DefinitionSchema)
@bp.response(200, IndicatorSchema)
def change(values: dict[str, Any], slug: str) -> dict[str, Any]:
    """A new version of its definition; the same again changes nothing."""
    row = service.change(current_session, slug, DefinitionSchema().dump(values))
    commit()
    return _written(service.as_indicator(row), is_counted=row.retired_at is None)


@bp.post("/<slug>/retire")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(200, IndicatorSchema)
def retire(slug: str) -> dict[str, Any]:
    """Stop counting it; what was released stays."""
    return _turn(slug, is_over=True)


@bp.post("/<slug>/reinstate")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(200, IndicatorSchema)
def reinstate(slug: str) -> dict[str, Any]:
    """Count it again."""
    return _turn(slug, is_over=False)


def _turn(slug: str, *, is_over: bool) -> dict[str, Any]:
    row = service.retire(current_session, slug, is_over=is_over)
    commit()
    return _written(service.as_indicator(row), is_counted=not is_over)


_HOW = ("aggregate", "lowest", "counted", "topic", "takes_denominator")


def _written(each: Indicator, *, is_counted: bool) -> dict[str, Any]:
    texts = {part: getattr(each, f"{part}_nl") for part in ("goal", "definition", "unit", "instrument")}
    same = ("code", "version", "direction", "measured_by", "bound", "epsilon", *_HOW)
    elements = {part: each.element(part) for part in ("numerator", "denominator")}
    told = texts | elements | {name: getattr(each, name) for name in same}
    return told | {"name": each.nl, "is_counted": is_counted}
