"""Proposals from the public form, for programs of the coordinator; deciding is in the API of listings."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import current_session
from node.accounts.access import Action
from node.api.access import token_or_session
from node.entry_suggestions import service
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
