"""Gatherings in the network: the coming days as events, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import Identity, base_url, find_identity, get_identity
from federation.settings import Settings
from node.communities.models import find_community
from node.gatherings.event_document import Host, event_document, hash_of
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import (
    HOLIDAYS_IN_A_ROW,
    Occurrence,
    next_occurrence,
    occurrence_of,
    occurrences_between,
)

AHEAD = timedelta(days=14)
"""How long before its day an occurrence of a series is announced; what happens once, at once."""


def to_announce(gathering: Gathering, today: date, rows: Iterable[GatheringOccurrence]) -> list[Occurrence]:
    """What the network may know of now."""
    if gathering.audience != "network" or not gathering.has_moment:
        return []
    if not gathering.is_series:
        only = next_occurrence(gathering, today)
        return [only] if only else []
    return occurrences_between(gathering, today, today + AHEAD, rows)


def announce(session: Session, settings: Settings, gathering: Gathering, today: date) -> int:
    """Bring the network up to date with a gathering; returns how many activities were written.

    New days are created, changed ones updated, and what may not be known any more is withdrawn.
    What took place stays as it was told, until the gathering is no longer for everyone.
    """
    identity, host = get_identity(session, "cooperative"), _host(session)
    rows = _rows_that_matter(session, gathering, today)
    is_public = gathering.audience == "network"
    known = [occurrence_of(gathering, row.happens_on, row) for row in rows if row.object_uri and is_public]
    later = [each for each in known if each and each.on >= today]
    all_ = {each.key: each for each in (*later, *to_announce(gathering, today, rows))}
    sent = sum(_tell(session, settings, identity, all_[key], host) for key in sorted(all_))
    for row in rows:
        if row.object_uri and row.happens_on not in all_ and not _is_past(row, today):
            publish_record(session, settings, identity, "Delete", row.object_uri)
            row.object_uri, row.content_hash = None, ""
            sent += 1
    session.flush()
    return sent


def announce_all(session: Session, settings: Settings, today: date) -> int:
    """Announce the days that came near; the daily work of the schedule."""
    if find_identity(session, "cooperative") is None:
        return 0
    public = select(Gathering).where(Gathering.audience == "network", _may_come(today)).order_by(Gathering.id)
    return sum(announce(session, settings, each, today) for each in session.scalars(public).all())


def _may_come(today: date) -> ColumnElement[bool]:
    """Not those that stopped so long ago that the network heard of it."""
    return or_(Gathering.stopped_on.is_(None), Gathering.stopped_on >= today - AHEAD)


def _tell(
    session: Session, settings: Settings, identity: Identity, occurrence: Occurrence, host: Host
) -> int:
    row = occurrence.kept
    if occurrence.is_cancelled and (row is None or row.object_uri is None):
        return 0  # nobody was told that it would take place
    document = event_document(occurrence, host)
    content_hash = hash_of(document)
    if row is not None and row.object_uri and row.content_hash == content_hash:
        return 0
    row = row or _begun(session, occurrence)
    kind, known = ("Update", {"id": row.object_uri}) if row.object_uri else ("Create", {})
    activity = publish_record(session, settings, identity, kind, document | known)
    row.object_uri, row.content_hash = activity["object"]["id"], content_hash
    return 1


def keep(gathering: Gathering, day: date) -> GatheringOccurrence:
    """What is kept of a day, begun when there is nothing yet."""
    occurrence = gathering.occurrence_on(day)
    if occurrence is None:
        occurrence = GatheringOccurrence(happens_on=day, is_cancelled=False, content_hash="")
        gathering.occurrences.append(occurrence)
    return occurrence


def _begun(session: Session, occurrence: Occurrence) -> GatheringOccurrence:
    row = GatheringOccurrence(happens_on=occurrence.key, is_cancelled=False, content_hash="")
    session.add(row)
    row.gathering = occurrence.gathering
    return row


def _rows_that_matter(session: Session, gathering: Gathering, today: date) -> Sequence[GatheringOccurrence]:
    """What is kept of the coming days; what was told once it is not for everybody. No years of counts."""
    coming = or_(
        GatheringOccurrence.happens_on >= today - HOLIDAYS_IN_A_ROW, GatheringOccurrence.moved_to >= today
    )
    told = GatheringOccurrence.object_uri.is_not(None)
    wanted = coming if gathering.audience == "network" else told
    query = select(GatheringOccurrence).where(GatheringOccurrence.gathering_id == gathering.id, wanted)
    return session.scalars(query.order_by(GatheringOccurrence.happens_on)).all()


def _is_past(row: GatheringOccurrence, today: date) -> bool:
    """True for what took place while everybody could know of it: that stays as it was told."""
    return row.gathering.audience == "network" and (row.moved_to or row.happens_on) < today


def _host(session: Session) -> Host:
    community = find_community(session)
    name = get_identity(session, "cooperative").name
    return Host(name, community.place_name if community else name, base_url(session))
