"""The table of reminders: who was asked whether an entry is still right, and what came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now

ANSWERS = ("confirmed", "changed", "ended", "stop")


class Reminder(Base):
    """One question to one initiative. Its link opens only the page of this entry."""

    __tablename__ = "reminder"
    __table_args__ = (Index(None, "listing_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link."""
    way: Mapped[str] = mapped_column(String(10))
    """'mail' or 'letter'."""
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str | None] = mapped_column(String(10))
    """One of `ANSWERS`, or None."""
    answered_at: Mapped[datetime | None]
