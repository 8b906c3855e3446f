"""The feed of a hub: every record it passes on, in order, the newest version of each.

A record that changes takes a new place at the end, so a reader who knows where it stopped
misses nothing and reads nothing twice that it need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Row, String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.changes import record_uri_of
from federation.actors.identities import base_url, find_identity
from federation.database import Base, now
from federation.flask_session import current_session
from federation.queue import wake_after_commit
from federation.sending.firewall import RELAY_LIMIT, check_relayed
from federation.sending.posting import body_of
from federation.web import activity_response
from schemas.context import CONTEXT
from schemas.errors import InvalidInput, NotFound
from schemas.objects import Document

bp = Blueprint("feed", __name__)

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


def append(session: Session, activities: Sequence[Document]) -> None:
    """Put activities about records at the end of the feed, in place of older ones of these records.

    Raises NotAllowed for what may not be relayed (see `federation.sending.firewall.check_relayed`).
    """
    items = {(item := _item(activity)).record_uri: item for activity in activities}
    _keep_order(session)
    session.execute(delete(FeedItem).where(FeedItem.record_uri.in_(items)))
    session.add_all(items.values())
    session.flush()
    wake_after_commit(session, "directory.jobs.relay")


def _item(activity: Document) -> FeedItem:
    check_relayed(activity)
    size = len(body_of(activity))
    uri = record_uri_of(activity)
    return FeedItem(activity_uri=activity["id"], record_uri=uri, document=activity, size=size)


def _keep_order(session: Session) -> None:
    """One writer at a time: a reader who saw place 11 must not miss a place 10 committed later.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def last_sequence(session: Session) -> int:
    """The last place of the feed; 0 when it is empty."""
    return session.scalar(select(func.max(FeedItem.sequence))) or 0


def items_after(
    session: Session, sequence: int, *, most: int = RELAY_LIMIT, most_bytes: int = PAGE_BYTES
) -> list[FeedItem]:
    """The next items, as many as fit (at least one)."""
    sizes = session.execute(
        select(FeedItem.sequence, FeedItem.size)
        .where(FeedItem.sequence > sequence)
        .order_by(FeedItem.sequence)
        .limit(most)
    )
    fitting = list(_fitting(sizes, most_bytes))
    query = select(FeedItem).where(FeedItem.sequence.in_(fitting)).order_by(FeedItem.sequence)
    return list(session.scalars(query))


def _fitting(sizes: Iterable[Row[int, int]], most_bytes: int) -> Iterator[int]:
    total = 0
    for sequence, size in sizes:
        total += size
        if total > most_bytes and total != size:
            return
        yield sequence


def page(session: Session, after: int) -> Document:
    """The page of the feed after a place. ``next`` is always there: it is to be asked later again."""
    address = feed_uri(session)
    items = items_after(session, after)
    last = items[-1].sequence if items else after
    return {
        "@context": CONTEXT,
        "id": f"{address}?after={after}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "next": f"{address}?after={last}",
        "orderedItems": [item.document for item in items],
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


@bp.get("/directory/feed")
def show_feed() -> Response:
    """The feed, or the page after a place."""
    if find_identity(current_session, "hub") is None:
        raise NotFound(cause="this node is not a hub")
    given = request.args.get("after")
    if given is None:
        return activity_response(overview(current_session))
    if not given.isascii() or not given.isdecimal() or len(given) > 15:
        raise InvalidInput(cause="`after` is not a place in the feed")
    return activity_response(page(current_session, int(given)))
