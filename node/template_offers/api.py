"""Offers for programs: offering a change back, and deciding about what copies offer."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from directory.replica.owners import name_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.activity_templates.service import get_own
from node.api.access import token_or_session
from node.template_offers import deciding, offering
from node.template_offers.models import TemplateOffer
from node.template_updates.api import ChoicesSchema, DifferenceSchema
from schemas.activity_templates import ChangeSchema
from schemas.errors import NotFound
from schemas.fields import Instant, WireSchema, many
from schemas.objects import ActivityTemplateSchema

bp = Blueprint(
    "template_offers_api", __name__, url_prefix="/api/v1/templates", description="Changes offered back"
)
_change = ChangeSchema()
_MOST = 400


class OfferSchema(WireSchema):
    """An offer, at either side. ``id`` is a number of this node."""

    id = fields.Integer()
    direction = fields.String(validate=validate.OneOf(["in", "out"]))
    template = fields.String(attribute="template_id")
    """Our own template."""
    community = fields.String()
    variant = fields.String(attribute="variant_uri")
    variant_version = fields.Integer()
    note = fields.String()
    state = fields.String()
    answer = fields.String()
    taken_version = fields.Integer(allow_none=True)
    created_at = Instant()


class OffersSchema(WireSchema):
    """Offers, what waits first."""

    items = many(fields.Nested(OfferSchema), most=_MOST)


class OfferNoteSchema(WireSchema):
    """A word that goes along; it leaves this node."""

    note = fields.String(load_default="")


class AnswerSchema(WireSchema):
    """A word with a refusal; it leaves this node."""

    answer = fields.String(load_default="")


class OfferedSchema(OfferSchema):
    """An offer that came in, with all its differences; send ``seen`` along with the choices."""

    seen = fields.String()
    differences = many(fields.Nested(DifferenceSchema), most=_MOST)


class YesSchema(ChoicesSchema):
    """Choices by place, what is said of the new version, and a word to who offered it."""

    change = fields.Nested(ChangeSchema, load_default=dict)
    answer = fields.String(load_default="")


class DecidedSchema(OfferSchema):
    """The offer as it stands; with ``preview`` also what our format would become."""

    content = fields.Nested(ActivityTemplateSchema)


@bp.get("/offers")
@token_or_session("read", Action.PUBLISH_TEMPLATE)
@bp.response(200, OffersSchema)
def list_offers() -> dict[str, Any]:
    """What copies of our templates offer."""
    return {"items": [_shown(each) for each in deciding.list_offered(current_session)]}


@bp.get("/offers/<int:offer_id>")
@token_or_session("read", Action.PUBLISH_TEMPLATE)
@bp.response(200, OfferedSchema)
def read_offer(offer_id: int) -> dict[str, Any]:
    """One offer with what it changes."""
    offered = deciding.open_offered(current_session, offer_id)
    names = ("place", "kind", "base", "ours", "theirs", "needs_choice")
    differences = [
        {**{name: getattr(each, name) for name in names}, "choices": list(each.results)}
        for each in offered.differences
    ]
    return {**_shown(offered.offer), "seen": offered.seal, "differences": differences}


@bp.post("/offers/<int:offer_id>/accept")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.arguments(YesSchema)
@bp.response(200, DecidedSchema)
def accept_offer(wanted: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Take what is chosen into a next version."""
    offered = deciding.open_offered(current_session, offer_id)
    if wanted["preview"]:
        return {**_shown(offered.offer), "content": offered.result(wanted["choices"])}
    yes = deciding.Yes(
        choices=wanted["choices"],
        seen=wanted["seen"],
        change=_change.dump(wanted["change"]),
        answer=wanted["answer"],
        by=require(Action.PUBLISH_TEMPLATE).name,
    )
    row = deciding.accept(current_session, current_runtime().settings, offer_id, yes)
    commit()
    return {**_shown(row), "content": offered.template.draft}


@bp.post("/offers/<int:offer_id>/decline")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.arguments(AnswerSchema)
@bp.response(200, OfferSchema)
def decline_offer(wanted: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Say no, with a word."""
    by = require(Action.PUBLISH_TEMPLATE).name
    settings = current_runtime().settings
    row = deciding.decline(current_session, settings, offer_id, answer=wanted["answer"], by=by)
    commit()
    return _shown(row)


@bp.get("/<key>/offers")
@token_or_session("read", Action.PUBLISH_TEMPLATE)
@bp.response(200, OffersSchema)
def list_own_offers(key: str) -> dict[str, Any]:
    """What we offered of one of our copies, the newest first."""
    found = offering.offers_of(current_session, get_own(current_session, key))
    return {"items": [_shown(each) for each in found]}


@bp.post("/<key>/offers")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.arguments(OfferNoteSchema)
@bp.response(201, OfferSchema)
def make_offer(wanted: dict[str, Any], key: str) -> dict[str, Any]:
    """Offer what we changed to the origin."""
    template, settings = get_own(current_session, key), current_runtime().settings
    by = require(Action.PUBLISH_TEMPLATE).name
    row = offering.offer(current_session, settings, template, note=wanted["note"], by=by)
    commit()
    return _shown(row)


@bp.post("/<key>/offers/withdraw")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.response(200, OfferSchema)
def withdraw_offer(key: str) -> dict[str, Any]:
    """Take back the offer that waits."""
    row = offering.offer_of(current_session, get_own(current_session, key))
    if row is None:
        raise NotFound(cause=f"nothing was offered of {key}")
    by = require(Action.PUBLISH_TEMPLATE).name
    offering.take_back(current_session, current_runtime().settings, row, by=by)
    commit()
    return _shown(row)


def _shown(row: TemplateOffer) -> dict[str, Any]:
    names = ("id", "direction", "template_id", "variant_uri", "variant_version", "note", "state")
    more = ("answer", "taken_version", "created_at")
    shown = {name: getattr(row, name) for name in (*names, *more)}
    return {**shown, "community": name_of(current_session, row.peer_uri)}
