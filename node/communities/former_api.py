"""The former versions of our profile for programs: read them, and go back to one."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.communities import former
from node.communities.models import get_community
from node.communities.service import restore_profile
from schemas.fields import Instant, WireSchema, many

bp = Blueprint(
    "former_profiles_api",
    __name__,
    url_prefix="/api/v1/community/former",
    description="The profile as it was before",
)


class ChangedFactSchema(WireSchema):
    """A fact that differs."""

    field = fields.String()


class FormerProfileSchema(WireSchema):
    """A profile that was replaced; ``changed`` are the facts that the next one has otherwise."""

    revision = fields.Integer(attribute="row.revision")
    replaced = Instant(attribute="row.replaced_at")
    by = fields.String(attribute="row.replaced_by")
    reason = fields.String(attribute="row.reason")
    changed = many(fields.Pluck(ChangedFactSchema, "field"), most=60)
    content = fields.Dict(attribute="row.content")


class FormerProfilesSchema(WireSchema):
    """Former profiles, the newest first."""

    items = many(fields.Nested(FormerProfileSchema), most=former.KEPT + 1)


class RestoredProfileSchema(WireSchema):
    """The number of the profile as it is now."""

    revision = fields.Integer()


@bp.get("")
@token_or_session("read", Action.EDIT_PROFILE)
@bp.response(200, FormerProfilesSchema)
def list_former() -> dict[str, Any]:
    """The profiles that were replaced, as far as they are kept."""
    return {"items": former.list_former(current_session, get_community(current_session))}


@bp.post("/<int:revision>/restore")
@token_or_session("admin", Action.EDIT_PROFILE)
@bp.response(200, RestoredProfileSchema)
def restore(revision: int) -> dict[str, Any]:
    """Make a former profile the profile; the one of now is kept, and nothing is published by this."""
    community, by = get_community(current_session), require(Action.EDIT_PROFILE).name
    restore_profile(current_session, community, revision, by=by)
    commit()
    return {"revision": community.revision}
