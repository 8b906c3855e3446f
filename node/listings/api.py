"""Listings for programs: read, add, change, propose, decide, go back."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require_for
from node.accounts.access import current_account as asking
from node.api.access import token_or_session
from node.listings import reviewing, service
from node.listings.adoption import open_listing
from node.listings.consent import Consent, check_consent
from node.listings.content import Content, ContentSchema, checked
from node.listings.finding import find_listings
from node.listings.models import Listing
from node.listings.revisions import history
from node.listings.schemas import (
    ListingChangeSchema,
    ListingInputSchema,
    ListingQuerySchema,
    ListingSchema,
    ListingsSchema,
    NoteSchema,
    RevisionSchema,
    RevisionsSchema,
    listing_shown,
    revision_shown,
)
from node.listings.web import opened

bp = Blueprint(
    "listings_api", __name__, url_prefix="/api/v1/listings", description="Entries that this hub keeps"
)


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(ListingQuerySchema, location="query")
@bp.response(200, ListingsSchema)
def list_listings(query: dict[str, Any]) -> dict[str, Any]:
    """The listings of this hub, those that changed last first."""
    found = find_listings(current_session, query["q"], query["state"], query["page"])
    items = [_shown(each) for each in found.listings]
    return {"items": items, "total": found.total, "page": found.page, "pages": found.pages}


@bp.post("")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ListingInputSchema)
@bp.response(201, ListingSchema)
def add(values: dict[str, Any]) -> dict[str, Any]:
    """Add an initiative and publish it."""
    beside = {name: values[name] for name in ("source", "external_id", "note")}
    content = ContentSchema().dump(values)
    beside["consent"] = _consent({}, content, values, _name())
    listing = service.create(current_session, current_runtime().settings, content, by=_name(), **beside)
    commit()
    return _shown(listing)


@bp.get("/<key>")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, ListingSchema)
def read(key: str) -> dict[str, Any]:
    """One listing."""
    return _shown(opened(key))


@bp.put("/<key>")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ListingChangeSchema)
@bp.response(200, ListingSchema)
def change(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Change a listing and publish it. 409 when somebody changed it after `basedOn`."""
    listing = open_listing(current_session, key)
    settings = current_runtime().settings
    content, by = ContentSchema().dump(values), _name()
    consent = _consent(listing.content, content, values, by)
    service.change(current_session, settings, listing, content, by=by, consent=consent, **_beside(values))
    commit()
    return _shown(listing)


@bp.get("/<key>/revisions")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, RevisionsSchema)
def list_revisions(key: str) -> dict[str, Any]:
    """Every version, the newest first."""
    return {"items": [revision_shown(each) for each in history(current_session, opened(key))]}


@bp.post("/<key>/revisions/<int:number>/restore")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def restore(values: dict[str, Any], key: str, number: int) -> dict[str, Any]:
    """Go back to an earlier version."""
    listing, settings = open_listing(current_session, key), current_runtime().settings
    service.restore(current_session, settings, listing, number, by=_name(), note=values["note"])
    commit()
    return _shown(listing)


@bp.post("/<key>/proposals")
@token_or_session("write:directory", Action.SEE_WORKPLACE)
@bp.arguments(ListingChangeSchema)
@bp.response(201, RevisionSchema)
def propose(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Propose a change; what is published stays until a coordinator approves it."""
    listing = open_listing(current_session, key)
    by = require_for(asking(), Action.SEE_WORKPLACE).name
    content = ContentSchema().dump(values)
    consent = _consent(listing.content, content, values, by)
    revision = reviewing.propose(current_session, listing, content, by=by, consent=consent, **_beside(values))
    commit()
    return revision_shown(revision)


@bp.post("/<key>/proposals/<int:number>/approve")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def approve(values: dict[str, Any], key: str, number: int) -> dict[str, Any]:
    """Publish a proposal. 409 when what it changes was changed meanwhile."""
    listing = open_listing(current_session, key)
    revision = reviewing.proposal_of(current_session, listing, number)
    settings = current_runtime().settings
    reviewing.approve(current_session, settings, listing, revision, by=_name(), decision=values["note"])
    commit()
    return _shown(listing)


@bp.post("/<key>/proposals/<int:number>/reject")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def reject(values: dict[str, Any], key: str, number: int) -> dict[str, Any]:
    """Leave everything as it is."""
    listing = open_listing(current_session, key)
    revision = reviewing.proposal_of(current_session, listing, number)
    reviewing.reject(current_session, listing, revision, by=_name(), decision=values["note"])
    commit()
    return _shown(listing)


@bp.post("/<key>/confirm")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def confirm(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Note that all of it is still true."""
    return _done(service.confirm, key, values["note"])


@bp.post("/<key>/close")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def close(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Say that the initiative ended."""
    return _done(service.close, key, values["note"])


@bp.post("/<key>/reopen")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def reopen(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Show a closed or withdrawn listing again; a withdrawn one gets another id."""
    return _done(service.reopen, key, values["note"])


@bp.post("/<key>/withdraw")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NoteSchema)
@bp.response(200, ListingSchema)
def withdraw(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Take it out of the directory everywhere."""
    return _done(service.withdraw, key, values["note"])


def _done(act: Any, key: str, note: str) -> dict[str, Any]:
    listing = open_listing(current_session, key)
    act(current_session, current_runtime().settings, listing, by=_name(), note=note)
    commit()
    return _shown(listing)


def _name() -> str:
    return require_for(asking(), Action.COORDINATE).name


def _consent(before: Content, after: Content, values: dict[str, Any], by: str) -> Consent | None:
    """Who agreed to publish. Raises InvalidInput for contact data that nobody agreed to."""
    told = values["consent"]
    consent = Consent(told["by"], told["on"], noted_by=by) if told else None
    check_consent(before, checked(after), consent)
    return consent


def _beside(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("source", "note", "based_on")}


def _shown(listing: Listing) -> dict[str, Any]:
    return listing_shown(listing, [each.number for each in reviewing.proposals(current_session, listing)])
