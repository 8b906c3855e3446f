"""Who hears from whom: the rows of follows, and the questions asked of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.identities import Identity
from federation.database import Base, now


class Follow(Base):
    """One follow: ``in`` when the remote actor follows us, ``out`` when we follow it."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("identity_id", "remote_uri", "direction"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    remote_uri: Mapped[str] = mapped_column(String(2000), index=True)
    direction: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    """'pending', 'accepted', 'rejected' or 'ended'."""
    activity_uri: Mapped[str] = mapped_column(String(2000))
    """The id of the Follow activity, which Accept, Reject and Undo point to."""
    key_fingerprint: Mapped[str] = mapped_column(String(80), default="")
    """Of the remote's Ed25519 key at the time, for people to compare."""
    offered_fingerprint: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Of another key, with which an accepted follower asks again; nobody believes it yet."""
    offered_activity_uri: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    offered_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    """When we asked the other side to accept a new key of ours; empty once it answered."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")


def find_follow(session: Session, identity_id: int, remote_uri: str, direction: str) -> Follow | None:
    """The follow between an identity of ours and a remote actor, in any state."""
    query = select(Follow).where(
        Follow.identity_id == identity_id, Follow.remote_uri == remote_uri, Follow.direction == direction
    )
    return session.scalar(query)


def follows(session: Session, identity_id: int, direction: str, state: str = "accepted") -> list[Follow]:
    """The follows of an identity in one direction and state, oldest first."""
    query = (
        select(Follow)
        .where(Follow.identity_id == identity_id, Follow.direction == direction, Follow.state == state)
        .order_by(Follow.id)
    )
    return list(session.scalars(query))


def follower_uris(session: Session, identity_id: int) -> list[str]:
    """The accepted followers of an identity."""
    return [follow.remote_uri for follow in follows(session, identity_id, "in")]


def is_follower(session: Session, identity_id: int, actor_uri: str) -> bool:
    """Whether the actor is an accepted follower of the identity."""
    follow = find_follow(session, identity_id, actor_uri, "in")
    return follow is not None and follow.state == "accepted"


def followed_uris() -> Select[str]:
    """Whom we chose to follow and who accepted us; that our hub follows its members back is no such choice.

    A member that says it is a hub would otherwise be a hub that its own hub joined.
    """
    return (
        select(Follow.remote_uri)
        .join(Identity, Identity.id == Follow.identity_id)
        .where(Follow.direction == "out", Follow.state == "accepted", Identity.role != "hub")
    )


def follows_actor(session: Session, actor_uri: str) -> bool:
    """Whether we chose to follow the actor and were accepted."""
    query = followed_uris().where(Follow.remote_uri == actor_uri)
    return session.scalar(query.limit(1)) is not None
