"""The agenda of the network for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import current_session
from node.agenda.service import read_agenda
from node.api.schemas import ArgumentsSchema, PagedSchema
from node.guide.selection import MOST_LETTERS
from schemas.fields import Instant, Text, WireSchema

bp = Blueprint("events_api", __name__, url_prefix="/api/v1/events", description="The agenda")


class EventQuerySchema(ArgumentsSchema):
    """Which page of the agenda; only what fits the words of ``q``, when there are any."""

    q = Text(most=MOST_LETTERS, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class EventSchema(WireSchema):
    """One event of the network; ``pageUrl`` is its page at whoever organises it."""

    uri = fields.String()
    name = fields.String()
    owner = fields.String()
    owner_uri = fields.String()
    starts_at = Instant()
    over_at = Instant()
    place = fields.String()
    locality = fields.String()
    for_whom = fields.String()
    is_cancelled = fields.Boolean()
    page_url = fields.String()
    example_data = fields.Boolean()


class EventListSchema(PagedSchema):
    """A page of the agenda, the first event first."""

    items = fields.List(fields.Nested(EventSchema))


@bp.get("")
@bp.arguments(EventQuerySchema, location="query")
@bp.response(200, EventListSchema)
def list_events(arguments: dict[str, Any]) -> dict[str, Any]:
    """The coming public events of the network, from this node's replica."""
    agenda = read_agenda(current_session, arguments["q"], arguments["page"])
    names = set(EventSchema().fields) - {"owner"}
    items = [
        {**{name: getattr(event, name) for name in names}, "owner": agenda.owners[event.owner_uri]}
        for event in agenda.events
    ]
    return {"items": items, "total": agenda.total, "page": agenda.page, "pages": agenda.pages}
