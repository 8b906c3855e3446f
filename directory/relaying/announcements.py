"""Announcements that wait: taken back when something in them changes, and told anew from the feed.

What an announcement carries is in the feed, in the version that stands. So nothing is lost when one that
was not delivered yet is dropped: its receivers count as not told, and the next one brings what there is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, Select, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.remote_actors import RemoteActor
from federation.database import Base
from federation.queue import wake_after_commit
from federation.relations.followers import Follow
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from federation.sending.withdrawals import forget_content
from schemas.objects import Document

JOB = "directory.jobs.relay"


class RelayCursor(Base):
    """How far one follower has been told, and when last."""

    __tablename__ = "relay_cursor"

    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id"), primary_key=True)
    sequence: Mapped[int]
    sent_at: Mapped[datetime | None]


class Announcement(Base):
    """Which part of the feed an Announce of ours carries, as long as it says what it said."""

    __tablename__ = "announcement"

    activity_uri: Mapped[str] = mapped_column(
        ForeignKey("published_activity.uri", ondelete="CASCADE"), primary_key=True
    )
    after_sequence: Mapped[int]
    """Its receivers had been told up to here."""
    last_sequence: Mapped[int] = mapped_column(index=True)


def note(session: Session, activity: Document, after: int, last: int) -> None:
    """Remember what an Announce carries that was just written."""
    session.flush()  # the activity itself comes first
    session.add(Announcement(activity_uri=activity["id"], after_sequence=after, last_sequence=last))


def take_back(session: Session, places: Collection[int]) -> None:
    """These places of the feed are empty now: no announcement gives what was there to anybody.

    The caller has the lock of the feed, so that no announcement is being written meanwhile.
    """
    ordered = sorted(places)
    if not ordered:
        return
    within = (Announcement.last_sequence >= ordered[0], Announcement.after_sequence < ordered[-1])
    for row in session.scalars(select(Announcement).where(*within)).all():
        found = bisect_right(ordered, row.after_sequence)
        if found < len(ordered) and ordered[found] <= row.last_sequence:
            activity = session.get_one(PublishedActivity, row.activity_uri)
            session.delete(row)
            _drop(session, activity, row.after_sequence)


def complete(session: Session) -> None:
    """Announcements from before it was kept what they carry: taken back, because nobody knows."""
    unknown = (PublishedActivity.type == "Announce", PublishedActivity.is_public)
    for activity in session.scalars(select(PublishedActivity).where(*unknown).limit(20)):
        if isinstance(activity.document.get("object"), list):
            _drop(session, activity, 0)
        activity.is_public = False


def _drop(session: Session, activity: PublishedActivity, after: int) -> None:
    """Forget what it said; who should still get it has been told up to a place, and no further."""
    behind = update(RelayCursor).where(RelayCursor.follow_id.in_(_waiting(activity.uri)))
    session.execute(behind.where(RelayCursor.sequence > after).values(sequence=after))
    not_sent = (Delivery.activity_uri == activity.uri, Delivery.state != "done")
    session.execute(delete(Delivery).where(*not_sent))
    forget_content(activity)
    wake_after_commit(session, JOB)


def _waiting(activity_uri: str) -> Select[int]:
    """The follows of those to whom an activity is still on its way."""
    due = (Delivery.activity_uri == activity_uri, Delivery.state == "due")
    inboxes = select(Delivery.inbox).where(*due, Delivery.inbox != "")
    asked = select(Delivery.recipient_uri).where(*due, Delivery.recipient_uri.is_not(None))
    return (
        select(Follow.id)
        .join(RemoteActor, RemoteActor.uri == Follow.remote_uri)
        .where(Follow.direction == "in")
        .where(
            or_(
                RemoteActor.inbox.in_(inboxes),
                RemoteActor.shared_inbox.in_(inboxes),
                RemoteActor.uri.in_(asked),
            )
        )
    )
