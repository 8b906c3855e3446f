"""The life of a series for programs: a pause, the end, the version it follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.actors.identities import base_url
from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.gatherings import calendar_import, calendar_links, series, service
from node.gatherings.api import GatheringSchema, shown
from node.gatherings.calendar_in import LARGEST, MOST_SHOWN, read_calendar
from node.gatherings.models import AUDIENCES
from node.gatherings.series import PauseSchema, StopSchema
from node.gatherings.series_pages import this_moment
from schemas.fields import WireSchema, many

bp = Blueprint("series_api", __name__, url_prefix="/api/v1/gatherings", description="Things to do")


class VersionSchema(WireSchema):
    """Which version of its format a series is to follow."""

    version = fields.Integer(required=True, strict=True)


class CalendarSchema(WireSchema):
    """An iCalendar file, and which of its events (by uid) become gatherings."""

    calendar = fields.String(required=True, validate=validate.Length(max=LARGEST))
    take = many(fields.String(validate=validate.Length(max=255)), most=MOST_SHOWN, load_default=list)
    audience = fields.String(load_default="village", validate=validate.OneOf(AUDIENCES))


class FoundSchema(WireSchema):
    """One event of a calendar; ``problem`` says why it cannot be taken over."""

    uid = fields.String()
    name = fields.String()
    first_on = fields.Date()
    rrule = fields.String()
    problem = fields.String()
    is_over = fields.Boolean()
    is_proposed = fields.Boolean()


class FoundListSchema(WireSchema):
    """What is in a calendar."""

    items = fields.List(fields.Nested(FoundSchema))


class LinkSchema(WireSchema):
    """A secret address."""

    url = fields.String()


@bp.put("/<int:gathering_id>/pause")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(PauseSchema)
@bp.response(200, GatheringSchema)
def pause(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """Let a series rest; without a first day from today, without a last day until further notice."""
    return _do(gathering_id, series.pause, PauseSchema().dump(values))


@bp.delete("/<int:gathering_id>/pause")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def resume(gathering_id: int) -> dict[str, Any]:
    """End the pause."""
    return _do(gathering_id, series.resume)


@bp.put("/<int:gathering_id>/end")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(StopSchema)
@bp.response(200, GatheringSchema)
def stop(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """End a series after a day, today when none is given; the reason is a code of a closed list."""
    return _do(gathering_id, series.stop, StopSchema().dump(values))


@bp.delete("/<int:gathering_id>/end")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def go_on(gathering_id: int) -> dict[str, Any]:
    """Take the end back."""
    return _do(gathering_id, series.go_on)


@bp.put("/<int:gathering_id>/version")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(VersionSchema)
@bp.response(200, GatheringSchema)
def follow_version(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """Let a series follow another version of its format."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    series.follow_version(current_session, gathering, values["version"])
    commit()
    return shown(gathering)


@bp.post("/calendar")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(CalendarSchema)
@bp.response(200, FoundListSchema)
def read_a_calendar(values: dict[str, Any]) -> dict[str, Any]:
    """What is in an iCalendar file; with ``take`` the chosen ones become gatherings, all or none."""
    when = this_moment()
    found = calendar_import.preview(current_session, read_calendar(values["calendar"].encode()), when.today)
    if values["take"]:
        calendar_import.take_over(current_session, found, values["take"], values["audience"], when)
        commit()
        found = calendar_import.preview(current_session, [each.found for each in found], when.today)
    return {"items": [_found(each) for each in found]}


@bp.post("/calendar-link")
@token_or_session("write:gatherings")
@bp.response(201, LinkSchema)
def make_calendar_link() -> dict[str, str]:
    """A new secret address for one's own calendar; it is shown once, and the one of before stops."""
    secret = calendar_links.make_link(current_session, require(Action.USE_ACCOUNT))
    commit()
    return {"url": f"{base_url(current_session)}/meedoen/agenda/{secret}.ics"}


def _found(proposal: calendar_import.Proposal) -> dict[str, Any]:
    found = proposal.found
    return {
        "uid": found.uid,
        "name": found.name,
        "first_on": found.start.on,
        "rrule": found.rule,
        "problem": proposal.problem,
        "is_over": proposal.is_over,
        "is_proposed": proposal.is_chosen,
    }


def _do(gathering_id: int, change: Callable[..., None], *data: Any) -> dict[str, Any]:
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    change(current_session, gathering, *data, this_moment())
    commit()
    return shown(gathering)
