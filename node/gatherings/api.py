"""What there is to do, for programs: read it, write it, cancel a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema
from node.gatherings import attendance, changes, service
from node.gatherings.changes import OccurrenceFormSchema
from node.gatherings.forms import GatheringFormSchema
from node.gatherings.models import Gathering
from node.gatherings.occurrences import Occurrence, next_occurrence
from node.gatherings.repeats import weeks_of
from node.gatherings.series_pages import read_day
from node.gatherings.web import is_member
from node.gatherings.week import read_week
from schemas.fields import WireSchema

bp = Blueprint("gatherings_api", __name__, url_prefix="/api/v1/gatherings", description="Things to do")


class GatheringSchema(WireSchema):
    """One gathering, with the next day it takes place."""

    id = fields.Integer()
    name = fields.String()
    summary = fields.String()
    text = fields.String()
    when_text = fields.String()
    place = fields.String()
    address = fields.String()
    for_whom = fields.String()
    first_on = fields.Date(allow_none=True)
    every_weeks = fields.Integer(metadata={"description": "0 for any other rule"})
    rrule = fields.String(metadata={"description": "how it repeats, RFC 5545; empty is once"})
    extra_days = fields.List(fields.Date())
    left_out_days = fields.List(fields.Date())
    on_holidays = fields.String()
    started_on = fields.Date(allow_none=True)
    paused_from = fields.Date(allow_none=True)
    paused_until = fields.Date(allow_none=True)
    stopped_on = fields.Date(allow_none=True)
    stop_reason = fields.String()
    template_id = fields.String(allow_none=True)
    template_version = fields.Integer(allow_none=True)
    indicator = fields.String()
    at_time = fields.String()
    until_time = fields.String()
    audience = fields.String()
    next_on = fields.Date(allow_none=True)
    cancelled_on = fields.List(fields.Date())
    example_data = fields.Boolean()


class GatheringsSchema(WireSchema):
    """All gatherings by name."""

    items = fields.List(fields.Nested(GatheringSchema))


class GatheringInputSchema(GatheringFormSchema):
    """A gathering as a program writes it; ``confirmed`` says that the hints were read."""

    confirmed = fields.Boolean(load_default=False)
    template_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=32))


class OccurrenceSchema(WireSchema):
    """One time of a gathering; ``key`` is its day in the series, also when it was moved."""

    gathering_id = fields.Integer()
    name = fields.String()
    key = fields.Date()
    on = fields.Date()
    at_time = fields.String()
    until_time = fields.String()
    place = fields.String()
    is_cancelled = fields.Boolean()
    is_moved = fields.Boolean()
    attendance = fields.Integer(allow_none=True, metadata={"description": "only for who is signed in"})


class WeekSchema(WireSchema):
    """What there is to do in a week, in order."""

    items = fields.List(fields.Nested(OccurrenceSchema))


class WeekQuerySchema(ArgumentsSchema):
    """Which week."""

    week = fields.String(load_default="", validate=validate.Length(max=8))


class AttendanceSchema(WireSchema):
    """How many came (null forgets it), or how many to ``add``."""

    attendance = fields.Integer(load_default=None, allow_none=True, strict=True)
    add = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(-1000, 1000)
    )


@bp.get("")
@bp.response(200, GatheringsSchema)
def list_all() -> dict[str, Any]:
    """Everything there is to do in this village; what is for members only to who is signed in."""
    return {"items": [shown(each) for each in service.list_gatherings(current_session, member=is_member())]}


@bp.get("/<int:gathering_id>")
@bp.response(200, GatheringSchema)
def read(gathering_id: int) -> dict[str, Any]:
    """One gathering."""
    return shown(service.open_gathering(current_session, gathering_id, member=is_member()))


@bp.post("")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(GatheringInputSchema)
@bp.response(201, GatheringSchema)
def add(values: dict[str, Any]) -> dict[str, Any]:
    """Put a gathering on the noticeboard."""
    confirmed, settings = values.pop("confirmed"), current_runtime().settings
    data, today = _as_typed(values), service.local_today()
    gathering = service.add_gathering(current_session, settings, data, today=today, confirmed=confirmed)
    commit()
    return shown(gathering)


@bp.put("/<int:gathering_id>")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(GatheringInputSchema)
@bp.response(200, GatheringSchema)
def change(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """Replace a gathering; the network is told when it knows of it."""
    confirmed, settings = values.pop("confirmed"), current_runtime().settings
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    data, today = _as_typed(values), service.local_today()
    service.edit_gathering(current_session, settings, gathering, data, today=today, confirmed=confirmed)
    commit()
    return shown(gathering)


@bp.post("/<int:gathering_id>/<day>/cancel")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def cancel(gathering_id: int, day: str) -> dict[str, Any]:
    """Cancel one day."""
    return _set_cancelled(gathering_id, day, cancelled=True)


@bp.post("/<int:gathering_id>/<day>/restore")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def restore(gathering_id: int, day: str) -> dict[str, Any]:
    """Let a cancelled day take place after all."""
    return _set_cancelled(gathering_id, day, cancelled=False)


@bp.put("/<int:gathering_id>/<day>")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(OccurrenceFormSchema)
@bp.response(200, OccurrenceSchema)
def change_day(values: dict[str, Any], gathering_id: int, day: str) -> dict[str, Any]:
    """Give one time another day, hour, place or leader; what is left out is as always."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    when = changes.Moment(current_runtime().settings, service.local_today())
    changes.change_occurrence(
        current_session, gathering, read_day(day), OccurrenceFormSchema().dump(values), when
    )
    commit()
    return _occurrence(changes.occurrence_or_conflict(gathering, read_day(day)))


@bp.put("/<int:gathering_id>/<day>/attendance")
@token_or_session("write:gatherings")
@bp.arguments(AttendanceSchema)
@bp.response(200, OccurrenceSchema)
def count(values: dict[str, Any], gathering_id: int, day: str) -> dict[str, Any]:
    """Write down how many came, or add to it: for the team and for who leads this time."""
    gathering, today = (
        service.open_gathering(current_session, gathering_id, member=True),
        service.local_today(),
    )
    attendance.require_may_count(require(Action.USE_ACCOUNT), gathering, read_day(day))
    if values["add"] is not None:
        attendance.add_to_count(current_session, gathering, read_day(day), values["add"], today=today)
    else:
        attendance.set_count(current_session, gathering, read_day(day), values["attendance"], today=today)
    commit()
    return _occurrence(changes.occurrence_or_conflict(gathering, read_day(day)))


@bp.get("/week")
@bp.arguments(WeekQuerySchema, location="query")
@bp.response(200, WeekSchema)
def read_a_week(values: dict[str, Any]) -> dict[str, Any]:
    """What there is to do in a week such as 2026-W48; without one, from today up to six days on."""
    today = service.local_today()
    first = read_week(values["week"]) if values["week"] else today
    found = service.between(current_session, first, first + service.WEEK, member=is_member())
    return {"items": [_occurrence(each) for each in found]}


def _occurrence(one: Occurrence) -> dict[str, Any]:
    names = set(OccurrenceSchema().fields) - {"gathering_id", "name", "attendance"}
    shown = {name: getattr(one, name) for name in names}
    gathering = {"gathering_id": one.gathering.id, "name": one.gathering.name}
    return shown | gathering | {"attendance": one.attendance if is_member() else None}


def _set_cancelled(gathering_id: int, text: str, *, cancelled: bool) -> dict[str, Any]:
    day = read_day(text)
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    settings, today = current_runtime().settings, service.local_today()
    changes.set_cancelled(current_session, settings, gathering, day, cancelled=cancelled, today=today)
    commit()
    return shown(gathering)


def shown(gathering: Gathering) -> dict[str, Any]:
    """A gathering as programs read it; nothing of who leads it."""
    coming = next_occurrence(gathering, service.local_today())
    derived = {
        "every_weeks": weeks_of(gathering.rrule),
        "extra_days": [date.fromisoformat(day) for day in gathering.extra_days.split()],
        "left_out_days": [date.fromisoformat(day) for day in gathering.left_out_days.split()],
        "next_on": coming.on if coming else None,
        "cancelled_on": [each.happens_on for each in gathering.occurrences if each.is_cancelled],
    }
    names = set(GatheringSchema().fields) - set(derived)
    return {name: getattr(gathering, name) for name in names} | derived


def _as_typed(values: dict[str, Any]) -> dict[str, Any]:
    """What a program wrote, in the shape of the form; the format it is begun from goes along."""
    template_id = values.pop("template_id", None)
    return {**GatheringFormSchema().dump(values), "templateId": template_id}
