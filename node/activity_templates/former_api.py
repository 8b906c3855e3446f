"""The former drafts of a format for programs: read them, and go back to one."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action
from node.activity_templates import editing, former, service
from node.api.access import token_or_session
from schemas.fields import Instant, WireSchema, many
from schemas.objects import ActivityTemplateSchema

bp = Blueprint("former_drafts_api", __name__, url_prefix="/api/v1/templates", description="Activity formats")


class FormerDraftSchema(WireSchema):
    """A draft that was replaced; ``changed`` are the places that the next one has otherwise."""

    revision = fields.Integer()
    replaced = Instant()
    changed = many(fields.String(), most=500)
    content = fields.Nested(ActivityTemplateSchema)


class FormerDraftsSchema(WireSchema):
    """Former drafts, the newest first."""

    items = many(fields.Nested(FormerDraftSchema), most=editing.KEPT + 1)


class RestoredDraftSchema(WireSchema):
    """The draft as it is now."""

    revision = fields.Integer()
    content = fields.Nested(ActivityTemplateSchema)


@bp.get("/<key>/former")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, FormerDraftsSchema)
def list_former(key: str) -> dict[str, Any]:
    """The drafts that were replaced, as far as they are kept."""
    found = former.list_former(current_session, service.get_own(current_session, key))
    return {"items": [_shown(each) for each in found]}


@bp.post("/<key>/former/<int:revision>/restore")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.response(200, RestoredDraftSchema)
def restore(key: str, revision: int) -> dict[str, Any]:
    """Make a former draft the draft; the one of now is kept among the former ones."""
    template = service.get_own(current_session, key)
    former.restore(current_session, template, revision)
    commit()
    return {"revision": template.revision, "content": template.draft}


def _shown(each: former.Former) -> dict[str, Any]:
    name = ["name"] if each.has_other_name else []
    return {
        "revision": each.row.revision,
        "replaced": each.row.replaced_at,
        "changed": [*name, *(difference.place for difference in each.changed)],
        "content": each.row.content,
    }
