"""Which actors moved, as we took it over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now

FAREWELL = timedelta(days=30)
"""How long an old address may still clear up behind itself; later it may be somebody else's."""


class ActorMove(Base):
    """An actor that moved to another address."""

    __tablename__ = "actor_move"

    old_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    new_uri: Mapped[str] = mapped_column(String(2000), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


def went_to(session: Session, old_uri: str) -> str | None:
    """Where an actor went that moved not long ago; None for all others."""
    known = session.get(ActorMove, old_uri)
    return known.new_uri if known is not None and now() - known.at < FAREWELL else None
