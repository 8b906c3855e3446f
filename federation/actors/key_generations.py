"""The generations of an identity's keys: those that come, those that leave, those that are gone.

The keys an identity signs with now are in its own row. A row here is written when its first
successor is made; from then on every generation has one, the current one too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now

MOST_CERTIFICATES = 10
PUBLISHED = ("coming", "current", "leaving")
"""The states in which a key stands in the actor document."""


class IdentityKey(Base):
    """One generation of an identity's keys; the private half is in the secrets folder."""

    __tablename__ = "identity_key"
    __table_args__ = (UniqueConstraint("identity_id", "generation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    generation: Mapped[int]
    rsa_public_pem: Mapped[str] = mapped_column(Text)
    ed25519_multibase: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    """'coming', 'current', 'leaving', 'retired', 'lost' or 'cancelled'."""
    certificate: Mapped[dict[str, Any] | None]
    """What the keys before it signed: that these come after them. None for the first, and after a loss."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    announced_at: Mapped[datetime | None]
    """When the first Update that lists it was published."""
    current_at: Mapped[datetime | None]
    """When we began to sign with it."""
    ended_at: Mapped[datetime | None]
    """When it left the actor document, was lost or cancelled."""


def generations_of(session: Session, identity_id: int) -> list[IdentityKey]:
    """All generations of an identity's keys, oldest first; none when they were never replaced."""
    query = select(IdentityKey).where(IdentityKey.identity_id == identity_id)
    return list(session.scalars(query.order_by(IdentityKey.generation)))


def succession_of(session: Session, identity_id: int) -> list[dict[str, Any]]:
    """The certificates by which each of an identity's keys vouched for the next one, oldest first."""
    rows = [row for row in generations_of(session, identity_id) if row.state != "cancelled"]
    return [row.certificate for row in rows if row.certificate][-MOST_CERTIFICATES:]


class KeyRotation(Base):
    """One replacement of all keys of this node, and how far it is; the rows say all there is to know."""

    __tablename__ = "key_rotation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """'planned', 'emergency' (the old keys leaked) or 'recovery' (the old keys are lost)."""
    state: Mapped[str] = mapped_column(String(10))
    """'announced', 'reproving', 'waiting' (the old keys are still listed), 'done' or 'cancelled'."""
    started_at: Mapped[datetime] = mapped_column(default=now)
    started_by: Mapped[str] = mapped_column(String(200), default="")
    switch_at: Mapped[datetime]
    """When we begin to sign with the new keys."""
    switched_at: Mapped[datetime | None]
    retire_at: Mapped[datetime | None]
    """When the old keys leave the actor documents."""
    ended_at: Mapped[datetime | None]


def current_rotation(session: Session) -> KeyRotation | None:
    """The rotation that is under way; at most one is."""
    query = select(KeyRotation).where(KeyRotation.ended_at.is_(None)).order_by(KeyRotation.id.desc())
    return session.scalar(query.limit(1))
