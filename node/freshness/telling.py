"""A hub tells its network which entries nobody can reach, by what was found here and not by hearsay."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.freshness.service import found_here
from directory.freshness.told import told_by
from directory.replica.entries import Entry
from directory.replica.publishing import publish_record
from federation.actors.identities import Identity, find_identity
from federation.relations.members import members_of
from federation.settings import Settings
from schemas.objects import wire_type


def tell(session: Session, settings: Settings) -> int:
    """Tell what changed since the last time; returns how many entries that were. Nothing without a hub."""
    hub = find_identity(session, "hub")
    if hub is None:
        return 0
    found, told = _ours(session, hub), told_by(session, hub.actor_uri)
    for uri in sorted(found.keys() - told.keys()):
        record = {**wire_type("UnreachableEntry"), "entry": uri, "since": found[uri]}
        publish_record(session, settings, hub, "Create", record)
    over = sorted(told.keys() - found.keys())
    for uri in over:
        for record_uri in told[uri]:
            publish_record(session, settings, hub, "Delete", record_uri)
    return len(found.keys() - told.keys()) + len(over)


def _ours(session: Session, hub: Identity) -> dict[str, str]:
    """What we found of our own listings and of our members: by entry the day since when."""
    found = found_here(session)
    members = {member.actor_uri for member in members_of(session, hub.actor_uri)}
    owners = select(Entry.uri, Entry.owner_uri, Entry.has_node).where(Entry.uri.in_(found))
    return {
        uri: found[uri].isoformat()
        for uri, owner_uri, has_node in session.execute(owners)
        if (uri in members if has_node else owner_uri == hub.actor_uri)
    }
