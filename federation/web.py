"""What a node answers to other servers: discovery, actors and objects. The inboxes have a door of their own.

These routes know no session, no sign-in and no form token: a signature vouches for a message, and for
whoever reads what is not needed to verify one (see `federation.readers`).
"""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from federation.actors import collections, discovery
from federation.actors.former_identities import asked_by, asked_origin
from federation.actors.identities import Identity, actor_document, base_url, find_by_username, page_of
from federation.flask_session import current_runtime, current_session
from federation.readers import for_readers, refused, wants_activity_json
from federation.relations import members
from federation.sending.published import PublishedActivity, PublishedObject
from federation.settings import Settings
from federation.signatures.signing import ACTIVITY_JSON
from schemas.context import namespace_document
from schemas.errors import AppError, InvalidInput, NotFound
from schemas.messages import N_
from schemas.objects import Document

bp = Blueprint("federation", __name__)

_LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_JRD_JSON = "application/jrd+json"
_MOST_PAGES = 10_000


def home_document(session: Session, settings: Settings) -> Document:
    """What ``GET /`` answers to ActivityPub software: the node's main actor."""
    return actor_document(session, settings, discovery.main_identity(session))


def activity_response(document: Document, *, status: int = 200, media_type: str = ACTIVITY_JSON) -> Response:
    """A document with its ETag; 304 when the caller has it already."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _cacheable(Response(body, status, mimetype=media_type))


def _cacheable(response: Response) -> Response:
    """For anybody, for a minute, and by its ETag after that."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    response.vary.add("Accept")
    response.add_etag()
    if response.status_code != 200:
        return response
    return response.make_conditional(request)  # type: ignore[return-value]


bp.register_error_handler(AppError, refused)


@bp.get("/.well-known/webfinger")
def webfinger() -> Response:
    """Whose address belongs to a name (RFC 7033)."""
    resource = request.args.get("resource", "")
    if not resource:
        raise InvalidInput(N_("Say which name you look for."), cause="WebFinger without resource")
    return activity_response(
        discovery.webfinger(current_session, resource), media_type="application/jrd+json"
    )


@bp.get("/.well-known/nodeinfo")
def nodeinfo_links() -> Response:
    """Where the NodeInfo document is."""
    return activity_response(discovery.nodeinfo_links(current_session), media_type="application/json")


@bp.get("/nodeinfo/2.1")
def nodeinfo() -> Response:
    """What software this is."""
    return activity_response(discovery.nodeinfo(current_session), media_type="application/json")


@bp.get("/.well-known/host-meta")
def host_meta() -> Response:
    """Where WebFinger is, for old software (RFC 6415): XRD, or JSON for who asks for that."""
    best = request.accept_mimetypes.best_match(("application/xrd+xml", "application/json", _JRD_JSON))
    if best in {"application/json", _JRD_JSON}:
        return host_meta_json()
    return _cacheable(Response(discovery.host_meta(current_session), mimetype="application/xrd+xml"))


@bp.get("/.well-known/host-meta.json")
def host_meta_json() -> Response:
    """The same in JSON."""
    return activity_response(discovery.host_meta_json(current_session), media_type=_JRD_JSON)


@bp.get("/ns/omzien")
def namespace() -> Response:
    """Our terms, as a JSON-LD context."""
    return activity_response(namespace_document(), media_type=_LD_JSON)


@bp.get("/actors/<username>")
def actor(username: str) -> BaseResponse:
    """An identity: its document for software, its page for people."""
    identity = _identity(username)
    if not wants_activity_json():
        return _to_page(page_of(identity))
    return activity_response(actor_document(current_session, current_runtime().settings, identity))


@bp.get("/actors/<username>/outbox")
@for_readers()
def outbox(username: str) -> Response:
    """What an identity published."""
    identity, page = _identity(username), _page()
    if page is None:
        return activity_response(collections.outbox(current_session, identity))
    return activity_response(collections.outbox_page(current_session, identity, page))


@bp.get("/actors/<username>/followers")
@for_readers()
def followers(username: str) -> Response:
    """How many follow an identity."""
    return activity_response(collections.follow_count(current_session, _identity(username), "in"))


@bp.get("/actors/<username>/following")
@for_readers()
def following(username: str) -> Response:
    """How many an identity follows."""
    return activity_response(collections.follow_count(current_session, _identity(username), "out"))


@bp.get("/actors/<username>/members")
@for_readers()
def member_list(username: str) -> Response:
    """The members of a hub with their keys, signed."""
    hub = _identity(username)
    if hub.role != "hub":
        raise NotFound()
    settings = current_runtime().settings
    return activity_response(members.collection(current_session, settings, hub, _page()))


@bp.get("/objects/<uuid:identifier>")
@for_readers(has_page=True)
def published_object(identifier: UUID) -> BaseResponse:
    """An object we published, or the tombstone of one."""
    uri = f"{asked_origin(current_session, request.host)}/objects/{identifier}"
    row = current_session.get(PublishedObject, uri)
    if row is None:
        raise NotFound()
    if not wants_activity_json():
        return _to_page(row.document.get("url") or base_url(current_session))
    return activity_response(row.document, status=410 if row.deleted_at else 200)


@bp.get("/activities/<uuid:identifier>")
@for_readers(has_page=True)
def published_activity(identifier: UUID) -> BaseResponse:
    """A public activity of ours, as it was signed."""
    base = asked_origin(current_session, request.host)
    row = current_session.get(PublishedActivity, f"{base}/activities/{identifier}")
    if row is None or not row.is_public:
        raise NotFound()
    if not wants_activity_json():
        return _to_page(base)
    return activity_response(row.document)


def _identity(username: str) -> Identity:
    identity = find_by_username(current_session, username)
    if identity is None:
        raise NotFound()
    return asked_by(current_session, identity, request.host)


def _page() -> int | None:
    text = request.args.get("page")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 5 and 1 <= int(text) <= _MOST_PAGES):
        raise NotFound()
    return int(text)


def _to_page(url: str) -> BaseResponse:
    response = redirect(url, 303)
    response.vary.add("Accept")
    return response
