"""The network for programs: joining hubs, requests, connections and what was shared."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_runtime, current_session
from federation.relations.followers import Follow
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import PagedSchema, PageSchema
from node.network import service
from node.network.connections import connection_of, list_connections, list_key_offers
from node.network.sharing import list_shared
from schemas.fields import Instant, Text, WireSchema

bp = Blueprint("network_api", __name__, url_prefix="/api/v1/network", description="Hubs and connections")


class HubSchema(WireSchema):
    """The address of a hub: of its home page, of its actor, or @name@host."""

    address = Text(required=True, least=1, most=500)


class ReasonSchema(WireSchema):
    """Why a request is refused; it stays in this node."""

    reason = Text(required=True, least=1, most=service.MOST_REASON)


class ConnectionSchema(WireSchema):
    """One connection; ``direction`` is 'out' when we asked, 'in' when they asked."""

    id = fields.Integer()
    direction = fields.String()
    state = fields.String()
    kind = fields.String()
    uri = fields.String()
    name = fields.String()
    handle = fields.String()
    places = fields.List(fields.String())
    url = fields.String()
    fingerprint = fields.String()
    key_changed = fields.Boolean()
    new_fingerprint = fields.String()
    new_key_at = Instant(allow_none=True)
    asked_at = Instant()
    decided_at = Instant(allow_none=True)


class ConnectionsSchema(WireSchema):
    """Connections, newest first."""

    items = fields.List(fields.Nested(ConnectionSchema))


class SharedThingSchema(WireSchema):
    """One message that left."""

    what = fields.String()
    name = fields.String()
    count = fields.Integer()
    is_public = fields.Boolean()
    recipients = fields.List(fields.String())
    at = Instant()
    url = fields.String()


class SharedSchema(PagedSchema):
    """A page of what left, newest first."""

    items = fields.List(fields.Nested(SharedThingSchema), attribute="things")


@bp.get("/connections")
@bp.response(200, ConnectionsSchema)
def list_all() -> dict[str, Any]:
    """With whom this node is connected, whoever asked."""
    out = list_connections(current_session, "out", ["accepted"])
    return {"items": out + list_connections(current_session, "in", ["accepted"])}


@bp.get("/hubs")
@bp.response(200, ConnectionsSchema)
def list_hubs() -> dict[str, Any]:
    """The hubs that we joined or asked."""
    asked = list_connections(current_session, "out", ["pending", "accepted", "rejected"])
    return {"items": [each for each in asked if each.kind == "hub"]}


@bp.post("/hubs")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.arguments(HubSchema)
@bp.response(201, ConnectionSchema)
def join_hub(wanted: dict[str, Any]) -> Any:
    """Ask a hub to let us in."""
    follow = service.join_hub(current_session, current_runtime().settings, wanted["address"])
    commit()
    return connection_of(current_session, follow)


@bp.delete("/connections/<int:connection_id>")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.response(200, ConnectionSchema)
def leave(connection_id: int) -> Any:
    """End a connection."""
    by = require(Action.JOIN_HUB).name
    return _done(service.leave(current_session, current_runtime().settings, connection_id, by=by))


@bp.get("/requests")
@token_or_session("read", Action.DECIDE_FOLLOWERS)
@bp.response(200, ConnectionsSchema)
def list_requests() -> dict[str, Any]:
    """Who waits for an answer."""
    offers = list_key_offers(current_session)
    return {"items": offers + list_connections(current_session, "in", ["pending"])}


@bp.post("/requests/<int:request_id>/accept")
@token_or_session("write:network", Action.DECIDE_FOLLOWERS)
@bp.response(200, ConnectionSchema)
def accept(request_id: int) -> Any:
    """Let somebody in."""
    by = require(Action.DECIDE_FOLLOWERS).name
    return _done(service.accept_request(current_session, current_runtime().settings, request_id, by=by))


@bp.post("/requests/<int:request_id>/reject")
@token_or_session("write:network", Action.DECIDE_FOLLOWERS)
@bp.arguments(ReasonSchema)
@bp.response(200, ConnectionSchema)
def reject(wanted: dict[str, Any], request_id: int) -> Any:
    """Refuse somebody."""
    by, settings = require(Action.DECIDE_FOLLOWERS).name, current_runtime().settings
    return _done(
        service.reject_request(current_session, settings, request_id, reason=wanted["reason"], by=by)
    )


@bp.post("/requests/<int:request_id>/accept-key")
@token_or_session("write:network", Action.DECIDE_FOLLOWERS)
@bp.response(200, ConnectionSchema)
def accept_key(request_id: int) -> Any:
    """Believe the new key of somebody we know; it was compared by telephone."""
    by = require(Action.DECIDE_FOLLOWERS).name
    return _done(service.accept_key(current_session, current_runtime().settings, request_id, by=by))


@bp.post("/requests/<int:request_id>/refuse-key")
@token_or_session("write:network", Action.DECIDE_FOLLOWERS)
@bp.response(200, ConnectionSchema)
def refuse_key(request_id: int) -> Any:
    """Do not believe a new key of somebody we know."""
    by = require(Action.DECIDE_FOLLOWERS).name
    return _done(service.refuse_key(current_session, current_runtime().settings, request_id, by=by))


@bp.post("/requests/<int:request_id>/undo")
@token_or_session("write:network", Action.DECIDE_FOLLOWERS)
@bp.response(200, ConnectionSchema)
def undo(request_id: int) -> Any:
    """Take a decision back."""
    by = require(Action.DECIDE_FOLLOWERS).name
    return _done(service.undo_decision(current_session, current_runtime().settings, request_id, by=by))


@bp.get("/shared")
@bp.arguments(PageSchema, location="query")
@bp.response(200, SharedSchema)
def read_shared(arguments: dict[str, Any]) -> Any:
    """Everything that left this node."""
    return list_shared(current_session, arguments["page"])


def _done(follow: Follow) -> Any:
    commit()
    return connection_of(current_session, follow)
