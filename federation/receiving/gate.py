"""The gate of the inbox: one pipeline for every message, the cheapest check first.

Nothing passes by default. What passes is one row in ``inbox_activity``; everything else happens
later, in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from federation.actors.remote_actors import find_actor
from federation.fetching.documents import MOST_POSTED, is_activity_json, read_document
from federation.fetching.origins import is_web_address, same_origin
from federation.queue import wake_after_commit
from federation.receiving.inbox import InboxActivity
from federation.relations.standing import check_may_send
from federation.settings import Settings
from federation.signatures.clocks import forget_wrong_clock, note_wrong_clock
from federation.signatures.message import Message
from federation.signatures.policy import WrongClock
from federation.signatures.verification import verify_request
from federation.upserts import insert_if_new
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.errors import AppError, BadSignature, InvalidInput
from schemas.messages import N_
from schemas.objects import Document, type_of

log = structlog.get_logger(__name__)

_ANSWERS = ("Accept", "Ignore", "Reject", "TentativeAccept", "TentativeReject")
_CHANGES = ("Add", "Announce", "Create", "Delete", "Move", "Remove", "Undo", "Update")
_REQUESTS = ("Block", "Flag", "Follow", "Invite", "Join", "Leave", "Offer")
_REACTIONS = ("Arrive", "Dislike", "EmojiReact", "Like", "Listen", "Read", "Travel", "View")
ACTIVITY_TYPES = frozenset((*_ANSWERS, *_CHANGES, *_REQUESTS, *_REACTIONS))
"""The activities of ActivityStreams 2.0 (and one of Pleroma's): known, though not all are listened to."""

_OWN_OBJECT = frozenset({"Create", "Update", "Delete", "Undo"})
_MOST_TYPE = 80  # characters


@dataclass(frozen=True)
class _Activity:
    uri: str
    type: str
    actor: str
    object: Document | str
    object_type: str
    document: Document


def admit(session: Session, settings: Settings, message: Message) -> str:
    """Let a message in: 'accepted', 'known' (seen before) or 'forgotten' (a stranger's farewell).

    Raises InvalidInput, NotAllowed, BadSignature or TryLater. Nothing may have been written in
    ``session`` before: its transaction may be ended while another server is asked for a key.
    """
    bind, actor = session.get_bind(), ""
    try:
        activity = _read(message)
        actor = activity.actor
        return _admit(session, settings, message, activity)
    except AppError as error:
        session.rollback()
        kind, reason = type(error).__name__, error.cause or error.detail
        log.warning("inbox.refused", kind=kind, reason=reason, actor=actor[:500])
        if isinstance(error, WrongClock):
            note_wrong_clock(bind, actor, error.seconds)
        raise


def _admit(session: Session, settings: Settings, message: Message, activity: _Activity) -> str:
    if _is_farewell(activity) and find_actor(session, activity.actor) is None:
        return "forgotten"
    _check_mode(session, activity)
    signer = verify_request(session, settings, message, claimed_actor=activity.actor)
    if signer.actor.uri != activity.actor:
        raise BadSignature(f"signed by {signer.actor.uri}")
    _check_origins(activity)
    forget_wrong_clock(session, activity.actor)
    return _keep(session, message, activity)


def _read(message: Message) -> _Activity:
    if len(message.body) > MOST_POSTED:
        raise InvalidInput(N_("This message is too large."), cause="more than 256 kB", kind="too_large")
    if not is_activity_json(message.header("content-type") or ""):
        raise InvalidInput(
            N_("This message is not of a type we read."), cause="media type", kind="media_type"
        )
    document = read_document(message.body)
    activity_type, uri, actor = document.get("type"), document.get("id"), _id_of(document.get("actor"))
    if not isinstance(activity_type, str) or activity_type not in ACTIVITY_TYPES:
        raise _unreadable(f"not an activity: type {str(activity_type)[:80]}")
    if not is_web_address(uri) or not is_web_address(actor):
        raise _unreadable("an activity without a usable id or actor")
    thing = document.get("object")
    if not isinstance(thing, dict | str):
        thing = _only_one(activity_type, thing)
    object_type = type_of(thing) if isinstance(thing, dict) else ""
    if len(object_type) > _MOST_TYPE:
        raise _unreadable("an object with a strange type")
    return _Activity(str(uri), activity_type, actor, thing, object_type, document)


def _only_one(activity_type: str, thing: object) -> Document | str:
    """An Announce may carry several originals, each with its own proof; nothing else may."""
    if isinstance(thing, list) and activity_type == "Announce":
        return ""
    raise _unreadable("an activity without one object")


def _is_farewell(activity: _Activity) -> bool:
    return activity.type == "Delete" and _id_of(activity.object) == activity.actor


def _check_mode(session: Session, activity: _Activity) -> None:
    """Suspended: nothing. Strangers: only to ask whether they may follow us, and to stop asking."""
    asks = activity.type == "Follow" or (activity.type == "Undo" and activity.object_type == "Follow")
    check_may_send(session, activity.actor, asks=asks)


def _check_origins(activity: _Activity) -> None:
    """An actor speaks for its own origin only (FEP-fe34)."""
    if not same_origin(activity.uri, activity.actor):
        raise BadSignature("the activity's id is not of its actor's origin")
    if activity.type not in _OWN_OBJECT:
        return
    uri = _id_of(activity.object)
    if not same_origin(uri, activity.actor):
        raise BadSignature("the object's id is not of the actor's origin")
    if activity.type in {"Create", "Update"}:
        _check_author(activity)
    thing = activity.object
    if activity.type == "Undo" and isinstance(thing, dict) and _id_of(thing.get("actor")) != activity.actor:
        raise BadSignature("undoes what another did")


def _check_author(activity: _Activity) -> None:
    thing = activity.object
    if not isinstance(thing, dict):
        raise BadSignature("the object is not in the activity")
    author = _id_of(thing.get("attributedTo"))
    itself = activity.object_type in FOREIGN_ACTOR_TYPES and thing.get("id") == activity.actor
    if author != activity.actor and not (itself and not author):
        raise BadSignature("the object is not attributed to the actor")


def _keep(session: Session, message: Message, activity: _Activity) -> str:
    values = {
        "uri": activity.uri,
        "actor_uri": activity.actor,
        "type": activity.type,
        "object_type": activity.object_type,
        "document": activity.document,
        "received_at": message.received_at,
    }
    if not insert_if_new(session, InboxActivity, values):
        return "known"
    wake_after_commit(session, "federation.jobs.process_inbox")
    return "accepted"


def _id_of(value: object) -> str:
    """The address in ``"…"``, ``{"id": "…"}`` or a list of one of these; otherwise ``""``."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _unreadable(cause: str) -> InvalidInput:
    return InvalidInput(N_("This message cannot be read."), cause=cause)
