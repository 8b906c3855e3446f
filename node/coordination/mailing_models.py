"""The tables of messages to a selection: that one was sent, and to which initiatives. No address is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class SentMessage(Base):
    """A message that somebody wrote to many initiatives at once."""

    __tablename__ = "sent_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    """As it was typed, before the names were filled in."""
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class MessageCopy(Base):
    """One initiative's own copy of a message: the trace at its entry, and the secret of its link."""

    __tablename__ = "message_copy"
    __table_args__ = (Index(None, "listing_id", "id"), Index(None, "entry_uri", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("sent_message.id", ondelete="CASCADE"), index=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    """The listing it went to, or None for an entry that its own node keeps."""
    entry_uri: Mapped[str] = mapped_column(String(2000))
    entry_name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link by which they say “no more messages”."""
    address_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the address, so that “no more messages” holds for it."""
    refused_at: Mapped[datetime | None]
    """When they said so by this link; None after they took it back."""
