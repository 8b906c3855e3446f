"""Templates for programs: find, write, publish, copy and see the family."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from directory.replica.families import Relative, family, members
from directory.replica.owners import names_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action
from node.activity_templates import copying, editing, service
from node.activity_templates.beginnings import connect, content_from
from node.activity_templates.listing import Found, find_templates
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import TemplateView
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema, PagedSchema
from schemas.activity_templates import ChangeSchema
from schemas.errors import Conflict, NotFound
from schemas.fields import Instant, Text, WireSchema
from schemas.messages import N_
from schemas.objects import ActivityTemplateSchema

bp = Blueprint("templates", __name__, url_prefix="/api/v1/templates", description="Activity formats")
_content, _change = ActivityTemplateSchema(), ChangeSchema()


class TemplateQuerySchema(ArgumentsSchema):
    """Words and page of the list."""

    q = Text(most=200, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class EditQuerySchema(ArgumentsSchema):
    """Which draft was read before this change."""

    revision = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class TemplateSummarySchema(WireSchema):
    """One template in a list."""

    id = fields.String()
    uri = fields.String()
    name = fields.String()
    summary = fields.String()
    owner = fields.String()
    owner_uri = fields.String()
    version = fields.Integer()
    copies = fields.Integer()


class TemplateListSchema(PagedSchema):
    """A page of templates; ``correction`` is what was searched for instead of an unknown word."""

    items = fields.List(fields.Nested(TemplateSummarySchema))
    correction = fields.String(allow_none=True)


class TemplateSchema(WireSchema):
    """One template: its content, and where it stands."""

    id = fields.String()
    uri = fields.String(allow_none=True)
    owner = fields.String()
    version = fields.Integer(allow_none=True)
    content_hash = fields.String(allow_none=True)
    copied_from = fields.Dict(allow_none=True)
    updated_at = Instant()
    is_draft = fields.Boolean()
    revision = fields.Integer(allow_none=True)
    """Of the draft; only for who may write it."""
    has_changes = fields.Boolean()
    content = fields.Nested(ActivityTemplateSchema)


class OwnTemplatesSchema(WireSchema):
    """The templates of this community, drafts included."""

    items = fields.List(fields.Nested(TemplateSchema))


class CopySchema(WireSchema):
    """A copy: its name, and answers by parameter key. Without a name the usual one is made."""

    name = Text(most=120, load_default="")
    answers = fields.Dict(keys=fields.String(), load_default=dict)


class RelativeSchema(WireSchema):
    """One member of a family; ``copiedFrom`` is its parent's address.

    Of one that never came here, the name and the owner are what a copy says of it.
    """

    uri = fields.String()
    name = fields.String(allow_none=True)
    owner = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    copied_from = fields.String(allow_none=True)
    copied_from_version = fields.Integer(allow_none=True)
    license = fields.String(allow_none=True)
    is_withdrawn = fields.Boolean()


class FamilySchema(WireSchema):
    """A family, parents before children."""

    items = fields.List(fields.Nested(RelativeSchema))


@bp.get("")
@bp.arguments(TemplateQuerySchema, location="query")
@bp.response(200, TemplateListSchema)
def list_templates(arguments: dict[str, Any]) -> dict[str, Any]:
    """The published templates of the network that match, from this node's replica."""
    found = find_templates(current_session, arguments["q"], page=arguments["page"])
    items = [_summary(item) for item in found.items]
    return {**vars(found), "items": items}


@bp.post("")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(ActivityTemplateSchema)
@bp.response(201, TemplateSchema)
def create_template(content: dict[str, Any]) -> dict[str, Any]:
    """Start a draft."""
    template = service.create_template(current_session, _content.dump(content))
    commit()
    return _own(template)


@bp.post("/from-gathering/<int:gathering_id>")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.response(201, TemplateSchema)
def begin_from_gathering(gathering_id: int) -> dict[str, Any]:
    """Start a draft from what a running activity tells already; the activity is done by it from then on."""
    template = service.create_template(current_session, content_from(current_session, gathering_id))
    connect(current_session, gathering_id, template)
    commit()
    return _own(template)


@bp.get("/own")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, OwnTemplatesSchema)
def list_own() -> dict[str, Any]:
    """The templates of this community, drafts included."""
    return {"items": [_own(template) for template in service.own_templates(current_session)]}


@bp.get("/<key>")
@bp.response(200, TemplateSchema)
def read_template(key: str) -> dict[str, Any]:
    """One published template, ours or received."""
    return _shown(service.open_template(current_session, key))


@bp.get("/<key>/draft")
@token_or_session("read", Action.EDIT_TEMPLATE)
@bp.response(200, TemplateSchema)
def read_draft(key: str) -> dict[str, Any]:
    """The draft of one of our templates."""
    return _own(service.get_own(current_session, key))


@bp.put("/<key>")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(ActivityTemplateSchema)
@bp.arguments(EditQuerySchema, location="query")
@bp.response(200, TemplateSchema)
def edit_template(content: dict[str, Any], query: dict[str, Any], key: str) -> dict[str, Any]:
    """Replace the draft; what was published stays as it is.

    With the ``revision`` that was read, what others wrote since is kept with it; where both changed the
    same, nothing is written and the answer is 409.
    """
    template = service.get_own(current_session, key)
    content = _content.dump(content)
    if editing.save_draft(current_session, template, content, revision=query["revision"]) is not None:
        raise Conflict(N_("Somebody else changed the same part of this format. Read it again first."))
    commit()
    return _own(template)


@bp.post("/<key>/publish")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.arguments(ChangeSchema)
@bp.response(200, TemplateSchema)
def publish_template(change: dict[str, Any], key: str) -> dict[str, Any]:
    """Send the draft into the network as the next version; a safety change needs a note."""
    template, said = service.get_own(current_session, key), _change.dump(change)
    service.publish_template(current_session, current_runtime().settings, template, said)
    commit()
    return _own(template)


@bp.post("/<key>/withdraw")
@token_or_session("write:templates", Action.PUBLISH_TEMPLATE)
@bp.response(200, TemplateSchema)
def withdraw_template(key: str) -> dict[str, Any]:
    """Take a template out of the network; copies live on."""
    template = service.get_own(current_session, key)
    service.withdraw_template(current_session, current_runtime().settings, template)
    commit()
    return _own(template)


@bp.post("/<key>/copy")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.arguments(CopySchema)
@bp.response(201, TemplateSchema)
def copy_template(wanted: dict[str, Any], key: str) -> dict[str, Any]:
    """Make a draft of our own from a published template."""
    uri = _uri(key)
    name = wanted["name"] or copying.propose_own_name(current_session, uri)
    template = copying.copy_template(current_session, uri, name=name, answers=wanted["answers"])
    commit()
    return _own(template)


@bp.get("/<key>/family")
@bp.response(200, FamilySchema)
def read_family(key: str) -> dict[str, Any]:
    """Who copied from whom."""
    relatives = members(family(current_session, _uri(key)))
    owners = names_of(current_session, [each.template.owner_uri for each in relatives if each.template])
    return {"items": [_relative(each, owners) for each in relatives]}


def _uri(key: str) -> str:
    uri = service.open_template(current_session, key).uri
    if uri is None:
        raise NotFound(N_("This format does not exist."), cause=f"template {key} has no address")
    return uri


def _relative(relative: Relative, owners: dict[str, str]) -> dict[str, Any]:
    template = relative.template
    if template is None:
        claim = relative.claim or {}
        return {"uri": relative.uri, "name": claim.get("name"), "owner": claim.get("writtenBy")}
    return {
        "uri": template.uri,
        "name": template.name,
        "owner": owners[template.owner_uri],
        "version": template.version,
        "license": template.license,
        "copied_from": template.copied_from_uri,
        "copied_from_version": template.copied_from_version,
        "is_withdrawn": template.withdrawn_at is not None,
    }


def _summary(item: Found) -> dict[str, Any]:
    names = ("uri", "name", "summary", "owner_uri", "version")
    shown = {name: getattr(item.template, name) for name in names}
    return {**shown, "id": item.key, "owner": item.owner, "copies": item.copies}


def _own(template: ActivityTemplate) -> dict[str, Any]:
    return _shown(service.open_template(current_session, template.id, team=True, draft=True))


def _shown(view: TemplateView) -> dict[str, Any]:
    return {
        "id": view.key,
        "uri": view.uri,
        "owner": view.owner,
        "version": view.version,
        "content_hash": view.content_hash,
        "copied_from": view.copied_from,
        "updated_at": view.updated_at,
        "is_draft": view.version is None,
        "revision": view.own.revision if view.own else None,
        "has_changes": bool(view.own and view.own.has_changes()),
        "content": view.content,
    }
