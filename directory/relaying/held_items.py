"""What a hub does not pass on, because its people silenced the owner; kept for when they stop."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.relaying import feed
from directory.relaying.feed import FeedItem
from directory.replica.changes import record_uri_of
from federation.database import Base
from federation.sending.firewall import check_relayed
from schemas.errors import NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)


class HeldItem(Base):
    """The latest signed activity of one record that is kept out of the feed."""

    __tablename__ = "held_item"

    record_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    document: Mapped[dict[str, Any]]


def hold(session: Session, activity: Document) -> None:
    """Keep a new activity out of the feed, with whatever the feed had of its record."""
    uri = record_uri_of(activity)
    feed.remove(session, [uri])
    _keep(session, uri, activity)


def hold_records(session: Session, record_uris: Collection[str]) -> None:
    """Take these records out of the feed. Who has them keeps them."""
    items = session.scalars(select(FeedItem).where(FeedItem.record_uri.in_(record_uris))).all()
    for item in items:
        _keep(session, item.record_uri, item.document)
    session.flush()
    feed.remove(session, [item.record_uri for item in items])


def release_records(session: Session, record_uris: Collection[str]) -> None:
    """Put these records back, at the end of the feed, so that every reader finds them.

    What may not be relayed is left out, as it is of who was never silenced.
    """
    held = session.scalars(select(HeldItem).where(HeldItem.record_uri.in_(record_uris))).all()
    if welcome := [item.document for item in held if _may_be_relayed(item.document)]:
        feed.append(session, welcome)
    forget_held(session, [item.record_uri for item in held])


def forget_held(session: Session, record_uris: Collection[str]) -> None:
    """A newer activity of these records is in the feed."""
    session.execute(delete(HeldItem).where(HeldItem.record_uri.in_(record_uris)))


def _may_be_relayed(activity: Document) -> bool:
    try:
        check_relayed(activity)
    except NotAllowed as refused:
        log.warning("relay.refused", activity=activity["id"], reason=str(refused))
        return False
    return True


def _keep(session: Session, record_uri: str, activity: Document) -> None:
    row = session.get(HeldItem, record_uri) or HeldItem(record_uri=record_uri)
    row.document = activity
    session.add(row)
