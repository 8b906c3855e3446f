"""The relay of a hub: new items of the feed are announced to its followers, in batches.

A follower who is far behind is not sent thousands of records: it is told that there is more
in the feed, and pages there at its own pace.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from directory.relaying import announcements, feed
from directory.relaying.announcements import RelayCursor
from directory.relaying.feed import FeedItem
from federation.actors.identities import Identity, find_identity
from federation.actors.remote_actors import RemoteActor, note_roles
from federation.database import now
from federation.relations.followers import Follow, follows
from federation.sending import outbox
from federation.settings import Settings
from schemas.objects import Document

MOST_ITEMS, MOST_BYTES = 100, 200_000
"""What one announcement carries; receivers refuse more than 100 items or 256 kB."""


@dataclass(frozen=True)
class Behind:
    """A node that follows the hub and was not told of everything."""

    follow_id: int
    remote_uri: str
    sequence: int
    sent_at: datetime | None


def announce(session: Session, settings: Settings) -> float | None:
    """Announce what is new to each follower whose turn it is.

    Returns the seconds until the next follower's turn, None when all have been told.
    """
    hub = find_identity(session, "hub")
    feed.lock(session)  # what is announced is what stands when this is committed
    last = feed.last_sequence(session)
    if hub is None or not last:
        return None
    _begin_cursors(session, hub)
    turn = now() - timedelta(seconds=settings.relay_interval)
    groups: dict[int, list[Behind]] = defaultdict(list)
    waits: list[float] = []
    for behind in _behind(session, hub, last):
        if behind.sent_at is None or behind.sent_at <= turn:
            groups[behind.sequence].append(behind)
        else:
            waits.append((behind.sent_at - turn).total_seconds())
    for sequence, group in groups.items():
        _announce_to(session, settings, hub, sequence, group)
    return min(waits, default=None)


def is_behind(session: Session) -> bool:
    """Whether any follower has not been told of everything."""
    hub = find_identity(session, "hub")
    last = feed.last_sequence(session)
    if hub is None or not last:
        return False
    without = _followers(hub).where(RelayCursor.follow_id.is_(None)).limit(1)
    if session.execute(without).first():
        return True
    return session.execute(_followers(hub).where(RelayCursor.sequence < last).limit(1)).first() is not None


def _announce_to(
    session: Session, settings: Settings, hub: Identity, sequence: int, group: list[Behind]
) -> None:
    """One announcement for all who were told up to the same place.

    Nothing after it any more (the member whose records came last has left): nothing to tell.
    """
    items = feed.items_after(session, sequence, most=MOST_ITEMS, most_bytes=MOST_BYTES)
    last = feed.last_sequence(session)
    if items:
        is_all = items[-1].sequence == last
        payload: list[Document] | str = (
            [item.document for item in items] if is_all else feed.feed_uri(session)
        )
        recipients = [behind.remote_uri for behind in group]
        activity = outbox.publish(session, settings, hub, "Announce", payload, also_to=recipients)
        if is_all:
            announcements.note(session, activity, sequence, last)
    told = [{"follow_id": behind.follow_id, "sequence": last, "sent_at": now()} for behind in group]
    session.execute(update(RelayCursor), told)


def _followers(hub: Identity) -> Select[int, str, int, datetime | None]:
    """The nodes that follow the hub with how far each was told; their documents are not read."""
    return (
        select(Follow.id, Follow.remote_uri, RelayCursor.sequence, RelayCursor.sent_at)
        .join(RemoteActor, RemoteActor.uri == Follow.remote_uri)
        .outerjoin(RelayCursor, RelayCursor.follow_id == Follow.id)
        .where(Follow.identity_id == hub.id, Follow.direction == "in", Follow.state == "accepted")
        .where(RemoteActor.role.in_(("cooperative", "hub")))
        .order_by(Follow.id)
    )


def _behind(session: Session, hub: Identity, last: int) -> list[Behind]:
    rows = session.execute(_followers(hub).where(RelayCursor.sequence < last))
    return [Behind(*row) for row in rows]


def _begin_cursors(session: Session, hub: Identity) -> None:
    """A new follower reads in the feed what was there when it was accepted."""
    note_roles(session)
    new = {row[0] for row in session.execute(_followers(hub).where(RelayCursor.follow_id.is_(None)))}
    for follow in follows(session, hub.id, "in") if new else []:
        if follow.id in new:
            session.add(_first_cursor(session, follow))
    session.flush()


def _first_cursor(session: Session, follow: Follow) -> RelayCursor:
    before = func.max(FeedItem.sequence)
    query = select(before).where(FeedItem.created_at <= (follow.decided_at or follow.created_at))
    return RelayCursor(follow_id=follow.id, sequence=session.scalar(query) or 0, sent_at=None)
