"""The table of reminders: who was asked whether an entry is still right, and what came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now

ANSWERS = ("confirmed", "changed", "ended", "stop")
LIFTED = "lifted"
"""What a 'stop' becomes when they want messages again; nobody answers with it."""


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
    """One of `ANSWERS`, `LIFTED`, or None."""
    answered_at: Mapped[datetime | None]


class MessageRefusal(Base):
    """An initiative wants no more messages: neither here nor, under whatever name, at this address."""

    __tablename__ = "message_refusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    """The listing that it is about, or None for an entry that its own node keeps."""
    entry_uri: Mapped[str] = mapped_column(String(2000), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the address, which need not be kept to be left alone; "" where none was known."""
    at: Mapped[datetime] = mapped_column(default=now)
