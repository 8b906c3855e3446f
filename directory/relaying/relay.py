"""The relay of a hub: new items of the feed are announced to its followers, in batches.

A follower who is far behind is not sent thousands of records: it is told that there is more
in the feed, and pages there at its own pace.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.relaying import feed
from directory.relaying.feed import FeedItem
from federation.actors.identities import Identity, find_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import Base, now
from federation.relations.followers import Follow, follows
from federation.relations.follows import is_hub, is_node
from federation.sending import outbox
from federation.settings import Settings
from schemas.objects import Document

MOST_ITEMS, MOST_BYTES = 100, 200_000
"""What one announcement carries; receivers refuse more than 100 items or 256 kB."""


class RelayCursor(Base):
    """How far one follower has been told, and when last."""

    __tablename__ = "relay_cursor"

    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id"), primary_key=True)
    sequence: Mapped[int]
    sent_at: Mapped[datetime | None]


def announce(session: Session, settings: Settings) -> float | None:
    """Announce what is new to each follower whose turn it is.

    Returns the seconds until the next follower's turn, None when all have been told.
    """
    hub = find_identity(session, "hub")
    last = feed.last_sequence(session)
    if hub is None or not last:
        return None
    behind = [cursor for cursor in _cursors(session, hub) if cursor[1].sequence < last]
    interval = timedelta(seconds=settings.relay_interval)
    waits: list[float] = []
    groups: dict[int, list[tuple[Follow, RelayCursor]]] = defaultdict(list)
    for follow, cursor in behind:
        wait = (cursor.sent_at + interval - now()).total_seconds() if cursor.sent_at else 0.0
        if wait > 0:
            waits.append(wait)
        else:
            groups[cursor.sequence].append((follow, cursor))
    for sequence, group in groups.items():
        _announce_to(session, settings, hub, sequence, group)
    return min(waits, default=None)


def is_behind(session: Session) -> bool:
    """Whether any follower has not been told of everything."""
    hub = find_identity(session, "hub")
    last = feed.last_sequence(session)
    return hub is not None and any(cursor.sequence < last for _follow, cursor in _cursors(session, hub))


def _announce_to(
    session: Session,
    settings: Settings,
    hub: Identity,
    sequence: int,
    group: list[tuple[Follow, RelayCursor]],
) -> None:
    items = feed.items_after(session, sequence, most=MOST_ITEMS, most_bytes=MOST_BYTES)
    last = feed.last_sequence(session)
    payload: list[Document] | str = [item.document for item in items]
    if items[-1].sequence < last:
        payload = feed.feed_uri(session)
    recipients = [follow.remote_uri for follow, _cursor in group]
    outbox.publish(session, settings, hub, "Announce", payload, also_to=recipients)
    for _follow, cursor in group:
        cursor.sequence, cursor.sent_at = last, now()
        session.add(cursor)


def _cursors(session: Session, hub: Identity) -> list[tuple[Follow, RelayCursor]]:
    """The nodes that follow the hub, each with how far it was told."""
    accepted = follows(session, hub.id, "in")
    uris = [follow.remote_uri for follow in accepted]
    nodes: set[str] = set()
    for start in range(0, len(uris), 500):
        query = select(RemoteActor).where(RemoteActor.uri.in_(uris[start : start + 500]))
        nodes |= {actor.uri for actor in session.scalars(query) if is_node(actor) or is_hub(actor)}
    known = {cursor.follow_id: cursor for cursor in session.scalars(select(RelayCursor))}
    return [
        (follow, known.get(follow.id) or _first_cursor(session, follow))
        for follow in accepted
        if follow.remote_uri in nodes
    ]


def _first_cursor(session: Session, follow: Follow) -> RelayCursor:
    """A new follower reads in the feed what was there when it was accepted."""
    before = func.max(FeedItem.sequence)
    query = select(before).where(FeedItem.created_at <= (follow.decided_at or follow.created_at))
    return RelayCursor(follow_id=follow.id, sequence=session.scalar(query) or 0, sent_at=None)
