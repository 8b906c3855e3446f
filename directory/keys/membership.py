"""Telling the followers of our hub which keys a member has now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import find_identity
from federation.relations.members import Member, document_of
from federation.sending.outbox import publish
from federation.settings import Settings


def announce_changes(session: Session, settings: Settings) -> int:
    """Publish an Add, with its new keys, of each member that is not announced yet; returns their number."""
    hub = find_identity(session, "hub")
    if hub is None:
        return 0
    query = select(Member).where(Member.hub_uri == hub.actor_uri, Member.is_announced.is_(False))
    members = list(session.scalars(query))
    for member in members:
        publish(session, settings, hub, "Add", document_of(member))
        member.is_announced = True
    return len(members)
