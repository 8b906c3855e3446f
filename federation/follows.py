"""Follows: who hears from whom. Joining a hub is a follow in both directions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
