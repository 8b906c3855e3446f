"""Sourced figures for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.claims import service
from node.claims.models import Claim
from node.claims.service import ClaimSchema
from schemas.fields import WireSchema

bp = Blueprint("claims_api", __name__, url_prefix="/api/v1/claims", description="Figures with their source")


class KeptClaimSchema(ClaimSchema):
    """One statement with its source, and its number here."""

    id = fields.Integer(dump_only=True)


class TopicSchema(WireSchema):
    """What is claimed about one thing; ``isDisputed`` when sources disagree."""

    name = fields.String()
    is_disputed = fields.Boolean()
    claims = fields.List(fields.Nested(KeptClaimSchema))


class TopicsSchema(WireSchema):
    """All topics."""

    items = fields.List(fields.Nested(TopicSchema))


@bp.get("")
@bp.response(200, TopicsSchema)
def list_all() -> dict[str, Any]:
    """All claims about this village, by topic."""
    return {"items": service.list_topics(current_session)}


@bp.post("")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(ClaimSchema)
@bp.response(201, KeptClaimSchema)
def create(values: dict[str, Any]) -> Claim:
    """Keep what a source states."""
    claim = service.state(current_session, values, by=require(Action.PREPARE_RELEASE).name)
    commit()
    return claim


@bp.put("/<int:claim_id>")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(ClaimSchema)
@bp.response(200, KeptClaimSchema)
def correct(values: dict[str, Any], claim_id: int) -> Claim:
    """Correct how it was written down."""
    claim = service.get_claim(current_session, claim_id)
    service.state(current_session, values, by=require(Action.PREPARE_RELEASE).name, claim=claim)
    commit()
    return claim


@bp.delete("/<int:claim_id>")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(204)
def put_away(claim_id: int) -> None:
    """Show it no more; a person can take this back on the page."""
    require(Action.PREPARE_RELEASE)
    service.put_away(current_session, service.get_claim(current_session, claim_id), away=True)
    commit()
