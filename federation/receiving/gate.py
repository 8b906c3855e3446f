"""The gate of the inbox: one pipeline for every message, the cheapest check first.

Nothing passes by default. What passes is one row in ``inbox_activity``; everything else happens
later, in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from federation.actors.former_addresses import former_origin
from federation.database import writing
from federation.fetching.documents import MOST_POSTED, is_activity_json, read_document
from federation.fetching.origins import authority_of, is_web_address, same_origin
from federation.health.round_trips import note_refusal
from federation.queue import wake_after_commit
from federation.receiving.inbox import InboxActivity
from federation.receiving.refusals import kind_of
from federation.receiving.senders import Sender, look_up
from federation.relations.standing import check_may_send
from federation.settings import Settings
from federation.signatures.clocks import note_wrong_clock
from federation.signatures.message import Message
from federation.signatures.policy import WrongClock
from federation.signatures.verification import recognise, verify_request
from federation.upserts import insert_if_new
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.errors import AppError, BadSignature, InvalidInput
from schemas.messages import N_
from schemas.objects import WIRE_TYPES, Document, type_of

log = structlog.get_logger(__name__)

_ANSWERS = ("Accept", "Ignore", "Reject", "TentativeAccept", "TentativeReject")
_CHANGES = ("Add", "Announce", "Create", "Delete", "Move", "Remove", "Undo", "Update")
_REQUESTS = ("Block", "Flag", "Follow", "Invite", "Join", "Leave", "Offer")
_REACTIONS = ("Arrive", "Dislike", "EmojiReact", "Like", "Listen", "Read", "Travel", "View")
ACTIVITY_TYPES = frozenset((*_ANSWERS, *_CHANGES, *_REQUESTS, *_REACTIONS))
"""The activities of ActivityStreams 2.0 (and one of Pleroma's): known, though not all are listened to."""

_OWN_OBJECT = frozenset({"Create", "Update", "Delete", "Undo"})
_TO_FORMER = frozenset({"Accept", "Reject", "Undo", "Add", "Announce", "Remove", "Delete", "Update", "Move"})
"""What an address of ours that we moved away from still takes: what was under way from whom it knew."""
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

    Raises what `examine` raises.
    """
    row = examine(session, settings, message)
    if row is None:
        return "forgotten"
    if not insert_if_new(session, InboxActivity, row):
        return "known"
    wake_after_commit(session, "federation.jobs.process_inbox")
    return "accepted"


class TakesLonger(Exception):
    """A brief look does not settle it."""


def examine(
    session: Session, settings: Settings, message: Message, *, briefly: bool = False
) -> dict[str, Any] | None:
    """The row of an `InboxActivity` for a message that may come in; None for a stranger's farewell.

    Raises InvalidInput, NotAllowed, BadSignature or TryLater. Nothing may have been written in
    ``session`` before: its transaction may be ended while another server is asked for a key.
    ``briefly`` asks nobody, and raises TakesLonger instead of going the long way.
    """
    bind, actor, activity = session.get_bind(), "", None
    try:
        activity = _read(message)
        actor = activity.actor
        sender = look_up(session, actor)
        sender = _as_asked(session, message, activity, sender)
        message = message.at(sender.base_url)
        return _examine(session, settings, message, activity, sender, briefly=briefly)
    except AppError as error:
        session.rollback()
        log.warning(
            "inbox.refused", kind=kind_of(error), reason=error.cause or error.detail, actor=actor[:500]
        )
        if isinstance(error, WrongClock) and activity is not None:
            _note_wrong_clock(bind, activity, error)
        if activity is not None and same_origin(activity.actor, message.url):
            # in our own name: the round trip, if it is ours, tells people why
            note_refusal(writing(bind), activity.uri, f"{kind_of(error)}: {error.cause or error.detail}")
        raise


def _as_asked(session: Session, message: Message, activity: _Activity, sender: Sender) -> Sender:
    """After a move: what the former address may still receive is read as sent to it."""
    host = message.header("host") or ""
    if activity.type not in _TO_FORMER or host.lower() == authority_of(sender.base_url):
        return sender
    former = former_origin(session, host)
    return replace(sender, base_url=former) if former else sender


def _examine(
    session: Session,
    settings: Settings,
    message: Message,
    activity: _Activity,
    sender: Sender,
    *,
    briefly: bool,
) -> dict[str, Any] | None:
    if _is_farewell(activity) and not sender.is_known:
        return None
    if not sender.may_send:
        if briefly:
            raise TakesLonger
        _check_mode(session, activity)
    scheme = recognise(message, sender.base_url, sender.keys)
    if scheme is None and briefly:
        raise TakesLonger
    if scheme is None:
        signer = verify_request(session, settings, message, claimed_actor=activity.actor)
        if signer.actor.uri != activity.actor:
            raise BadSignature(f"signed by {signer.actor.uri}", kind="wrong_actor")
        scheme = signer.scheme
    _check_origins(activity)
    return _row(message, activity, scheme)


def _note_wrong_clock(bind: Engine | Connection, activity: _Activity, error: WrongClock) -> None:
    """A message that we have already is an old one that comes again, and nobody's clock."""
    with Session(bind) as session:
        is_known = session.scalar(select(InboxActivity.id).where(InboxActivity.uri == activity.uri))
    if not is_known:
        note_wrong_clock(bind, error)


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
        raise _unreadable(f"not an activity: type {str(activity_type)[:80]}", "unknown_type")
    if not is_web_address(uri) or not is_web_address(actor):
        raise _unreadable("an activity without a usable id or actor", "no_address")
    thing = document.get("object")
    if not isinstance(thing, dict | str):
        thing = _only_one(activity_type, thing)
    return _Activity(str(uri), activity_type, actor, thing, _object_type(thing), document)


def _only_one(activity_type: str, thing: object) -> Document | str:
    """An Announce may carry several originals, each with its own proof, and a Flag name several things."""
    if isinstance(thing, list) and activity_type in {"Announce", "Flag"}:
        return ""
    raise _unreadable("an activity without one object", "no_object")


def _object_type(thing: Document | str) -> str:
    """The type of what is carried: one word, or one of our own pairs; ``""`` for an address."""
    if isinstance(thing, str):
        return ""
    given = thing.get("type", "")
    if not isinstance(given, str) and given not in [[WIRE_TYPES[name], name] for name in WIRE_TYPES]:
        raise _unreadable("an object of several types", "unknown_type")
    if len(object_type := type_of(thing)) > _MOST_TYPE:
        raise _unreadable("an object with a strange type", "unknown_type")
    return object_type


def _is_farewell(activity: _Activity) -> bool:
    return activity.type == "Delete" and _id_of(activity.object) == activity.actor


def _check_mode(session: Session, activity: _Activity) -> None:
    """Suspended: nothing. Strangers: only to ask whether they may follow us, and to stop asking."""
    asks = activity.type == "Follow" or (activity.type == "Undo" and activity.object_type == "Follow")
    check_may_send(session, activity.actor, asks=asks)


def _check_origins(activity: _Activity) -> None:
    """An actor speaks for its own origin only (FEP-fe34)."""
    if not same_origin(activity.uri, activity.actor):
        raise BadSignature("the activity's id is not of its actor's origin", kind="foreign_id")
    if activity.type not in _OWN_OBJECT:
        return
    uri = _id_of(activity.object)
    if not same_origin(uri, activity.actor):
        raise BadSignature("the object's id is not of the actor's origin", kind="foreign_object")
    if activity.type in {"Create", "Update"}:
        _check_author(activity)
    thing = activity.object
    if activity.type == "Undo" and isinstance(thing, dict) and _id_of(thing.get("actor")) != activity.actor:
        raise BadSignature("undoes what another did", kind="foreign_object")


def _check_author(activity: _Activity) -> None:
    thing = activity.object
    if not isinstance(thing, dict):
        raise BadSignature("the object is not in the activity", kind="wrong_author")
    author = _id_of(thing.get("attributedTo"))
    itself = activity.object_type in FOREIGN_ACTOR_TYPES and thing.get("id") == activity.actor
    if author != activity.actor and not (itself and not author):
        raise BadSignature("the object is not attributed to the actor", kind="wrong_author")


def _row(message: Message, activity: _Activity, scheme: str) -> dict[str, Any]:
    return {
        "uri": activity.uri,
        "actor_uri": activity.actor,
        "type": activity.type,
        "object_type": activity.object_type,
        "document": activity.document,
        "scheme": scheme,
        "received_at": message.received_at,
        "due_at": message.received_at,
    }


def _id_of(value: object) -> str:
    """The address in ``"…"``, ``{"id": "…"}`` or a list of one of these; otherwise ``""``."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _unreadable(cause: str, kind: str) -> InvalidInput:
    return InvalidInput(N_("This message cannot be read."), cause=cause, kind=kind)
