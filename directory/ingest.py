"""Ingest: a signed activity becomes a record of the replica, or is refused.

Whoever brought it, the proof of its owner decides. Last-writer-wins by the owner's ``updated``,
so the order of arrival and the number of times do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError
from sqlalchemy.orm import Session

from directory import entries, figures, templates
from directory.records import Record
from federation.database import now
from federation.firewall import schema_of
from federation.identities import Identity
from federation.origins import same_origin
from federation.owner_keys import owner_key
from federation.peers import check_not_blocked
from federation.proofs import verify
from federation.remote_actors import remember_actor
from schemas.activities import EnvelopeSchema
from schemas.actors import ActorSchema
from schemas.errors import InvalidInput, NotAllowed
from schemas.objects import OBJECTS, Document, type_of

MOST_AHEAD = timedelta(minutes=5)
"""How far an owner's clock may be ahead of ours."""

PROJECTIONS: dict[str, ModuleType] = {
    "ActivityTemplate": templates,
    "OutcomeRelease": figures,
    "Organization": entries,
}


@dataclass(frozen=True)
class Change:
    """What an activity says about one record."""

    uri: str
    owner_uri: str
    type: str
    updated_at: datetime
    document: Document
    """The signed object, or the signed Delete."""
    is_deletion: bool


Vouch = Callable[[Document, Change], str]
"""Checks the proofs of an activity and returns the key (multibase) that vouched."""


def apply(session: Session, activity: Document, *, via_uri: str | None) -> bool:
    """Bring the replica up to date with a signed activity. False when it was known or is stale.

    Raises BadSignature when its owner's key does not vouch for it, InvalidInput or NotAllowed when it
    is not a record we keep, ActorNeeded when the owner's key must be fetched first.
    """
    change = read_change(activity)
    check_not_blocked(session, change.owner_uri)
    return _apply(session, activity, change, via_uri, lambda a, c: _verify(session, a, c))


def apply_own(session: Session, identity: Identity, activity: Document) -> bool:
    """The same for an activity that this node has just signed itself."""
    change = read_change(activity)
    if change.owner_uri != identity.actor_uri:
        raise NotAllowed(cause="this is not our own activity")
    return _apply(session, activity, change, None, lambda _a, _c: identity.ed25519_multibase)


def read_change(activity: Document) -> Change:
    """What the activity says; InvalidInput or NotAllowed when its parts do not belong together."""
    envelope = _load(EnvelopeSchema, activity)
    actor = envelope["actor"]
    if not same_origin(envelope["id"], actor):
        raise NotAllowed(cause="the activity is not at its actor's origin")
    change = _deletion(activity, envelope) if envelope["type"] == "Delete" else _version(activity)
    if change.owner_uri != actor or not same_origin(change.uri, actor):
        raise NotAllowed(cause=f"{actor} does not own {change.uri}")
    if change.updated_at > now() + MOST_AHEAD:
        raise InvalidInput(cause=f"{change.uri} comes from the future: {change.updated_at}")
    return change


def _version(activity: Document) -> Change:
    document = activity["object"]
    if not isinstance(document, dict):
        raise InvalidInput(cause="a record must travel whole")
    kind = type_of(document)
    is_actor = kind == "Organization" and "inbox" in document
    if kind not in OBJECTS:
        raise InvalidInput(cause=f"{kind or 'no type'} is not a type of record")
    content = _load(ActorSchema if is_actor else OBJECTS[kind], document)
    updated_at = content["updated"]
    if updated_at is None:
        raise InvalidInput(cause="a record without `updated`")
    return Change(
        uri=content["id"],
        owner_uri=content["id"] if is_actor else content["attributed_to"],
        type=kind,
        updated_at=updated_at,
        document=document,
        is_deletion=is_actor and content["initiative"] is None,
    )


def _deletion(activity: Document, envelope: dict[str, Any]) -> Change:
    target = activity["object"]
    uri = target.get("id") if isinstance(target, dict) else target
    if not isinstance(uri, str):
        raise InvalidInput(cause="a Delete of nothing")
    return Change(
        uri=uri,
        owner_uri=envelope["actor"],
        type="Tombstone",
        updated_at=envelope["published"],
        document=activity,
        is_deletion=True,
    )


def _load(schema: type[Schema], document: Document) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema_of(schema).load(document, unknown=EXCLUDE)
    except (ValidationError, TypeError, ValueError) as error:
        raise InvalidInput(cause=f"not a record we read: {error}") from None
    return loaded


def _apply(session: Session, activity: Document, change: Change, via_uri: str | None, vouch: Vouch) -> bool:
    record = session.get(Record, change.uri)
    if record and record.owner_uri != change.owner_uri:
        raise NotAllowed(cause=f"{change.uri} belongs to {record.owner_uri}")
    if record and record.updated_at >= change.updated_at:
        return False  # before any cryptography: most of what a feed repeats ends here
    key = vouch(activity, change)
    projected = record.type if record else change.type
    record = _write(session, record, change, via_uri, key)
    if not change.is_deletion:
        PROJECTIONS[change.type].project(session, record, change.document)
    elif projected in PROJECTIONS:
        PROJECTIONS[projected].remove(session, change.uri)
    return True


def _verify(session: Session, activity: Document, change: Change) -> str:
    key = owner_key(session, change.owner_uri)
    verify(activity, owner_uri=change.owner_uri, key_multibase=key)
    if change.document is not activity:
        verify(change.document, owner_uri=change.owner_uri, key_multibase=key)
    if change.uri == change.owner_uri and change.document is not activity:
        remember_actor(session, change.document)
    return key


def _write(session: Session, record: Record | None, change: Change, via_uri: str | None, key: str) -> Record:
    """The record as the change leaves it; the type of a deleted one is kept for its projection."""
    if record is None:
        record = Record(uri=change.uri, owner_uri=change.owner_uri, type=change.type)
        session.add(record)
    if not change.is_deletion:
        record.type = change.type
        record.name = str(change.document.get("name", ""))[:200]
    record.document, record.updated_at, record.received_at = change.document, change.updated_at, now()
    record.via_uri, record.verified_with = via_uri, key
    record.deleted_at = change.updated_at if change.is_deletion else None
    session.flush()
    return record
