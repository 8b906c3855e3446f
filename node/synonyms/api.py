"""Words that mean the same, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from directory.search.synonym_changes import SynonymChange
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.synonyms import service, sharing
from schemas.fields import Instant, Text, WireSchema, many

bp = Blueprint(
    "synonyms_api", __name__, url_prefix="/api/v1/synonyms", description="Words that mean the same"
)
_MAY = Action.COORDINATE
_SCOPE = "write:directory"


class SynonymGroupSchema(WireSchema):
    """A group of words that mean the same."""

    name = fields.String()
    terms = fields.List(fields.String())
    version = fields.Integer(metadata={"description": "its last change; 0 as the program brought it"})


class SynonymGroupsSchema(WireSchema):
    """All groups."""

    items = fields.List(fields.Nested(SynonymGroupSchema))


class NewSynonymGroupSchema(WireSchema):
    """The words of a new group; the first one names it."""

    terms = many(Text(most=200), most=50, required=True)


class ChangedSynonymGroupSchema(NewSynonymGroupSchema):
    """The words of a group; refused when it is no longer at version ``basedOn``."""

    based_on = fields.Integer(load_default=None, allow_none=True)


class SynonymChangeSchema(WireSchema):
    """One change of a group, which can be undone by its id."""

    id = fields.Integer()
    name = fields.String()
    terms = fields.List(fields.String())
    by = fields.String()
    at = Instant()


@bp.get("")
@token_or_session("read", _MAY)
@bp.response(200, SynonymGroupsSchema)
def list_groups() -> Any:
    """The groups by which search understands people."""
    return {"items": service.list_groups(current_session)}


@bp.post("")
@token_or_session(_SCOPE, _MAY)
@bp.arguments(NewSynonymGroupSchema)
@bp.response(201, SynonymChangeSchema)
def add_group(wanted: dict[str, Any]) -> SynonymChange:
    """Make a group."""
    made = service.add_group(current_session, wanted["terms"], by=_by())
    return _kept(made)


@bp.put("/<name>")
@token_or_session(_SCOPE, _MAY)
@bp.arguments(ChangedSynonymGroupSchema)
@bp.response(200, SynonymChangeSchema)
def change_group(wanted: dict[str, Any], name: str) -> SynonymChange:
    """Give a group other words."""
    made = service.change_group(current_session, name, wanted["terms"], by=_by(), based_on=wanted["based_on"])
    return _kept(made)


@bp.delete("/<name>")
@token_or_session(_SCOPE, _MAY)
@bp.response(200, SynonymChangeSchema)
def remove_group(name: str) -> SynonymChange:
    """Take a group away."""
    made = service.remove_group(current_session, name, by=_by())
    return _kept(made)


@bp.post("/changes/<int:change_id>/undo")
@token_or_session(_SCOPE, _MAY)
@bp.response(200, SynonymChangeSchema)
def undo_change(change_id: int) -> SynonymChange:
    """Give a group what it had before its last change."""
    made = service.undo(current_session, change_id, by=_by())
    return _kept(made)


def _by() -> str:
    return require(_MAY).name


def _kept(made: SynonymChange) -> SynonymChange:
    sharing.share(current_session, current_runtime().settings)
    commit()
    return made
