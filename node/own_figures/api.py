"""Our own figures for programs: everybody reads them, the team asks and decides."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.outcomes.service import get_measurement
from node.own_figures import service
from node.own_figures.comparison import compare, similar_communities
from node.own_figures.models import OwnFigure
from node.own_figures.trend import Line, Point, lines
from schemas.fields import Instant, WireSchema

bp = Blueprint(
    "own_figures_api", __name__, url_prefix="/api/v1/own-figures", description="Figures of our own village"
)


class OwnPointSchema(WireSchema):
    """One period: a value with what it lies between and its guarantee; null when it is hidden."""

    period_start = fields.Date(attribute="start")
    period_end = fields.Date(attribute="end")
    indicator_version = fields.Integer(attribute="definition.version")
    protected_by = fields.String(attribute="way", metadata={"description": "noise or rounded"})
    kind = fields.String(metadata={"description": "count, share (per cent) or mean (points)"})
    value = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)
    error_bar = fields.Float(attribute="bar", allow_none=True)
    of_how_many = fields.Integer(attribute="group", allow_none=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
    is_break = fields.Boolean()
    guarantee = fields.String()
    correction_reason = fields.String(allow_none=True)
    example_data = fields.Boolean(attribute="is_example")


class MiddleHalfSchema(WireSchema):
    """The middle half of communities like ours, for the newest period; at least five of them."""

    communities = fields.Integer()
    low = fields.Float()
    high = fields.Float()


class OwnLineSchema(WireSchema):
    """One figure with all its periods, oldest first."""

    indicator = fields.String()
    name = fields.String()
    points = fields.List(fields.Nested(OwnPointSchema))
    similar = fields.Nested(MiddleHalfSchema, allow_none=True)


class OwnLinesSchema(WireSchema):
    """All figures that our village tells."""

    items = fields.List(fields.Nested(OwnLineSchema))


class AskToShowSchema(Schema):
    """Which measurement, and perhaps how many of which age."""

    measurement_id = fields.Integer(required=True, strict=True, data_key="measurementId")
    parts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(service.PARTS)),
        values=fields.Integer(strict=True, validate=validate.Range(0, 1_000_000)),
        load_default=None,
        allow_none=True,
    )


class FigureDecisionSchema(WireSchema):
    """What the board looked at (`seenAs`): what changed since is refused."""

    seen = fields.String(required=True, validate=validate.Length(max=80))


class ShowingSchema(WireSchema):
    """A showing and its state, without any exact number."""

    id = fields.Integer()
    measurement_id = fields.Integer()
    is_shown = fields.Boolean()
    shown_at = Instant(allow_none=True)
    taken_back_at = Instant(allow_none=True)
    seen_as = fields.String()
    """Changes when the number or its parts do; give it back with the approval."""


class ShowingsSchema(WireSchema):
    """Showings, oldest first."""

    items = fields.List(fields.Nested(ShowingSchema))


@bp.get("")
@bp.response(200, OwnLinesSchema)
def list_own_figures() -> dict[str, Any]:
    """What our village tells, each figure with its error bar or rounding and its guarantee."""
    similar = similar_communities(current_session)
    return {"items": [_line(line, similar) for line in lines(current_session)]}


@bp.get("/waiting")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.response(200, ShowingsSchema)
def list_waiting() -> dict[str, Any]:
    """What waits for the board."""
    return {"items": [_showing(each) for each in service.waiting(current_session)]}


@bp.post("")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(AskToShowSchema)
@bp.response(201, ShowingSchema)
def ask(values: dict[str, Any]) -> dict[str, Any]:
    """Ask the board to show a measurement, rounded, on our own page."""
    account = require(Action.PREPARE_RELEASE)
    measurement = get_measurement(current_session, values["measurement_id"])
    figure = service.ask(current_session, measurement, parts=values["parts"], asked_by=account.id)
    commit()
    return _showing(figure)


@bp.post("/<int:figure_id>/approve")
@token_or_session("write:outcomes", Action.APPROVE_RELEASE)
@bp.arguments(FigureDecisionSchema)
@bp.response(200, ShowingSchema)
def decide(values: dict[str, Any], figure_id: int) -> dict[str, Any]:
    """Show it in the board's name; once shown, the same answer again."""
    account = require(Action.APPROVE_RELEASE)
    figure = service.get_figure(current_session, figure_id)
    service.decide(current_session, figure, approved_by=account.id, seen=values["seen"])
    commit()
    return _showing(figure)


@bp.post("/<int:figure_id>/take-back")
@token_or_session("write:outcomes", Action.APPROVE_RELEASE)
@bp.response(200, ShowingSchema)
def take_back(figure_id: int) -> dict[str, Any]:
    """Take it off our page."""
    require(Action.APPROVE_RELEASE)
    figure = service.get_figure(current_session, figure_id)
    service.take_back(current_session, figure)
    commit()
    return _showing(figure)


def _line(line: Line, similar: list[str]) -> dict[str, Any]:
    points = [_point(*pair) for pair in zip(line.points, line.breaks, strict=True)]
    middle = compare(current_session, line.latest, similar)
    name = line.latest.definition.nl
    return {"indicator": line.code, "name": name, "points": points, "similar": middle}


def _point(point: Point, is_break: bool) -> dict[str, Any]:
    told = {name: getattr(point, name) for name in Point.__dataclass_fields__}
    return {**told, "is_break": is_break}


def _showing(figure: OwnFigure) -> dict[str, Any]:
    kept = ("id", "measurement_id", "shown_at", "taken_back_at", "seen_as")
    return {name: getattr(figure, name) for name in kept} | {"is_shown": figure.shown_at is not None}
