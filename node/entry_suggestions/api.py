"""Proposals from the public form, for programs of the coordinator; the API of listings approves them."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require_for
from node.accounts.access import current_account as asking
from node.api.access import token_or_session
from node.entry_suggestions import service
from node.listings import reviewing
from node.listings.adoption import open_listing
from node.listings.schemas import NoteSchema
from schemas.fields import Instant, WireSchema, many

bp = Blueprint(
    "entry_suggestions_api",
    __name__,
    url_prefix="/api/v1/entry-suggestions",
    description="Initiatives that somebody without an account proposed for the guide",
)


class EntrySuggestionSchema(WireSchema):
    """One proposal; ``key`` is that of its listing. The address for the answer is told to nobody."""

    key = fields.String()
    name = fields.String()
    asked = Instant()
    gets_answer = fields.Boolean()


class EntrySuggestionsSchema(WireSchema):
    """What waits, the oldest first."""

    items = many(fields.Nested(EntrySuggestionSchema), most=service.MOST_WAITING)


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, EntrySuggestionsSchema)
def list_waiting() -> dict[str, Any]:
    """The proposals that wait for a coordinator."""
    found = service.list_waiting(current_session)
    return {
        "items": [
            {"key": listing.key, "name": listing.name, "asked": one.asked_at, "gets_answer": bool(one.email)}
            for one, listing in found
        ]
    }


@bp.post("/<key>/proposals/<int:number>/reject-unanswered")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(204)
def reject_unanswered(values: dict[str, Any], key: str, number: int) -> None:
    """Reject a proposal and tell nobody; the address for the answer is deleted at once."""
    listing = open_listing(current_session, key)
    revision = reviewing.proposal_of(current_session, listing, number)
    by = require_for(asking(), Action.COORDINATE).name
    service.reject_unanswered(current_session, listing, revision, by=by, decision=values["note"])
    commit()
