"""Publishing records: out to the network, into our own replica, and into the feed of a hub."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from directory import feed, ingest
from federation import outbox
from federation.identities import Identity, find_identity
from federation.settings import Settings
from schemas.objects import Document


def publish_record(
    session: Session,
    settings: Settings,
    identity: Identity,
    activity_type: str,
    obj: Document | str,
    *,
    also_to: Iterable[str] = (),
) -> Document:
    """Publish a record of ours and show it here as everywhere else; returns the signed activity.

    ``obj`` is a document of `schemas.objects.OBJECTS` or our actor document for Create and Update
    (see `federation.outbox.publish`), the address of the record for Delete.
    """
    activity = outbox.publish(session, settings, identity, activity_type, obj, also_to=also_to)
    ingest.apply_own(session, identity, activity)
    if find_identity(session, "hub") is not None:
        feed.append(session, activity)
    return activity
