"""The fixed table for programs: what this village tells by period, its choice, and closing a period."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.outcomes import closing, figure_table
from node.outcomes.closing import Line
from node.outcomes.periods import Period, period_named
from schemas.fields import WireSchema, many

bp = Blueprint(
    "outcome_table_api", __name__, url_prefix="/api/v1/outcomes/table", description="What a village tells"
)


class TableLineSchema(WireSchema):
    """One figure of the table over one period."""

    indicator = fields.String()
    state = fields.String()
    """`released`, `not_counted`, or `untold` so far."""
    value = fields.Integer(allow_none=True)
    error_bar = fields.Integer(allow_none=True)
    denominator = fields.Integer(allow_none=True)
    object_uri = fields.String(allow_none=True)


class TablePeriodSchema(WireSchema):
    """The table of a period."""

    period = fields.String()
    period_start = fields.Date()
    period_end = fields.Date()
    figures = fields.List(fields.Nested(TableLineSchema))


class TableSchema(WireSchema):
    """What is told from now on, and what was told, newest period first."""

    is_chosen = fields.Boolean()
    told = fields.List(fields.String())
    periods = fields.List(fields.Nested(TablePeriodSchema))


class ChoiceSchema(WireSchema):
    """The codes of all figures that are to be told."""

    indicators = many(fields.String(validate=validate.Length(min=1, max=80)), most=100, required=True)


class ClosingSchema(WireSchema):
    """A period to close: `2026-2`, `2025`, or the days of a survey of ours: `2026-03-01/2026-03-21`."""

    period = fields.String(required=True, validate=validate.Length(max=30))


class ClosedSchema(WireSchema):
    """How many figures were said to be not counted."""

    not_counted = fields.Integer()


@bp.get("")
@bp.response(200, TableSchema)
def show() -> dict[str, Any]:
    """The table."""
    return _table()


@bp.put("")
@token_or_session("write:outcomes", Action.APPROVE_RELEASE)
@bp.arguments(ChoiceSchema)
@bp.response(200, TableSchema)
def choose(values: dict[str, Any]) -> dict[str, Any]:
    """Make this the table from today on; periods that are over keep theirs."""
    account = require(Action.APPROVE_RELEASE)
    figure_table.choose(current_session, values["indicators"], chosen_by=account.id, today=now().date())
    commit()
    return _table()


@bp.post("/close")
@token_or_session("write:outcomes", Action.APPROVE_RELEASE)
@bp.arguments(ClosingSchema)
@bp.response(200, ClosedSchema)
def close(values: dict[str, Any]) -> dict[str, Any]:
    """Say of what is missing in a period that it was not counted."""
    account = require(Action.APPROVE_RELEASE)
    settings, today = current_runtime().settings, now().date()
    period = period_named(values["period"])
    count = closing.close(current_session, settings, period, said_by=account.id, today=today)
    commit()
    return {"not_counted": count}


def _table() -> dict[str, Any]:
    today = now().date()
    is_chosen = figure_table.is_chosen(current_session)
    periods = closing.shown_periods(current_session, today) if is_chosen else []
    told = [each.code for each in figure_table.told(current_session, today)]
    return {"is_chosen": is_chosen, "told": told, "periods": [_period(each) for each in periods]}


def _period(period: Period) -> dict[str, Any]:
    figures = [_line(each) for each in closing.table_of(current_session, period)]
    ends = {"period_start": period.start, "period_end": period.end}
    return {"period": str(period), "figures": figures, **ends}


def _line(line: Line) -> dict[str, Any]:
    state = line.state if line.state in ("released", "not_counted") else "untold"
    release = line.measurement.release if line.measurement else None
    sent = ("value", "error_bar", "denominator", "object_uri")
    return {"indicator": line.indicator.code, "state": state} | {
        name: getattr(release, name, None) for name in sent
    }
