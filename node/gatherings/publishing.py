"""Gatherings in the network: the coming days as events, in the transaction of the change itself."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import Identity, base_url, find_identity, get_identity
from federation.settings import Settings
from node.communities.models import find_community
from node.gatherings.event_document import Host, event_document, hash_of
from node.gatherings.models import Gathering, GatheringOccurrence

AHEAD = timedelta(days=14)
"""How long before its day an occurrence of a series is announced; what happens once, at once."""


def days_to_announce(gathering: Gathering, today: date) -> list[date]:
    """The days that the network may know of now."""
    if gathering.audience != "network" or not gathering.has_moment:
        return []
    if gathering.every_weeks < 1:
        day = gathering.next_on(today)
        return [day] if day else []
    return gathering.days_between(today, today + AHEAD)


def announce(session: Session, settings: Settings, gathering: Gathering, today: date) -> int:
    """Bring the network up to date with a gathering; returns how many activities were written.

    New days are created, changed ones updated, and what may not be known any more is withdrawn.
    What took place stays as it was told, until the gathering is no longer for everyone.
    """
    identity, host = get_identity(session, "cooperative"), _host(session)
    days = days_to_announce(gathering, today)
    sent = sum(_tell(session, settings, identity, _kept(gathering, day), host) for day in days)
    for occurrence in gathering.occurrences:
        if occurrence.object_uri and not _may_stay(occurrence, today):
            publish_record(session, settings, identity, "Delete", occurrence.object_uri)
            occurrence.object_uri, occurrence.content_hash = None, ""
            sent += 1
    session.flush()
    return sent


def announce_all(session: Session, settings: Settings, today: date) -> int:
    """Announce the days that came near; the daily work of the schedule."""
    if find_identity(session, "cooperative") is None:
        return 0
    public = select(Gathering).where(Gathering.audience == "network").order_by(Gathering.id)
    return sum(announce(session, settings, each, today) for each in session.scalars(public).all())


def _tell(
    session: Session, settings: Settings, identity: Identity, occurrence: GatheringOccurrence, host: Host
) -> int:
    if occurrence.is_cancelled and occurrence.object_uri is None:
        return 0  # nobody was told that it would take place
    document = event_document(occurrence.gathering, occurrence.happens_on, host)
    content_hash = hash_of(document)
    if occurrence.object_uri and occurrence.content_hash == content_hash:
        return 0
    kind, known = ("Update", {"id": occurrence.object_uri}) if occurrence.object_uri else ("Create", {})
    activity = publish_record(session, settings, identity, kind, document | known)
    occurrence.object_uri, occurrence.content_hash = activity["object"]["id"], content_hash
    return 1


def _kept(gathering: Gathering, day: date) -> GatheringOccurrence:
    """What is kept of a day, begun when there is nothing yet."""
    occurrence = gathering.occurrence_on(day)
    if occurrence is None:
        occurrence = GatheringOccurrence(happens_on=day, is_cancelled=False, content_hash="")
        gathering.occurrences.append(occurrence)
    return occurrence


def _may_stay(occurrence: GatheringOccurrence, today: date) -> bool:
    gathering, day = occurrence.gathering, occurrence.happens_on
    if gathering.audience != "network":
        return False
    return day < today or (gathering.has_moment and gathering.next_on(day) == day)


def _host(session: Session) -> Host:
    community = find_community(session)
    name = get_identity(session, "cooperative").name
    return Host(name, community.place_name if community else name, base_url(session))
