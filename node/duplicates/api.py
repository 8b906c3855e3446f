"""Duplicates for programs: suggestions for a new entry, the pairs, and decisions."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, fields, validate

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.duplicates import merging, service, suggesting
from node.duplicates.models import Duplicate
from schemas.fields import Instant, Text, Uri, WireSchema, many
from schemas.taxonomies import KINDS

bp = Blueprint(
    "duplicates_api", __name__, url_prefix="/api/v1/duplicates", description="Two entries, one initiative?"
)


class InitiativeDraftSchema(WireSchema):
    """What is known of an initiative so far."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    name = Text(most=200, load_default="")
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS.codes]))
    places = Text(
        most=300, load_default="", metadata={"description": "names or ids of places, with semicolons"}
    )
    kvk_number = Text(most=20, load_default="")
    website = Text(most=300, load_default="")
    email = Text(most=300, load_default="")
    telephone = Text(most=40, load_default="")


class MatchSchema(WireSchema):
    """An entry that may be the same, with the reasons as codes."""

    id = fields.String(attribute="entry.key")
    uri = Uri(attribute="entry.uri")
    name = fields.String(attribute="entry.name")
    likelihood = fields.Float(attribute="score.likelihood")
    reasons_for = fields.List(fields.String(), attribute="score.reasons_for")
    reasons_against = fields.List(fields.String(), attribute="score.reasons_against")


class MatchesSchema(WireSchema):
    """The likeliest first."""

    items = many(fields.Nested(MatchSchema), most=5)


class DuplicateSchema(WireSchema):
    """A pair; ``state`` is 'open', 'different' or 'merged'."""

    id = fields.Integer()
    left = Uri(attribute="left_uri")
    right = Uri(attribute="right_uri")
    likelihood = fields.Float()
    reasons_for = fields.List(fields.String())
    reasons_against = fields.List(fields.String())
    state = fields.String()
    note = fields.String()
    decided_by = fields.String()
    decided = Instant(attribute="decided_at", allow_none=True)


class DuplicatesSchema(WireSchema):
    """A page of pairs."""

    items = many(fields.Nested(DuplicateSchema), most=service.PAGE_SIZE)
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class PairsSchema(WireSchema):
    """Which pairs."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "different", "merged"]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class MergeSchema(WireSchema):
    """Which entry stays, and per field 'stays', 'goes' or 'both'; what is not named loses nothing."""

    stays = Uri(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(["stays", "goes", merging.BOTH])),
        data_key="fields",
        load_default=dict,
    )


class ApartSchema(WireSchema):
    """Why they are two."""

    note = Text(most=500, load_default="")


@bp.get("/suggestions")
@bp.arguments(InitiativeDraftSchema, location="query")
@bp.response(200, MatchesSchema)
def suggest(draft: dict[str, Any]) -> dict[str, Any]:
    """Entries like what somebody is about to add."""
    typed = {**draft, "kvkNumber": draft["kvk_number"]}
    return {"items": suggesting.matches_of(current_session, typed)}


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(PairsSchema, location="query")
@bp.response(200, DuplicatesSchema)
def list_pairs(arguments: dict[str, Any]) -> dict[str, Any]:
    """The pairs, the likeliest first."""
    found = service.list_duplicates(current_session, arguments["state"], arguments["page"])
    numbers = {"page": found.page, "pages": found.pages, "total": found.total}
    return {"items": [each.duplicate for each in found.items], **numbers}


@bp.post("/<int:duplicate_id>/merge")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(MergeSchema)
@bp.response(200, DuplicateSchema)
def merge(wanted: dict[str, Any], duplicate_id: int) -> Duplicate:
    """Make one entry of two; the other is withdrawn everywhere."""
    by, settings = require(Action.COORDINATE).name, current_runtime().settings
    duplicate = service.get_duplicate(current_session, duplicate_id)
    merging.merge(current_session, settings, duplicate, wanted["fields_"], stays_uri=wanted["stays"], by=by)
    commit()
    return duplicate


@bp.post("/<int:duplicate_id>/keep-apart")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ApartSchema)
@bp.response(200, DuplicateSchema)
def keep_apart(wanted: dict[str, Any], duplicate_id: int) -> Duplicate:
    """These are two initiatives."""
    by = require(Action.COORDINATE).name
    duplicate = service.get_duplicate(current_session, duplicate_id)
    service.keep_apart(current_session, duplicate, by=by, note=wanted["note"])
    commit()
    return duplicate


@bp.post("/<int:duplicate_id>/undo")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, DuplicateSchema)
def undo(duplicate_id: int) -> Duplicate:
    """Take a decision back."""
    by, settings = require(Action.COORDINATE).name, current_runtime().settings
    duplicate = service.get_duplicate(current_session, duplicate_id)
    if duplicate.state == "merged":
        merging.undo_merge(current_session, settings, duplicate, by=by)
    else:
        service.ask_again(current_session, duplicate)
    commit()
    return duplicate
