"""What there is to do, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.database import now
from federation.flask_session import current_session
from node.gatherings.service import list_gatherings
from schemas.fields import WireSchema

bp = Blueprint("gatherings_api", __name__, url_prefix="/api/v1/gatherings", description="Things to do")


class GatheringSchema(WireSchema):
    """One gathering, with the next day it takes place."""

    name = fields.String()
    summary = fields.String()
    when_text = fields.String()
    place = fields.String()
    for_whom = fields.String()
    at_time = fields.String()
    next_on = fields.Date(allow_none=True)
    example_data = fields.Boolean()


class GatheringsSchema(WireSchema):
    """All gatherings by name."""

    items = fields.List(fields.Nested(GatheringSchema))


@bp.get("")
@bp.response(200, GatheringsSchema)
def list_all() -> dict[str, Any]:
    """Everything there is to do in this village."""
    today, names = now().date(), set(GatheringSchema().fields) - {"next_on"}
    return {
        "items": [
            {**{name: getattr(each, name) for name in names}, "next_on": each.next_on(today)}
            for each in list_gatherings(current_session)
        ]
    }
