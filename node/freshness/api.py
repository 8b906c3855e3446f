"""Freshness for programs: how up to date the directory is, and what a coordinator found out."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from directory.freshness.service import count_states
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.freshness import answering, asking
from node.freshness.telling import tell
from schemas.fields import Instant, Text, WireSchema, many
from schemas.taxonomies import FRESHNESS

bp = Blueprint("freshness_api", __name__, url_prefix="/api/v1/freshness", description="Is it still right?")

MOST = 100


class StatesSchema(WireSchema):
    """How many initiatives are in each state."""

    class Meta:
        """The states are the fields."""

        include = {code: fields.Integer() for code in FRESHNESS.codes}


class CandidateSchema(WireSchema):
    """Whom to ask; ``byMail`` is false when there is no address."""

    id = fields.String(attribute="entry.key")
    name = fields.String(attribute="entry.name")
    freshness = fields.String(attribute="entry.freshness")
    confirmed = Instant(attribute="listing.confirmed_at", allow_none=True)
    asked = fields.Integer()
    asked_at = Instant(allow_none=True)
    by_mail = fields.Function(lambda each: bool(each.email))
    bad_address = fields.Boolean(attribute="has_bad_address")


class CandidatesSchema(WireSchema):
    """The longest unconfirmed first."""

    items = many(fields.Nested(CandidateSchema), most=MOST)


class ConfirmationSchema(WireSchema):
    """Whom the coordinator asked."""

    note = Text(most=500, load_default="")


class CheckedSchema(WireSchema):
    """An entry after it was checked."""

    id = fields.String(attribute="key")
    name = fields.String()
    confirmed = Instant(attribute="confirmed_at", allow_none=True)


class AskedSchema(WireSchema):
    """How many were asked."""

    asked = fields.Integer()


@bp.get("")
@bp.response(200, StatesSchema)
def read_states() -> dict[str, int]:
    """How up to date the directory is."""
    return count_states(current_session)


@bp.get("/next")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, CandidatesSchema)
def list_next() -> dict[str, Any]:
    """Whom to ask next."""
    return {"items": asking.candidates(current_session, MOST)}


@bp.post("/ask")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, AskedSchema)
def ask() -> dict[str, int]:
    """Send today's questions by mail; none without a mail server."""
    asked = asking.ask_by_mail(current_session, current_runtime().settings)
    commit()
    return {"asked": asked}


@bp.post("/<key>/confirm")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ConfirmationSchema)
@bp.response(200, CheckedSchema)
def confirm(wanted: dict[str, Any], key: str) -> Any:
    """Somebody was asked, and it is all right."""
    by, settings = require(Action.COORDINATE).name, current_runtime().settings
    listing = answering.confirm_for(current_session, settings, key, by=by, note=wanted["note"])
    commit()
    return listing


@bp.post("/<key>/unreachable")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, CheckedSchema)
def unreachable(key: str) -> Any:
    """Nobody answers there."""
    listing = answering.nobody_answers(current_session, key, by=require(Action.COORDINATE).name)
    tell(current_session, current_runtime().settings)
    commit()
    return listing


@bp.put("/<key>/refusal")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(204)
def refuse(key: str) -> None:
    """They want no more messages."""
    answering.no_more_messages(current_session, key)
    commit()


@bp.delete("/<key>/refusal")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(204)
def allow(key: str) -> None:
    """They want messages again."""
    answering.messages_again(current_session, key)
    commit()


@bp.delete("/<key>/unreachable")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, CheckedSchema)
def reachable(key: str) -> Any:
    """Somebody does answer."""
    listing = answering.somebody_answers(current_session, key)
    tell(current_session, current_runtime().settings)
    commit()
    return listing
