"""Business cases for programs: the same content, with the sums that the report shows."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.business_case import service
from node.business_case.calculation import Range, Totals, by_payer, probable, swings, total
from node.business_case.content import BusinessCaseSchema, EuroRangeSchema, lines_of
from node.business_case.models import BusinessCase
from node.business_case.words import PAYERS
from schemas.fields import Instant, WireSchema

bp = Blueprint(
    "business_case_api", __name__, url_prefix="/api/v1/business-cases", description="Costs and savings"
)


class CaseTotalsSchema(WireSchema):
    """Euros a year of one payer, or of all when ``payer`` is empty."""

    payer = fields.String()
    costs = fields.Nested(EuroRangeSchema)
    savings = fields.Nested(EuroRangeSchema)
    net = fields.Nested(EuroRangeSchema)


class SwingSchema(WireSchema):
    """The balance when one assumption alone is at its lowest and at its highest."""

    label = fields.String()
    part = fields.String()
    at_low = fields.Float()
    at_high = fields.Float()


class KeptBusinessCaseSchema(WireSchema):
    """A case with its outcome. ``probable`` is where the balance lies in 8 of 10 cases."""

    id = fields.Integer(dump_only=True)
    revision = fields.Integer(dump_only=True)
    changed_by = fields.String(dump_only=True)
    changed_at = Instant(dump_only=True)
    example_data = fields.Boolean(dump_only=True)
    content = fields.Nested(BusinessCaseSchema, dump_only=True)
    total = fields.Nested(CaseTotalsSchema, dump_only=True)
    payers = fields.List(fields.Nested(CaseTotalsSchema), dump_only=True)
    probable = fields.Nested(EuroRangeSchema, dump_only=True, allow_none=True)
    swings = fields.List(fields.Nested(SwingSchema), dump_only=True)


class BusinessCasesSchema(WireSchema):
    """All cases that were not put away."""

    items = fields.List(fields.Nested(KeptBusinessCaseSchema))


class BusinessCaseChangeSchema(WireSchema):
    """A case as it should be, and the revision that the change is based on."""

    revision = fields.Integer(required=True)
    content = fields.Nested(BusinessCaseSchema, required=True)


@bp.get("")
@token_or_session("read", Action.SEE_WORKPLACE)
@bp.response(200, BusinessCasesSchema)
def list_all() -> dict[str, Any]:
    """All calculations."""
    return {"items": [_shown(case) for case in service.list_cases(current_session)]}


@bp.post("")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(BusinessCaseSchema)
@bp.response(201, KeptBusinessCaseSchema)
def create(content: dict[str, Any]) -> dict[str, Any]:
    """Keep a new calculation."""
    by = require(Action.PREPARE_RELEASE).name
    case = service.create(current_session, BusinessCaseSchema().dump(content), by=by)
    commit()
    return _shown(case)


@bp.get("/<int:case_id>")
@token_or_session("read", Action.SEE_WORKPLACE)
@bp.response(200, KeptBusinessCaseSchema)
def show(case_id: int) -> dict[str, Any]:
    """One calculation."""
    return _shown(service.get_case(current_session, case_id))


@bp.put("/<int:case_id>")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(BusinessCaseChangeSchema)
@bp.response(200, KeptBusinessCaseSchema)
def change(values: dict[str, Any], case_id: int) -> dict[str, Any]:
    """Replace what it says; 409 when somebody changed it since."""
    by = require(Action.PREPARE_RELEASE).name
    case = service.get_case(current_session, case_id)
    content = BusinessCaseSchema().dump(values["content"])
    service.change(current_session, case, content, based_on=values["revision"], by=by)
    commit()
    return _shown(case)


def _shown(case: BusinessCase) -> dict[str, Any]:
    lines = lines_of(case.content)
    kept = ("id", "revision", "changed_by", "changed_at", "example_data")
    return {
        **{name: getattr(case, name) for name in kept},
        "content": BusinessCaseSchema().load(case.content),
        "total": _totals(total(lines)),
        "payers": [_totals(each) for each in by_payer(lines, PAYERS)],
        "probable": _range(probable(lines)) if lines else None,
        "swings": swings(lines),
    }


def _totals(each: Totals) -> dict[str, Any]:
    sums = {name: _range(getattr(each, name)) for name in ("costs", "savings", "net")}
    return {"payer": each.payer, **sums}


def _range(each: Range) -> dict[str, float]:
    return {"low": each.low, "likely": each.likely, "high": each.high}
