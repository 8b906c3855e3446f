"""Sourced figures for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import current_session
from node.claims.service import list_topics
from schemas.fields import WireSchema

bp = Blueprint("claims_api", __name__, url_prefix="/api/v1/claims", description="Figures with their source")


class ClaimSchema(WireSchema):
    """One statement with its source."""

    value = fields.String()
    unit = fields.String()
    scope = fields.String()
    dated = fields.String()
    source = fields.String()
    confidence = fields.String()
    note = fields.String()


class TopicSchema(WireSchema):
    """What is claimed about one thing; ``isDisputed`` when sources disagree."""

    name = fields.String()
    is_disputed = fields.Boolean()
    claims = fields.List(fields.Nested(ClaimSchema))


class TopicsSchema(WireSchema):
    """All topics."""

    items = fields.List(fields.Nested(TopicSchema))


@bp.get("")
@bp.response(200, TopicsSchema)
def list_all() -> dict[str, Any]:
    """All claims about this village, by topic."""
    return {"items": list_topics(current_session)}
