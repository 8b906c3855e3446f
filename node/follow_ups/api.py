"""Notes and tasks for programs of the team."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from directory.replica.entries import get_entry
from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.follow_ups import service
from node.follow_ups.models import FollowUp
from schemas.fields import Instant, Text, Uri, WireSchema, many

bp = Blueprint("follow_ups_api", __name__, url_prefix="/api/v1/follow-ups", description="Notes and tasks")


class NewFollowUpSchema(WireSchema):
    """A note, or with ``dueOn`` a task."""

    entry = fields.String(required=True, metadata={"description": "the id of the entry"})
    text = Text(required=True, least=1, most=service.MOST_LETTERS, lines=True)
    due_on = fields.Date(load_default=None, allow_none=True)


class FollowUpSchema(WireSchema):
    """A note or a task."""

    id = fields.Integer()
    entry = Uri(attribute="entry_uri")
    name = fields.String(attribute="entry_name")
    text = fields.String()
    due_on = fields.Date(allow_none=True)
    by = fields.String()
    from_outside = fields.Boolean()
    created = Instant(attribute="created_at")
    done = Instant(attribute="done_at", allow_none=True)


class FollowUpsSchema(WireSchema):
    """The most urgent first."""

    items = many(fields.Nested(FollowUpSchema), most=service.PAGE)


class EntryBeforeSchema(WireSchema):
    """An entry of this hub whose place another took; its versions are at ``/listings/<id>/revisions``."""

    id = fields.String(attribute="key")
    uri = Uri()
    name = fields.String()
    until = Instant(attribute="changed_at")


class EntriesBeforeSchema(WireSchema):
    """The last that went first."""

    items = many(fields.Nested(EntryBeforeSchema), most=service.PAGE)


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, FollowUpsSchema)
def list_open() -> dict[str, Any]:
    """The tasks that are to be done."""
    return {"items": service.open_tasks(current_session)}


@bp.post("")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NewFollowUpSchema)
@bp.response(201, FollowUpSchema)
def add(wanted: dict[str, Any]) -> FollowUp:
    """Write a note or a task."""
    entry, by = get_entry(current_session, wanted["entry"]), require(Action.COORDINATE).name
    made = service.add(current_session, entry, wanted["text"], by=by, due_on=wanted["due_on"])
    commit()
    return made


@bp.post("/<int:follow_up_id>/finish")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, FollowUpSchema)
def finish(follow_up_id: int) -> FollowUp:
    """Tick a task off."""
    follow_up = service.get_follow_up(current_session, follow_up_id)
    follow_up.finish(require(Action.COORDINATE).name)
    commit()
    return follow_up


@bp.get("/entries/<key>/before")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, EntriesBeforeSchema)
def list_before(key: str) -> dict[str, Any]:
    """The entries whose place this one took: by a claim of its village, or because they were the same."""
    return {"items": service.entries_before(current_session, get_entry(current_session, key))}
