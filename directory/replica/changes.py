"""Reading an activity about a record: what it says, and whether its parts belong together.

Nothing is believed here yet: proofs are the matter of `directory.replica.ingest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError

from federation.database import now
from federation.fetching.origins import is_web_address, same_origin
from federation.sending.firewall import schema_of
from federation.signatures.policy import MOST_SKEW
from schemas.activities import EnvelopeSchema, SignedTombstoneSchema
from schemas.actors import ActorSchema
from schemas.errors import InvalidInput, NotAllowed
from schemas.objects import OBJECTS, Document, type_of


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


def record_uri_of(activity: Document) -> str:
    """The address of the record an activity is about, ``""`` when it names none that could be kept."""
    carried = activity.get("object")
    uri = carried.get("id") if isinstance(carried, dict) else carried
    return uri if isinstance(uri, str) and is_web_address(uri) else ""


def read_change(activity: Document) -> Change:
    """What the activity says; InvalidInput or NotAllowed when its parts do not belong together."""
    envelope = _load(EnvelopeSchema, activity)
    actor = envelope["actor"]
    if not same_origin(envelope["id"], actor):
        raise NotAllowed(cause="the activity is not at its actor's origin")
    change = _deletion(activity, envelope) if envelope["type"] == "Delete" else _version(activity)
    _check(change, actor)
    return change


def read_object(document: Document) -> Change:
    """What a record, or the signed tombstone of one, says that was fetched from its own address.

    InvalidInput or NotAllowed when its parts do not belong together.
    """
    change = _tombstone(document) if type_of(document) == "Tombstone" else _version({"object": document})
    _check(change, change.owner_uri)
    return change


def _check(change: Change, actor: str) -> None:
    if change.owner_uri != actor or not same_origin(change.uri, actor):
        raise NotAllowed(cause=f"{actor} does not own {change.uri}")
    if change.updated_at > now() + MOST_SKEW:
        raise InvalidInput(cause=f"{change.uri} comes from the future: {change.updated_at}")


def _tombstone(document: Document) -> Change:
    left = _load(SignedTombstoneSchema, document)
    return Change(
        uri=left["id"],
        owner_uri=left["attributed_to"],
        type="Tombstone",
        updated_at=left["deleted"],
        document=document,
        is_deletion=True,
    )


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
    uri = record_uri_of(activity)
    if not uri:
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
