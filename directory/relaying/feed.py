"""The feed of a hub: every record it passes on, in order, the newest version of each.

A record that changes takes a new place at the end, so a reader who knows where it stopped
misses nothing and reads nothing twice that it need not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.relaying.announcements import take_back
from directory.replica.changes import read_change
from directory.replica.versions import bucket_of, digest_of
from directory.search import vocabulary
from federation.actors.identities import base_url
from federation.database import Base, now
from federation.queue import wake_after_commit
from federation.sending.firewall import RELAY_LIMIT, check_relayed
from federation.sending.letters import body_of
from schemas.context import CONTEXT
from schemas.objects import Document

PAGE_BYTES = 800_000
"""A page stays well under the megabyte that readers accept."""
_LOCK = 0x6F6D7A  # any number of our own: the advisory lock that keeps the feed in order


class FeedItem(Base):
    """The latest signed activity of one record; a newer one takes a new place at the end."""

    __tablename__ = "feed_item"
    __table_args__ = {"sqlite_autoincrement": True}  # a place is never given twice

    sequence: Mapped[int] = mapped_column(primary_key=True)
    activity_uri: Mapped[str] = mapped_column(String(2000))
    record_uri: Mapped[str] = mapped_column(String(2000), unique=True)
    document: Mapped[dict[str, Any]]
    size: Mapped[int]
    """Bytes of the document, so that pages and announcements are filled without reading all."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    owner_uri: Mapped[str] = mapped_column(String(2000), default="", server_default="", index=True)
    bucket: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """Its place in the tree of digests; empty in rows from before that was kept."""
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")


def append(session: Session, activities: Sequence[Document]) -> None:
    """Put activities about records at the end of the feed, in place of older ones of these records.

    Raises NotAllowed for what may not be relayed (see `federation.sending.firewall.check_relayed`).
    """
    items = {(item := _item(activity)).record_uri: item for activity in activities}
    _keep_order(session)
    remove(session, items)
    session.add_all(items.values())
    session.flush()
    wake_after_commit(session, "directory.jobs.relay")


def _item(activity: Document) -> FeedItem:
    check_relayed(activity)
    change = read_change(activity)
    return FeedItem(
        activity_uri=activity["id"],
        record_uri=change.uri,
        document=activity,
        size=len(body_of(activity)),
        owner_uri=change.owner_uri,
        bucket=bucket_of(change.uri),
        digest=digest_of(change),
    )


def remove(session: Session, record_uris: Collection[str]) -> None:
    """Take records out of the feed, and out of the announcements that are still on their way."""
    of_these = FeedItem.record_uri.in_(record_uris)
    if session.scalar(select(FeedItem.sequence).where(of_these).limit(1)) is None:
        return
    _keep_order(session)
    gone = delete(FeedItem).where(of_these).returning(FeedItem.sequence)
    take_back(session, session.scalars(gone).all())


def lock(session: Session) -> None:
    """One writer at a time: a reader who saw place 11 must not miss a place 10 committed later.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _keep_order(session: Session) -> None:
    """The same for who writes the search index as well, or will before the commit.

    The index comes first, as with records that are indexed before they are passed on: two writers who
    wait for each other would both fail.
    """
    if session.get_bind().dialect.name == "postgresql":
        vocabulary.lock(session)
    lock(session)


def find_item(session: Session, record_uri: str) -> FeedItem | None:
    """The place of one record in the feed."""
    return session.scalar(select(FeedItem).where(FeedItem.record_uri == record_uri))


def last_sequence(session: Session) -> int:
    """The last place of the feed; 0 when it is empty."""
    return session.scalar(select(func.max(FeedItem.sequence))) or 0


def state_of(session: Session) -> tuple[int, int, str]:
    """What changes whenever the feed does: its last place, how many items it has, what came last."""
    newest = select(FeedItem.sequence, FeedItem.activity_uri).order_by(FeedItem.sequence.desc()).limit(1)
    last = session.execute(newest).first()
    count = session.scalar(select(func.count()).select_from(FeedItem)) or 0
    return (last[0], count, last[1]) if last else (0, 0, "")


def items_after(
    session: Session, sequence: int, *, most: int = RELAY_LIMIT, most_bytes: int = PAGE_BYTES
) -> list[FeedItem]:
    """The next items, as many as fit (at least one)."""
    return items_at(session, places_after(session, sequence, most=most, most_bytes=most_bytes))


def items_at(session: Session, places: Collection[int]) -> list[FeedItem]:
    """The items at these places, as far as there are any: one that changed has moved to the end."""
    query = select(FeedItem).where(FeedItem.sequence.in_(places)).order_by(FeedItem.sequence)
    return list(session.scalars(query))


def names_at(session: Session, places: Collection[int]) -> list[str]:
    """The ids of the activities at these places."""
    query = select(FeedItem.activity_uri).where(FeedItem.sequence.in_(places)).order_by(FeedItem.sequence)
    return list(session.scalars(query))


def places_after(
    session: Session, sequence: int, *, most: int = RELAY_LIMIT, most_bytes: int = PAGE_BYTES
) -> list[int]:
    """The places of the next items, as many as fit (at least one); their documents are not read."""
    sizes = session.execute(
        select(FeedItem.sequence, FeedItem.size)
        .where(FeedItem.sequence > sequence)
        .order_by(FeedItem.sequence)
        .limit(most)
    )
    return list(_fitting(sizes, most_bytes))


def _fitting(sizes: Iterable[Row[int, int]], most_bytes: int) -> Iterator[int]:
    total = 0
    for sequence, size in sizes:
        total += size
        if total > most_bytes and total != size:
            return
        yield sequence


def page(session: Session, after: int, places: Sequence[int]) -> Document:
    """The page of the feed after a place. ``next`` is always there: it is to be asked later again."""
    following = {"next": f"{feed_uri(session)}?after={places[-1] if places else after}"}
    return _page(session, f"after={after}", places) | following


def selection(session: Session, places: Sequence[int]) -> Document:
    """The items at given places, for a reader that knows what it misses."""
    return _page(session, f"at={','.join(map(str, places))}", places)


def _page(session: Session, query: str, places: Sequence[int]) -> Document:
    address = feed_uri(session)
    return {
        "@context": CONTEXT,
        "id": f"{address}?{query}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "orderedItems": [item.document for item in items_at(session, places)],
    }


def overview(session: Session) -> Document:
    """The feed as a collection."""
    address = feed_uri(session)
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "OrderedCollection",
        "totalItems": session.scalar(select(func.count()).select_from(FeedItem)) or 0,
        "first": f"{address}?after=0",
    }


def feed_uri(session: Session) -> str:
    """The address of this node's feed."""
    return f"{base_url(session)}/directory/feed"
