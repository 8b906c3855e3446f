"""Ingest: a signed activity becomes a record of the replica, or is refused.

Whoever brought it, the proof of its owner decides. Last-writer-wins by the owner's ``updated``
(`directory.replica.versions`), so the order of arrival and the number of times do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.relaying import feed, held_items
from directory.replica.changes import Change, read_change, read_object, record_uri_of
from directory.replica.records import Record
from directory.replica.room import room_for
from directory.replica.showing import forget, show_records
from directory.replica.versions import digest_of, is_version, supersedes
from federation.actors.identities import Identity
from federation.database import now
from federation.relations.standing import check_not_blocked
from federation.relations.succession import take_over
from federation.signatures.owner_keys import ActorNeeded, Keys, check_proof, owner_keys, raise_alarm
from schemas.errors import AppError, NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)


@dataclass
class Taken:
    """What came of several activities."""

    new: list[Document] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """The records that are here now, in the version that was brought or a later one."""
    refused: int = 0
    waiting: dict[int, str] = field(default_factory=dict)
    """By position the owners who must be fetched first."""


@dataclass
class _Run:
    """One pass over activities: what was looked up, and what is to be shown in the end."""

    session: Session
    via_uri: str | None = None
    identity: Identity | None = None
    """We ourselves, when the activities are ours and just signed."""
    records: dict[str, Record] = field(default_factory=dict)
    keys: dict[str, Keys] = field(default_factory=dict)
    changed: dict[str, Change] = field(default_factory=dict)
    room: dict[str, int] = field(default_factory=dict)
    """How many more records each owner may have here."""


def apply(session: Session, activity: Document, *, via_uri: str | None) -> bool:
    """Bring the replica up to date with a signed activity. False when it was known or is stale.

    Raises BadSignature when its owner's key does not vouch for it, InvalidInput or NotAllowed when it
    is not a record we keep, ActorNeeded when the owner's key must be fetched first.
    """
    run = _start(session, [activity], via_uri=via_uri)
    is_new = _accept(run, activity)
    _show(run)
    return is_new


def apply_all(session: Session, activities: Sequence[Document], *, via_uri: str | None) -> Taken:
    """The same for many at once: one that is refused does not hold up the others."""
    run, taken = _start(session, activities, via_uri=via_uri), Taken()
    for position, activity in enumerate(activities):
        try:
            if _accept(run, activity):
                taken.new.append(activity)
            taken.held.append(record_uri_of(activity))
        except ActorNeeded as needed:
            taken.waiting[position] = needed.uri
        except AppError as refused:
            taken.refused += 1
            name, reason = str(activity.get("id"))[:500], str(refused)[:500]
            log.warning("directory.refused", activity=name, via=via_uri, reason=reason)
            raise_alarm(session, refused)
    _show(run)
    return taken


def apply_object(session: Session, document: Document) -> bool:
    """The same for a record or tombstone that was fetched from its owner: its own proof is enough."""
    change = read_object(document)
    run = _start(session, [{"object": document}])
    is_new = _write_if_newer(run, document, change)
    _show(run)
    return is_new


def is_vouched(session: Session, uri: str, document: Document) -> bool:
    """Whether a document fetched from its owner is the version of this record that is kept.

    Raises like `apply` when its proof is not good.
    """
    change, record = read_object(document), session.get(Record, uri)
    if record is None or change.uri != uri or not is_version(change, record):
        return False
    _vouched(_Run(session), document, change)
    return True


def check_current(session: Session, activity: Document) -> bool:
    """Whether an activity is the version that is kept, with good proofs; writes nothing.

    Raises like `apply` when its proofs are not good.
    """
    change = read_change(activity)
    record = session.get(Record, change.uri)
    if record is None or record.owner_uri != change.owner_uri or not is_version(change, record):
        return False
    _vouched(_Run(session), activity, change)
    return True


def apply_own(session: Session, identity: Identity, activities: Sequence[Document]) -> None:
    """The same for activities that this node has just signed itself."""
    run = _start(session, activities, identity=identity)
    for activity in activities:
        _accept(run, activity)
    _show(run)


def _start(
    session: Session,
    activities: Iterable[Document],
    *,
    via_uri: str | None = None,
    identity: Identity | None = None,
) -> _Run:
    uris = {record_uri_of(activity) for activity in activities}
    known = session.scalars(select(Record).where(Record.uri.in_(uris)))
    return _Run(session, via_uri, identity, {record.uri: record for record in known})


def _accept(run: _Run, activity: Document) -> bool:
    """Check one activity and write its record; nothing is written when it is refused."""
    return _write_if_newer(run, activity, read_change(activity))


def _write_if_newer(run: _Run, activity: Document, change: Change) -> bool:
    record = run.records.get(change.uri)
    if record and record.owner_uri != change.owner_uri:
        raise NotAllowed(cause=f"{change.uri} belongs to {record.owner_uri}")
    if record and not supersedes(change, record):
        return False  # before any cryptography: most of what a feed repeats ends here
    if record is None:
        _check_room(run, change.owner_uri)
    key = _vouched(run, activity, change)
    run.records[change.uri] = _write(run, record, change, key)
    run.changed[change.uri] = change
    return True


def _check_room(run: _Run, owner_uri: str) -> None:
    if run.identity is not None:
        return
    if owner_uri not in run.room:
        run.room[owner_uri] = room_for(run.session, owner_uri)
    if run.room[owner_uri] <= 0:
        raise NotAllowed(cause=f"{owner_uri} has as many records here as we keep of it")


def _vouched(run: _Run, activity: Document, change: Change) -> str:
    """The key whose proofs were verified: on the envelope and on what it carries."""
    if run.identity is not None:
        if change.owner_uri != run.identity.actor_uri:
            raise NotAllowed(cause="this is not our own activity")
        return run.identity.ed25519_multibase
    keys = run.keys.get(change.owner_uri)
    if keys is None:
        check_not_blocked(run.session, change.owner_uri)
        keys = run.keys[change.owner_uri] = owner_keys(run.session, change.owner_uri)
    key = check_proof(activity, owner_uri=change.owner_uri, keys=keys)
    if change.document is not activity:
        check_proof(change.document, owner_uri=change.owner_uri, keys=keys)
        if change.uri == change.owner_uri:
            take_over(run.session, change.document, keys)
            del run.keys[change.owner_uri]
    return key


def _write(run: _Run, record: Record | None, change: Change, key: str) -> Record:
    """The record as the change leaves it; the type of a deleted one is kept for its projection."""
    if record is None:
        record = Record(uri=change.uri, owner_uri=change.owner_uri, type=change.type)
        run.session.add(record)
        if run.identity is None:
            run.room[change.owner_uri] -= 1
    if not change.is_deletion and record.type != change.type:
        forget(run.session, record)  # what is shown of the old type, which nothing finds later
        record.type = change.type
    record.name = "" if change.is_deletion else str(change.document.get("name", ""))[:200]
    record.document, record.updated_at, record.received_at = change.document, change.updated_at, now()
    record.via_uri, record.verified_with = run.via_uri, key
    record.deleted_at = change.updated_at if change.is_deletion else None
    record.digest, record.unconfirmed_at = digest_of(change), None
    return record


def _show(run: _Run) -> None:
    """Bring search, guide, templates and figures up to date with what was accepted.

    A hub no longer passes on what was replaced, whoever told it so; what it may pass on comes after this.
    """
    if not run.changed:
        return
    run.session.flush()
    show_records(run.session, [run.records[uri] for uri in run.changed])
    feed.remove(run.session, run.changed)
    held_items.forget_held(run.session, run.changed)
