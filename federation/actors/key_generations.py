"""The generations of an identity's keys: those that come, those that leave, those that are gone.

The keys an identity signs with now are in its own row. A row here is written when its first
successor is made; from then on every generation has one, the current one too.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now

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
