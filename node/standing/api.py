"""Who speaks to us, for programs: the policy, the rules, the lists, the history and the reports."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from federation.flask_session import commit, current_runtime, current_session
from federation.relations import deciding, decisions
from federation.relations.standing import policy
from federation.relations.trusted_lists import TrustedList, trusted_lists
from federation.relations.undoing import undo as undo_decision
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import PageSchema
from node.standing import reporting, reports, schemas, service

bp = Blueprint(
    "standing_api", __name__, url_prefix="/api/v1/standing", description="Who speaks to us, and reports"
)
_MAY = Action.DECIDE_FOLLOWERS


@bp.get("/policy")
@token_or_session("read", _MAY)
@bp.response(200, schemas.PolicySchema)
def read_policy() -> Any:
    """The mode, and whether reading needs a signature."""
    return policy(current_session)


@bp.patch("/policy")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.PolicyChangeSchema)
@bp.response(200, schemas.PolicySchema)
def change_policy(wanted: dict[str, Any]) -> Any:
    """Change one or both."""
    deciding.change_policy(current_session, by=_by(), **wanted)
    commit()
    return policy(current_session)


@bp.get("/rules")
@token_or_session("read", _MAY)
@bp.response(200, schemas.RulesSchema)
def list_rules() -> Any:
    """The rules in force."""
    return {"items": service.list_rules(current_session)}


@bp.post("/rules")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.NewRuleSchema)
@bp.response(201, schemas.DecisionSchema)
def add_rule(wanted: dict[str, Any]) -> Any:
    """Allow, silence or suspend an actor or a host."""
    made = service.add_rule(
        current_session,
        current_runtime().settings,
        wanted["target"],
        wanted["rule"],
        reason=wanted["reason"],
        days=wanted["days"],
        by=_by(),
    )
    commit()
    return made


@bp.delete("/rules")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.TargetSchema, location="query")
@bp.response(200, schemas.DecisionSchema)
def lift_rule(wanted: dict[str, Any]) -> Any:
    """End the rule about a target, written as the list of rules writes it."""
    made = deciding.lift(current_session, current_runtime().settings, wanted["target"], by=_by())
    commit()
    return made


@bp.get("/explanations")
@token_or_session("read", _MAY)
@bp.arguments(schemas.TargetSchema, location="query")
@bp.response(200, schemas.ExplanationsSchema)
def explain(wanted: dict[str, Any]) -> Any:
    """Whether somebody may speak to us and why: by name, host, address or @name@host."""
    return {"items": service.look_up(current_session, current_runtime().settings, wanted["target"])}


@bp.get("/decisions")
@token_or_session("read", _MAY)
@bp.arguments(PageSchema, location="query")
@bp.response(200, schemas.HistorySchema)
def read_history(wanted: dict[str, Any]) -> Any:
    """Everything that was decided."""
    return decisions.history(current_session, wanted["page"])


@bp.post("/decisions/<int:decision_id>/undo")
@token_or_session("write:network", _MAY)
@bp.response(200, schemas.DecisionSchema)
def undo(decision_id: int) -> Any:
    """Go back to what held before a decision."""
    made = undo_decision(current_session, current_runtime().settings, decision_id, by=_by())
    commit()
    return made


@bp.get("/lists")
@token_or_session("read", _MAY)
@bp.response(200, schemas.TrustedListsSchema)
def list_lists() -> Any:
    """The signed lists that we trust."""
    return {"items": trusted_lists(current_session)}


@bp.post("/lists")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.AddressSchema)
@bp.response(201, schemas.TrustedListSchema)
def trust_list(wanted: dict[str, Any]) -> Any:
    """Trust the signed list of somebody."""
    settings = current_runtime().settings
    made = service.trust_list(current_session, settings, wanted["address"], by=_by())
    commit()
    return current_session.get_one(TrustedList, made.target)


@bp.delete("/lists")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.TargetSchema, location="query")
@bp.response(200, schemas.DecisionSchema)
def distrust_list(wanted: dict[str, Any]) -> Any:
    """Trust a list no longer; ``target`` is its publisher."""
    made = deciding.distrust_list(current_session, wanted["target"], by=_by())
    commit()
    return made


@bp.get("/reports")
@token_or_session("read", _MAY)
@bp.arguments(schemas.ReportsPageSchema, location="query")
@bp.response(200, schemas.ReportsSchema)
def list_reports(wanted: dict[str, Any]) -> Any:
    """The reports that wait, or that were handled."""
    return reports.list_reports(current_session, wanted["state"], wanted["page"])


@bp.post("/reports")
@token_or_session("write:network", Action.SEE_WORKPLACE)
@bp.arguments(schemas.NewReportSchema)
@bp.response(201, schemas.ReportSchema)
def send_report(wanted: dict[str, Any]) -> Any:
    """Report a record to the coordinators of its hubs, and to its owner when asked."""
    report = reporting.send_report(
        current_session,
        current_runtime().settings,
        wanted["about"],
        reason=wanted["reason"],
        text=wanted["text"],
        to_owner=wanted["to_owner"],
        by=require(Action.SEE_WORKPLACE).name,
    )
    commit()
    return reports.view_of(current_session, report)


@bp.post("/reports/<int:report_id>/handle")
@token_or_session("write:network", _MAY)
@bp.arguments(schemas.VerdictSchema)
@bp.response(200, schemas.ReportSchema)
def handle(wanted: dict[str, Any], report_id: int) -> Any:
    """Decide about a report."""
    settings, verdict = current_runtime().settings, wanted["verdict"]
    report = reports.handle(current_session, settings, report_id, verdict, answer=wanted["answer"], by=_by())
    commit()
    return reports.view_of(current_session, report)


@bp.post("/reports/<int:report_id>/reopen")
@token_or_session("write:network", _MAY)
@bp.response(200, schemas.ReportSchema)
def reopen(report_id: int) -> Any:
    """Take a verdict back."""
    report = reports.reopen(current_session, current_runtime().settings, report_id, by=_by())
    commit()
    return reports.view_of(current_session, report)


def _by() -> str:
    return require(_MAY).name
