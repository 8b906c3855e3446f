"""The addresses that this node had before it moved: still answered, no longer used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.fetching.origins import authority_of, origin_of


class FormerAddress(Base):
    """An actor address that an identity of ours had; it says ``movedTo`` and may sign nothing new."""

    __tablename__ = "former_address"

    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"), index=True)
    moved_at: Mapped[datetime] = mapped_column(default=now)
    is_told: Mapped[bool] = mapped_column(default=False)
    """Whether all its records are published anew at the new address, and deleted at this one."""


def former_uris(session: Session, identity_id: int) -> list[str]:
    """The addresses an identity had, oldest first."""
    query = select(FormerAddress.actor_uri).where(FormerAddress.identity_id == identity_id)
    return list(session.scalars(query.order_by(FormerAddress.moved_at, FormerAddress.actor_uri)))


def last_move_at(session: Session) -> datetime | None:
    """When this node moved last."""
    query = select(FormerAddress.moved_at).order_by(FormerAddress.moved_at.desc())
    return session.scalar(query.limit(1))


def former_origin(session: Session, host: str) -> str | None:
    """The origin that we had under this host (as a Host header writes it), or None."""
    for uri in session.scalars(select(FormerAddress.actor_uri)):
        if authority_of(uri) == host.lower().rstrip("."):
            return origin_of(uri)
    return None
