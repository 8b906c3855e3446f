"""Listings: which records each hub of ours lists, so that what it stops listing can be noticed.

A record that a hub no longer lists is never deleted for that: only its owner's signed word deletes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, String, delete, exists, insert, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from directory.replica.records import Record
from federation.database import Base, now

BATCH = 400
"""Addresses in one statement."""


class FeedListing(Base):
    """One record in the feed of one hub that we joined."""

    __tablename__ = "feed_listing"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    record_uri: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)
    unlisted_at: Mapped[datetime | None]
    """Since when the hub no longer lists it."""
    asked_at: Mapped[datetime | None]
    """When its owner was last asked about it, once it was unlisted."""


def note_listed(session: Session, hub_uri: str, record_uris: Iterable[str]) -> None:
    """A hub lists these records, and we have them."""
    wanted = list(dict.fromkeys(record_uris))
    for start in range(0, len(wanted), BATCH):
        _note_batch(session, hub_uri, wanted[start : start + BATCH])


def _note_batch(session: Session, hub_uri: str, uris: list[str]) -> None:
    ours = (FeedListing.hub_uri == hub_uri, FeedListing.record_uri.in_(uris))
    query = select(FeedListing.record_uri, FeedListing.unlisted_at).where(*ours)
    known = {uri: unlisted_at for uri, unlisted_at in session.execute(query)}
    if fresh := [{"hub_uri": hub_uri, "record_uri": uri} for uri in uris if uri not in known]:
        session.execute(insert(FeedListing), fresh)
    if back := [uri for uri, unlisted_at in known.items() if unlisted_at]:
        again = (FeedListing.hub_uri == hub_uri, FeedListing.record_uri.in_(back))
        session.execute(update(FeedListing).where(*again).values(unlisted_at=None, asked_at=None))
    confirm(session, uris)


def note_unlisted(session: Session, hub_uri: str, record_uris: Collection[str]) -> None:
    """A hub stopped listing these records."""
    wanted = list(record_uris)
    for start in range(0, len(wanted), BATCH):
        ours = FeedListing.record_uri.in_(wanted[start : start + BATCH])
        first = (FeedListing.hub_uri == hub_uri, ours, FeedListing.unlisted_at.is_(None))
        session.execute(update(FeedListing).where(*first).values(unlisted_at=now()))


def confirm(session: Session, record_uris: Collection[str]) -> None:
    """These records are vouched for again, by a hub that lists them or by their owner."""
    doubted = (Record.uri.in_(record_uris), Record.unconfirmed_at.is_not(None))
    if session.scalar(select(Record.uri).where(*doubted).limit(1)):
        session.execute(update(Record).where(*doubted).values(unconfirmed_at=None))


def doubt(session: Session, record_uri: str) -> None:
    """Nobody vouches for this record at present; the first time is what people see."""
    first = (Record.uri == record_uri, Record.unconfirmed_at.is_(None))
    session.execute(update(Record).where(*first).values(unconfirmed_at=now()))


def listed_elsewhere(session: Session, listing: FeedListing) -> bool:
    """Whether another hub of ours lists the record."""
    query = select(FeedListing.hub_uri).where(
        FeedListing.record_uri == listing.record_uri,
        FeedListing.hub_uri != listing.hub_uri,
        FeedListing.unlisted_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def unlisted(session: Session, hub_uri: str, asked_before: datetime, most: int) -> list[FeedListing]:
    """The records a hub no longer lists whose owners are to be asked, the longest unasked first."""
    query = (
        select(FeedListing)
        .where(FeedListing.hub_uri == hub_uri, FeedListing.unlisted_at.is_not(None))
        .where(FeedListing.asked_at.is_(None) | (FeedListing.asked_at < asked_before))
        .order_by(FeedListing.asked_at.is_not(None), FeedListing.asked_at, FeedListing.record_uri)
        .limit(most)
    )
    return list(session.scalars(query))


def forget_hub(session: Session, hub_uri: str) -> int:
    """A hub that we left: its records stay, and those that no other hub lists are no longer confirmed."""
    other = aliased(FeedListing)
    elsewhere = exists().where(
        other.record_uri == FeedListing.record_uri,
        other.hub_uri != hub_uri,
        other.unlisted_at.is_(None),
    )
    alone = select(FeedListing.record_uri).where(FeedListing.hub_uri == hub_uri, ~elsewhere)
    first: ColumnElement[bool] = Record.unconfirmed_at.is_(None)
    alive = Record.deleted_at.is_(None)
    doubted = update(Record).where(Record.uri.in_(alone), first, alive).values(unconfirmed_at=now())
    session.execute(doubted.execution_options(synchronize_session=False))
    result = session.execute(delete(FeedListing).where(FeedListing.hub_uri == hub_uri))
    return int(getattr(result, "rowcount", 0))
