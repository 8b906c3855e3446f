"""Evidence for programs: what is known of a template, and how we use one of ours."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import get_own, open_template
from node.api.access import token_or_session
from node.gatherings.service import local_today
from node.template_evidence import telling
from node.template_evidence.due import due_tellings
from node.template_evidence.evidence import Evidence, evidence_of
from node.template_evidence.forms import values_of
from schemas.errors import NotFound
from schemas.fields import Instant, WireSchema, camel_case
from schemas.messages import N_
from schemas.template_evidence import RangeSchema

bp = Blueprint(
    "template evidence", __name__, url_prefix="/api/v1/templates", description="Evidence of formats"
)


class MarkSchema(WireSchema):
    """Who began at least so many months ago, and what became of it."""

    months = fields.Integer()
    running = fields.Integer()
    stopped = fields.Integer()
    not_known = fields.Integer()


class SpreadSchema(WireSchema):
    """A range over all communities that gave one, and the middle of their middles."""

    lowest = fields.Float()
    highest = fields.Float()
    middle = fields.Float()
    count = fields.Integer()


class StopReasonSchema(WireSchema):
    """Why communities stopped; an empty code is no reason given."""

    reason = fields.String()
    count = fields.Integer()


class MeanFigureSchema(WireSchema):
    """The mean of the newest released figure of each community; the error bar is ± at 95 % of the noise."""

    indicator = fields.String()
    mean = fields.Float()
    error_bar = fields.Float()
    count = fields.Integer()
    first_on = fields.Date()
    last_on = fields.Date()
    example_data = fields.Boolean()


class EvidenceStorySchema(WireSchema):
    """A story about a template; read it at ``/api/v1/stories/<id>``."""

    id = fields.String(attribute="key")
    uri = fields.String()
    name = fields.String()


class EvidenceSchema(WireSchema):
    """What this node knows of a template, its copies and their copies."""

    step = fields.String()
    steps = fields.List(fields.String())
    copies = fields.Integer()
    withdrawn = fields.Integer()
    told = fields.Integer()
    running = fields.Integer()
    silent = fields.Integer()
    stopped = fields.Integer()
    marks = fields.List(fields.Nested(MarkSchema))
    reasons = fields.List(fields.Nested(StopReasonSchema))
    cost_per_person = fields.Nested(SpreadSchema, allow_none=True)
    hours_per_person = fields.Nested(SpreadSchema, allow_none=True)
    figures = fields.List(fields.Nested(MeanFigureSchema))
    has_examples = fields.Boolean()
    stories = fields.List(fields.Nested(EvidenceStorySchema))
    grade = fields.Dict(allow_none=True)


class UseInputSchema(WireSchema):
    """How we use a template; months such as ``2026-11``, ``tells`` names the parts that others may know."""

    started_in = fields.String(load_default=None, allow_none=True)
    stopped_in = fields.String(load_default=None, allow_none=True)
    stop_reason = fields.String(load_default=None, allow_none=True)
    own_words = fields.String(load_default="")
    cost_per_person = fields.Nested(RangeSchema, load_default=None, allow_none=True)
    hours_per_person = fields.Nested(RangeSchema, load_default=None, allow_none=True)
    tells = fields.List(fields.String(), load_default=list)


class UseSchema(UseInputSchema):
    """How we use a template of ours; ``told`` is what the network knows of it."""

    told = fields.Dict(allow_none=True)
    told_at = Instant(allow_none=True)


class DueSchema(WireSchema):
    """One template: its activity ``stopped``, is it so ``again``, or is this the ``first`` time."""

    id = fields.String()
    name = fields.String()
    why = fields.String()


class DueListSchema(WireSchema):
    """The templates of which something could be told."""

    items = fields.List(fields.Nested(DueSchema))


class GradeInputSchema(WireSchema):
    """What Movisie's database says of a template; all three empty takes it back."""

    level = fields.String(load_default="")
    name = fields.String(load_default="")
    url = fields.String(load_default="")


@bp.get("/<key>/evidence")
@bp.response(200, EvidenceSchema)
def read_evidence(key: str) -> dict[str, Any]:
    """What is known of one published template."""
    view = open_template(current_session, key)
    if view.uri is None or view.known is None:
        raise NotFound(N_("This format does not exist."), cause=f"template {key} has no address")
    found = evidence_of(current_session, view.uri, view.content["indicators"], local_today())
    return _shown(found)


@bp.get("/<key>/use")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, UseSchema)
def read_use(key: str) -> dict[str, Any]:
    """How we use a template of ours; our own words are in it, and in no other answer."""
    return _use(get_own(current_session, key))


@bp.put("/<key>/use")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(UseInputSchema)
@bp.response(200, UseSchema)
def note_use(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Keep how we use it; the network is told nothing yet."""
    template = get_own(current_session, key)
    telling.note_use(current_session, template, UseInputSchema().dump(values), local_today())
    commit()
    return _use(template)


@bp.post("/<key>/use/tell")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.response(200, UseSchema)
def tell(key: str) -> dict[str, Any]:
    """Let the network know the parts that were chosen."""
    template = get_own(current_session, key)
    telling.tell(current_session, current_runtime().settings, template, local_today())
    commit()
    return _use(template)


@bp.post("/<key>/use/take-back")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.response(200, UseSchema)
def take_back(key: str) -> dict[str, Any]:
    """Tell the network nothing of it any more."""
    template = get_own(current_session, key)
    telling.take_back(current_session, current_runtime().settings, template)
    commit()
    return _use(template)


@bp.post("/<key>/use/confirm")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.response(200, UseSchema)
def confirm(key: str) -> dict[str, Any]:
    """Say that what the network knows is still so."""
    template = get_own(current_session, key)
    telling.confirm(current_session, current_runtime().settings, template, local_today())
    commit()
    return _use(template)


@bp.get("/to-tell")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, DueListSchema)
def list_due() -> dict[str, Any]:
    """The templates of ours of which something could be told now."""
    found = due_tellings(current_session, local_today())
    return {
        "items": [{"id": each.template.id, "name": each.template.name, "why": each.why} for each in found]
    }


@bp.put("/<key>/grade")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.arguments(GradeInputSchema)
@bp.response(200, GradeInputSchema)
def set_grade(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Tell or take back what Movisie's database says of a template of ours."""
    template = get_own(current_session, key)
    telling.set_grade(current_session, current_runtime().settings, template, values)
    commit()
    return dict((template.told or {}).get("grade") or {})


def _use(template: ActivityTemplate) -> dict[str, Any]:
    use = telling.find_use(current_session, template)
    values = values_of(use)
    shown = {name: values[camel_case(name)] for name in UseInputSchema().fields}
    return shown | {"told": telling.told_usage(template), "told_at": use.told_at}


def _shown(found: Evidence) -> dict[str, Any]:
    summary = found.summary
    return {
        **vars(summary),
        "step": found.ladder.step,
        "steps": list(found.ladder.taken),
        "copies": found.copies,
        "withdrawn": found.withdrawn,
        "reasons": [{"reason": code, "count": count} for code, count in summary.reasons],
        "cost_per_person": summary.cost,
        "hours_per_person": summary.hours,
        "figures": found.figures,
        "stories": found.stories,
        "grade": found.grade,
    }
