"""Figures for programs: what the network released; counting and the board's decision."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from directory.replica.figures import ReleasedFigure, list_figures, replaced_uris
from directory.replica.owners import names_of
from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema
from node.outcomes import corrections, service
from node.outcomes.budget import Ledger, ledgers
from node.outcomes.corrections import CorrectionSchema
from node.outcomes.models import Measurement, OutcomeRelease
from node.outcomes.rates import rate_in
from node.outcomes.service import MeasurementSchema
from schemas.fields import Instant, Text, WireSchema
from schemas.objects import DefinitionSchema

bp = Blueprint("outcomes_api", __name__, url_prefix="/api/v1/outcomes", description="Protected figures")


class FigureQuerySchema(ArgumentsSchema):
    """Which figures."""

    indicator = Text(most=80, load_default=None)
    owner_uri = Text(most=2000, load_default=None)


class ReleasedRateSchema(WireSchema):
    """A share (0.43 is 43 %) of a public number, or a mean of points, with its ± at 95 %."""

    kind = fields.String()
    value = fields.Float()
    error_bar = fields.Float()
    low = fields.Float()
    high = fields.Float()


class ReleasedFigureSchema(WireSchema):
    """One released figure with its error bar (± at 95 %) and its guarantee."""

    uri = fields.String()
    owner = fields.String()
    owner_uri = fields.String()
    indicator = fields.String()
    indicator_version = fields.Integer()
    period_start = fields.Date()
    period_end = fields.Date()
    value = fields.Integer()
    error_bar = fields.Integer()
    denominator = fields.Integer(allow_none=True)
    """The public number it is read beside: how many answered, or live here."""
    rate = fields.Nested(ReleasedRateSchema, allow_none=True)
    epsilon = fields.Float()
    sensitivity = fields.Integer()
    replaces_uri = fields.String(allow_none=True)
    correction_reason = fields.String(allow_none=True)
    is_replaced = fields.Boolean()
    """Whether a later release of its owner corrects it; then only that one counts."""
    guarantee = fields.String()
    definition = fields.Nested(DefinitionSchema, allow_none=True)
    """Of an indicator of the owner's own; the national ones are at /api/v1/indicators."""
    example_data = fields.Boolean()
    released_at = Instant()


class ReleasedFiguresSchema(WireSchema):
    """Released figures, newest period first."""

    items = fields.List(fields.Nested(ReleasedFigureSchema))


class ApprovalSchema(WireSchema):
    """What the board looked at (`seenAs`): a number that changed since is refused."""

    seen = fields.String(required=True, validate=validate.Length(max=60))


class OwnMeasurementSchema(WireSchema):
    """A measurement of ours without its number, which no interface gives away."""

    id = fields.Integer()
    indicator = fields.String()
    period_start = fields.Date()
    period_end = fields.Date()
    is_released = fields.Boolean()
    example_data = fields.Boolean()
    value = fields.Integer(allow_none=True)
    error_bar = fields.Integer(allow_none=True)
    denominator = fields.Integer(allow_none=True)
    rate = fields.Nested(ReleasedRateSchema, allow_none=True)
    edition = fields.Integer()
    """1, and one more with each correction."""
    seen_as = fields.String()
    """Changes when the number does; give it back with the approval."""
    correction_reason = fields.String(allow_none=True)
    epsilon = fields.Float()
    guarantee = fields.String(allow_none=True)
    object_uri = fields.String(allow_none=True)


class OwnMeasurementsSchema(WireSchema):
    """Our measurements, newest period first."""

    items = fields.List(fields.Nested(OwnMeasurementSchema))


class BudgetCostSchema(WireSchema):
    """One release and what it cost."""

    indicator = fields.String()
    period_start = fields.Date()
    period_end = fields.Date()
    edition = fields.Integer()
    epsilon = fields.Float()
    object_uri = fields.String(allow_none=True)


class PurseSchema(WireSchema):
    """One part of a year's budget of ε."""

    topic = fields.String()
    spent = fields.Float()
    allowed = fields.Float()
    left = fields.Float()
    releases = fields.List(fields.Nested(BudgetCostSchema))


class LedgerSchema(WireSchema):
    """The budget of a year."""

    year = fields.Integer()
    purses = fields.List(fields.Nested(PurseSchema))


class LedgersSchema(WireSchema):
    """The budgets, newest year first."""

    items = fields.List(fields.Nested(LedgerSchema))


@bp.get("")
@bp.arguments(FigureQuerySchema, location="query")
@bp.response(200, ReleasedFiguresSchema)
def list_released(arguments: dict[str, Any]) -> dict[str, Any]:
    """The figures that villages released."""
    figures = list_figures(current_session, **arguments)
    owners = names_of(current_session, [figure.owner_uri for figure in figures])
    replaced = replaced_uris(figures)
    return {"items": [_figure(each, owners[each.owner_uri], each.uri in replaced) for each in figures]}


@bp.get("/budget")
@bp.response(200, LedgersSchema)
def list_ledgers() -> dict[str, Any]:
    """What this node's releases cost a person, by year and topic, and what is left."""
    return {"items": [_ledger(each) for each in ledgers(current_session, now().date())]}


@bp.get("/measurements")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.response(200, OwnMeasurementsSchema)
def list_measurements() -> dict[str, Any]:
    """Our own measurements and their state."""
    return {"items": [_measurement(each) for each in service.list_measurements(current_session)]}


@bp.post("/measurements")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(MeasurementSchema)
@bp.response(201, OwnMeasurementSchema)
def prepare(values: dict[str, Any]) -> dict[str, Any]:
    """Keep a counted number here and ask the board."""
    account = require(Action.PREPARE_RELEASE)
    measurement = service.prepare(current_session, values, prepared_by=account.id, today=now().date())
    commit()
    return _measurement(measurement)


@bp.post("/measurements/<int:measurement_id>/correct")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(CorrectionSchema)
@bp.response(201, OwnMeasurementSchema)
def correct(values: dict[str, Any], measurement_id: int) -> dict[str, Any]:
    """Prepare a new release that replaces a released figure; it costs budget again."""
    account = require(Action.PREPARE_RELEASE)
    measurement = service.get_measurement(current_session, measurement_id)
    correction = corrections.correct(current_session, measurement, values, prepared_by=account.id)
    commit()
    return _measurement(correction)


@bp.delete("/measurements/<int:measurement_id>/correction")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(204)
def withdraw_correction(measurement_id: int) -> None:
    """Take back a correction that waits for the board."""
    corrections.withdraw(current_session, service.get_measurement(current_session, measurement_id))
    commit()


@bp.post("/measurements/<int:measurement_id>/approve")
@token_or_session("write:outcomes", Action.APPROVE_RELEASE)
@bp.arguments(ApprovalSchema)
@bp.response(200, OwnMeasurementSchema)
def approve(values: dict[str, Any], measurement_id: int) -> dict[str, Any]:
    """Release it in the board's name; once released, the same answer again."""
    account = require(Action.APPROVE_RELEASE)
    measurement = service.get_measurement(current_session, measurement_id)
    settings = current_runtime().settings
    service.approve(current_session, settings, measurement, approved_by=account.id, seen=values["seen"])
    commit()
    return _measurement(measurement)


def _figure(figure: ReleasedFigure, owner: str, is_replaced: bool) -> dict[str, Any]:
    names = set(ReleasedFigureSchema().fields) - {"owner", "rate", "is_replaced"}
    told = {name: getattr(figure, name) for name in names}
    told |= {"owner": owner, "rate": rate_in(current_session, figure), "is_replaced": is_replaced}
    return told


def _measurement(measurement: Measurement) -> dict[str, Any]:
    release = measurement.release
    kept = ["id", "indicator", "period_start", "period_end", "is_released", "example_data"]
    kept += ["denominator", "edition", "correction_reason", "seen_as"]
    shown = {name: getattr(measurement, name) for name in kept}
    sent = ("value", "error_bar", "guarantee", "object_uri")
    shown |= {name: getattr(release, name, None) for name in sent}
    shown["rate"] = rate_in(current_session, release) if release else None
    return {**shown, "epsilon": measurement.definition.epsilon}


def _ledger(ledger: Ledger) -> dict[str, Any]:
    same = ("topic", "spent", "allowed", "left")
    purses = [
        {name: getattr(purse, name) for name in same} | {"releases": [_cost(each) for each in purse.releases]}
        for purse in ledger.purses
    ]
    return {"year": ledger.year, "purses": purses}


def _cost(release: OutcomeRelease) -> dict[str, Any]:
    of_figure = ("indicator", "period_start", "period_end", "edition")
    told = {name: getattr(release.measurement, name) for name in of_figure}
    return told | {"epsilon": release.epsilon, "object_uri": release.object_uri}
