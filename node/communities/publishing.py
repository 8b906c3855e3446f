"""Telling the network what the profile says."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import actor_document, get_identity, update_profile
from federation.database import now
from federation.settings import Settings
from node.communities.models import Community
from schemas.objects import Document


def publish_profile(session: Session, settings: Settings, community: Community) -> Document:
    """Publish the profile as the community's actor; returns the signed activity."""
    identity = get_identity(session, community.profile_role)
    update_profile(
        session,
        identity,
        name=community.name,
        summary=community.summary,
        initiative=community.initiative,
    )
    community.profile_published_at = now()
    return publish_record(session, settings, identity, "Update", actor_document(session, settings, identity))
