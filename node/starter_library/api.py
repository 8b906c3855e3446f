"""The starter library for programs: read it, begin from it, and share it as a hub."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action
from node.activity_templates.api import CopySchema
from node.api.access import token_or_session
from node.starter_library.beginning import begin, village_of
from node.starter_library.sharing import share
from node.starter_library.starters import Starter, get_starter, starters
from schemas.fields import WireSchema
from schemas.objects import ActivityTemplateSchema

bp = Blueprint(
    "starter_library_api",
    __name__,
    url_prefix="/api/v1/starter-library",
    description="Activities worked out as formats, there before a village knows any other",
)


class StarterSummarySchema(WireSchema):
    """One activity in the list, named after the village of this node."""

    key = fields.String()
    name = fields.String()
    summary = fields.String()
    group = fields.String()
    theme = fields.String()


class StarterListSchema(WireSchema):
    """All activities, in the order in which they are shown."""

    items = fields.List(fields.Nested(StarterSummarySchema))


class StarterSchema(StarterSummarySchema):
    """One activity with its content."""

    content = fields.Nested(ActivityTemplateSchema)


class BegunSchema(WireSchema):
    """The draft that was made: its id among the templates, and its content."""

    id = fields.String()
    content = fields.Nested(ActivityTemplateSchema)


class SharedStartersSchema(WireSchema):
    """Keys of activities, by what the press did with them."""

    new = fields.List(fields.String())
    improved = fields.List(fields.String())
    kept = fields.List(fields.String())
    same = fields.List(fields.String())


@bp.get("")
@bp.response(200, StarterListSchema)
def list_starters() -> dict[str, Any]:
    """All activities of the library."""
    return {"items": [_summary(each) for each in starters().values()]}


@bp.get("/<key>")
@bp.response(200, StarterSchema)
def read_starter(key: str) -> dict[str, Any]:
    """One activity, whole."""
    starter = get_starter(key)
    return {**_summary(starter), "content": starter.content_in(village_of(current_session))}


@bp.post("/<key>/begin")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(CopySchema)
@bp.response(201, BegunSchema)
def begin_from(wanted: dict[str, Any], key: str) -> dict[str, Any]:
    """Make a draft of our own; a question that is left out keeps its example."""
    starter = get_starter(key)
    name = wanted["name"] or starter.name_in(village_of(current_session))
    template = begin(current_session, starter, name=name, answers=wanted["answers"])
    commit()
    return {"id": template.id, "content": template.draft}


@bp.post("/share")
@token_or_session("write:templates", Action.COORDINATE)
@bp.response(200, SharedStartersSchema)
def share_all() -> dict[str, Any]:
    """Share the library with the network of this hub; what is shared already stays as it is."""
    shared = share(current_session, current_runtime().settings)
    commit()
    return vars(shared)


def _summary(starter: Starter) -> dict[str, Any]:
    return {
        "key": starter.key,
        "name": starter.name_in(village_of(current_session)),
        "summary": starter.content["summary"],
        "group": starter.group,
        "theme": starter.theme,
    }
