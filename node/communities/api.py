"""The community and one's own account, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from federation.actors.identities import base_url
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import require
from node.accounts.roles import Action
from node.api.access import token_or_session
from node.communities.models import Community, get_community
from node.communities.publishing import publish_profile
from node.communities.service import save_profile
from schemas.fields import Text, WireSchema
from schemas.initiatives import InitiativeSchema

bp = Blueprint("community", __name__, url_prefix="/api/v1", description="The community of this node")


class ProfileSchema(WireSchema):
    """What the board tells of the community."""

    name = Text(required=True, least=1, most=200)
    summary = Text(most=2000, lines=True, load_default="")
    telephone = Text(most=30, load_default="")
    accent = fields.String(load_default="leaf")
    initiative = fields.Nested(InitiativeSchema, required=True)


class CommunitySchema(ProfileSchema):
    """The community as everybody may read it."""

    address = fields.String()
    place_name = fields.String()
    municipality = fields.String()
    is_village = fields.Boolean()
    is_hub = fields.Boolean()
    example_data = fields.Boolean()
    profile_published_at = fields.AwareDateTime(allow_none=True)


class MeSchema(Schema):
    """Who is calling."""

    name = fields.String()
    email = fields.Email()
    roles = fields.List(fields.String())


@bp.get("/community")
@bp.response(200, CommunitySchema)
def read_community() -> dict[str, Any]:
    """The community of this node."""
    return _shown(get_community(current_session))


@bp.put("/community")
@token_or_session("admin", Action.EDIT_PROFILE)
@bp.arguments(ProfileSchema)
@bp.response(200, CommunitySchema)
def change_community(profile: dict[str, Any]) -> dict[str, Any]:
    """Change the profile. Nothing is published by this."""
    community = get_community(current_session)
    profile["initiative"] = InitiativeSchema().dump(profile["initiative"])
    by = require(Action.EDIT_PROFILE).name
    save_profile(current_session, community, profile, by=by)
    commit()
    return _shown(community)


@bp.post("/community/publish")
@token_or_session("write:network", Action.EDIT_PROFILE)
@bp.response(200)
def publish_community() -> dict[str, Any]:
    """Publish the profile to the network; answers the signed activity."""
    activity = publish_profile(current_session, current_runtime().settings, get_community(current_session))
    commit()
    return activity


@bp.get("/me")
@token_or_session("read")
@bp.response(200, MeSchema)
def read_me() -> dict[str, Any]:
    """The account that is calling."""
    account = require(Action.USE_ACCOUNT)
    return {"name": account.name, "email": account.email, "roles": sorted(account.role_set)}


def _shown(community: Community) -> dict[str, Any]:
    names = CommunitySchema().fields
    shown = {name: getattr(community, name, None) for name in names if name not in {"address", "initiative"}}
    facts = InitiativeSchema().load(community.initiative or {})
    return {**shown, "address": base_url(current_session), "initiative": facts}
