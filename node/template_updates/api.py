"""Improvements for programs: what is newer elsewhere, what it changes, taking, skipping and undoing it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.activity_templates.service import get_own
from node.api.access import token_or_session
from node.template_updates import service
from node.template_updates.ancestors import all_words, mark_known
from node.template_updates.merging import BOTH, OURS, THEIRS, Difference
from node.template_updates.notices import Notice, notices
from schemas.fields import Instant, Uri, WireSchema, many
from schemas.objects import ActivityTemplateSchema

bp = Blueprint(
    "template_updates_api", __name__, url_prefix="/api/v1/templates", description="Improvements of others"
)
_MOST = 400


class VersionNoteSchema(WireSchema):
    """A version of the origin since ours; class and note are empty when nothing was said."""

    version = fields.Integer()
    change_class = fields.String()
    change_note = fields.String()
    updated_at = Instant(allow_none=True)


class NoticeSchema(WireSchema):
    """One of our templates, and the newer version of what it was copied from."""

    id = fields.String()
    name = fields.String()
    origin = fields.String()
    owner = fields.String()
    version = fields.Integer()
    is_safety = fields.Boolean()
    changes = many(fields.Nested(VersionNoteSchema), most=_MOST)


class AncestorWordSchema(WireSchema):
    """What an ancestor further up the family made safer, and is not in our template."""

    id = fields.String(attribute="template.id")
    ancestor = fields.String(attribute="ancestor.uri")
    owner = fields.String()
    version = fields.Integer(attribute="change.version")
    change_note = fields.String(attribute="change.change_note")


class NoticesSchema(WireSchema):
    """What waits, for safety first."""

    items = many(fields.Nested(NoticeSchema), most=_MOST)
    ancestors = many(fields.Nested(AncestorWordSchema), most=_MOST)


class AncestorSchema(WireSchema):
    """The address of an ancestor."""

    ancestor = Uri(required=True)


class DifferenceSchema(WireSchema):
    """Something that changed; ``choices`` are what it can become. Without ``needsChoice`` it is theirs."""

    place = fields.String()
    kind = fields.String()
    base = fields.Raw(allow_none=True)
    ours = fields.Raw(allow_none=True)
    theirs = fields.Raw(allow_none=True)
    choices = many(fields.String(), most=3)
    needs_choice = fields.Boolean()


class ProposalSchema(NoticeSchema):
    """A newer version with all its differences; send ``seen`` along with the choices."""

    seen = fields.String()
    differences = many(fields.Nested(DifferenceSchema), most=_MOST)


class ChoicesSchema(WireSchema):
    """A choice by place: ours, theirs or both. ``preview`` tells what it becomes and changes nothing."""

    seen = fields.String(required=True, validate=validate.Length(max=100))
    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        values=fields.String(validate=validate.OneOf([OURS, THEIRS, BOTH])),
        load_default=dict,
    )
    preview = fields.Boolean(load_default=False)


class ContentSchema(WireSchema):
    """The draft as it is now, or would become."""

    content = fields.Nested(ActivityTemplateSchema)


class UndoneSchema(ContentSchema):
    """The draft after undoing; ``kept`` are the places that were changed again since, and stay."""

    kept = many(fields.String(), most=_MOST)


@bp.get("/updates")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, NoticesSchema)
def list_updates() -> dict[str, Any]:
    """Which of our templates have an origin with a newer version."""
    items = [_notice(notice) for notice in notices(current_session)]
    return {"items": items, "ancestors": all_words(current_session)}


@bp.get("/<key>/update")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, ProposalSchema)
def read_update(key: str) -> dict[str, Any]:
    """What the newer version changes, with the choices."""
    proposal = service.open_proposal(current_session, get_own(current_session, key))
    differences = [_difference(each) for each in proposal.differences]
    return {**_notice(proposal.notice), "seen": proposal.seal, "differences": differences}


@bp.post("/<key>/update")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(ChoicesSchema)
@bp.response(200, ContentSchema)
def take_update(wanted: dict[str, Any], key: str) -> dict[str, Any]:
    """Make what is chosen our draft."""
    template = get_own(current_session, key)
    if wanted["preview"]:
        return {"content": service.open_proposal(current_session, template).result(wanted["choices"])}
    by = require(Action.EDIT_TEMPLATE).name
    service.take(current_session, template, wanted["choices"], seen=wanted["seen"], by=by)
    commit()
    return {"content": template.draft}


@bp.post("/<key>/update/skip")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.response(204)
def skip_update(key: str) -> None:
    """Leave this version for what it is, until there is a later one."""
    service.skip(current_session, get_own(current_session, key), by=require(Action.EDIT_TEMPLATE).name)
    commit()


@bp.post("/<key>/update/undo")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.response(200, UndoneSchema)
def undo_update(key: str) -> dict[str, Any]:
    """Take back what was taken or skipped last."""
    template = get_own(current_session, key)
    kept = service.undo(current_session, template)
    commit()
    return {"content": template.draft, "kept": [each.place for each in kept]}


@bp.post("/<key>/update/known")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(AncestorSchema)
@bp.response(204)
def know_ancestor(wanted: dict[str, Any], key: str) -> None:
    """Say that our people know what an ancestor made safer."""
    by = require(Action.EDIT_TEMPLATE).name
    mark_known(current_session, get_own(current_session, key), wanted["ancestor"], by=by)
    commit()


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.template.id,
        "name": notice.template.name,
        "origin": notice.origin.uri,
        "owner": notice.owner or str(_("The starter library")),
        "version": notice.version,
        "is_safety": notice.is_safety,
        "changes": notice.changes,
    }


def _difference(each: Difference) -> dict[str, Any]:
    names = ("place", "kind", "base", "ours", "theirs", "needs_choice")
    return {**{name: getattr(each, name) for name in names}, "choices": list(each.results)}
