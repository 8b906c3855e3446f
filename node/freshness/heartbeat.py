"""The heartbeat of a node: it says now and then that it is there, so that the directory knows it lives."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.identities import find_identity
from federation.database import now
from federation.settings import Settings
from node.communities.models import find_community
from node.communities.publishing import publish_profile

EVERY = timedelta(days=30)
"""Shorter than `directory.freshness.rules.NODE_DUE_AFTER`."""


def beat(session: Session, settings: Settings) -> bool:
    """Publish the profile again when it was not published for a month; True when that was done."""
    community = find_community(session)
    if community is None or not community.initiative:
        return False
    identity = find_identity(session, community.profile_role)
    record = session.get(Record, identity.actor_uri) if identity is not None else None
    if record is None or record.updated_at > now() - EVERY:
        return False  # never published, which a person does first; or not long ago
    publish_profile(session, settings, community)
    return True
