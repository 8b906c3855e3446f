"""Our keys for programs: the same as the page, in `/api/v1/identity`."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.actors.key_generations import KeyRotation
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.identity import service
from schemas.fields import Instant, WireSchema

bp = Blueprint("identity_api", __name__, url_prefix="/api/v1/identity", description="Our keys and address")
_READ = token_or_session("read", Action.MANAGE_NODE)
_WRITE = token_or_session("write:network", Action.MANAGE_NODE)


class KeysSchema(WireSchema):
    """The keys of one identity."""

    role = fields.String()
    actor_uri = fields.String()
    fingerprint = fields.String()
    since = Instant()
    is_old = fields.Boolean()
    is_lost = fields.Boolean()


class RotationSchema(WireSchema):
    """A replacement of all keys that is under way."""

    kind = fields.String()
    state = fields.String()
    started_at = Instant()
    switch_at = Instant()
    retire_at = Instant(allow_none=True)


class IdentitySchema(WireSchema):
    """Our address, our keys, and what is under way."""

    address = fields.String()
    keys = fields.List(fields.Nested(KeysSchema))
    rotation = fields.Nested(RotationSchema, allow_none=True)


class NewKeysSchema(WireSchema):
    """Why new keys are made."""

    leaked = fields.Boolean(load_default=False)


@bp.get("")
@_READ
@bp.response(200, IdentitySchema)
def read() -> dict[str, Any]:
    """Our keys, how old they are, and what is under way."""
    found = service.overview(current_session, current_runtime().settings)
    keys = [
        {
            "role": each.identity.role,
            "actor_uri": each.identity.actor_uri,
            "fingerprint": each.fingerprint,
            "since": each.since,
            "is_old": each.is_old,
            "is_lost": each.is_lost,
        }
        for each in found.keys
    ]
    return {"address": found.address, "keys": keys, "rotation": found.rotation}


@bp.post("/keys")
@_WRITE
@bp.arguments(NewKeysSchema)
@bp.response(201, RotationSchema)
def rotate(wanted: dict[str, Any]) -> KeyRotation:
    """Make new keys; with ``leaked`` they are used at once."""
    by, settings = require(Action.MANAGE_NODE).name, current_runtime().settings
    rotation = service.make_new_keys(current_session, settings, leaked=wanted["leaked"], by=by)
    commit()
    return rotation


@bp.delete("/keys")
@_WRITE
@bp.response(204)
def cancel() -> None:
    """Give up new keys that are not used yet."""
    service.cancel(current_session, current_runtime().settings)
    commit()


@bp.post("/recovery")
@_WRITE
@bp.response(201, RotationSchema)
def recover() -> KeyRotation:
    """Make new keys after a loss; the hubs are asked to compare them."""
    by = require(Action.MANAGE_NODE).name
    rotation = service.recover(current_session, current_runtime().settings, by=by)
    commit()
    return rotation
