"""Publishing records: out to the network, into our own replica, and into the feed of a hub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from directory.relaying import feed
from directory.replica import ingest
from federation.actors.identities import Identity, find_identity
from federation.sending import outbox
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
    (see `federation.sending.outbox.publish`), the address of the record for Delete.
    """
    activity = outbox.publish(session, settings, identity, activity_type, obj, also_to=also_to)
    _show_here(session, identity, [activity])
    return activity


def publish_records(
    session: Session, settings: Settings, identity: Identity, documents: Iterable[Document]
) -> list[Document]:
    """Publish many new records at once, which takes a third of the time; returns their activities."""
    activities = [outbox.publish(session, settings, identity, "Create", document) for document in documents]
    _show_here(session, identity, activities)
    return activities


def _show_here(session: Session, identity: Identity, activities: Sequence[Document]) -> None:
    ingest.apply_own(session, identity, activities)
    if find_identity(session, "hub") is not None:
        feed.append(session, activities)
