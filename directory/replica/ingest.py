"""Ingest: a signed activity becomes a record of the replica, or is refused.

Whoever brought it, the proof of its owner decides. Last-writer-wins by the owner's ``updated``,
so the order of arrival and the number of times do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica import entries, figures, templates
from directory.replica.changes import Change, read_change, record_uri_of
from directory.replica.entries import Projectable
from directory.replica.records import Record
from federation.actors.identities import Identity
from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.relations.standing import check_not_blocked
from federation.signatures.owner_keys import ActorNeeded, Keys, check_proof, owner_keys, raise_alarm
from schemas.errors import AppError, NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)

PROJECTIONS = {"ActivityTemplate": templates, "OutcomeRelease": figures, "Organization": entries}


@dataclass
class Taken:
    """What came of several activities."""

    new: list[Document] = field(default_factory=list)
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
        except ActorNeeded as needed:
            taken.waiting[position] = needed.uri
        except AppError as refused:
            name, reason = str(activity.get("id"))[:500], str(refused)[:500]
            log.warning("directory.refused", activity=name, via=via_uri, reason=reason)
            raise_alarm(session, refused)
    _show(run)
    return taken


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
    change = read_change(activity)
    record = run.records.get(change.uri)
    if record and record.owner_uri != change.owner_uri:
        raise NotAllowed(cause=f"{change.uri} belongs to {record.owner_uri}")
    if record and record.updated_at >= change.updated_at:
        return False  # before any cryptography: most of what a feed repeats ends here
    key = _vouched(run, activity, change)
    run.records[change.uri] = _write(run, record, change, key)
    run.changed[change.uri] = change
    return True


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
            remember_actor(run.session, change.document)
    return key


def _write(run: _Run, record: Record | None, change: Change, key: str) -> Record:
    """The record as the change leaves it; the type of a deleted one is kept for its projection."""
    if record is None:
        record = Record(uri=change.uri, owner_uri=change.owner_uri, type=change.type)
        run.session.add(record)
    if not change.is_deletion:
        record.type = change.type
        record.name = str(change.document.get("name", ""))[:200]
    record.document, record.updated_at, record.received_at = change.document, change.updated_at, now()
    record.via_uri, record.verified_with = run.via_uri, key
    record.deleted_at = change.updated_at if change.is_deletion else None
    return record


def _show(run: _Run) -> None:
    """Bring search, guide, templates and figures up to date with what was accepted."""
    run.session.flush()
    organisations = []
    for uri, change in run.changed.items():
        record = run.records[uri]
        if change.is_deletion:
            _hide(run.session, record)
        elif change.type == "Organization":
            organisations.append(Projectable(record, change.document))
        else:
            PROJECTIONS[change.type].project(run.session, record, change.document)
    entries.project_all(run.session, organisations)


def _hide(session: Session, record: Record) -> None:
    projection = PROJECTIONS.get(record.type)
    if projection is not None:
        projection.remove(session, record.uri)
