"""The replica: every public record of the network that this node knows, as its owner signed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class Record(Base):
    """One public record (entry, template, release), or the tombstone of one.

    Last-writer-wins by ``updated_at``, which is the owner's clock; ``document`` is the signed
    original, kept whole so that its proof can be checked again at any time.
    """

    __tablename__ = "record"
    __table_args__ = (Index(None, "type", "updated_at"),)

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    received_at: Mapped[datetime]
    first_received_at: Mapped[datetime | None] = mapped_column(default=now, index=True)
    """When this node first had it, whatever it said then; empty in rows from before that was kept."""
    via_uri: Mapped[str | None] = mapped_column(String(2000))
    """The hub through which it came; None when it is our own or came from its owner."""
    verified_with: Mapped[str] = mapped_column(String(200))
    """The Ed25519 key (multibase) whose proof was verified here, ours included."""
    deleted_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of this version, see `directory.replica.versions`; empty in rows from before it was kept."""
    unconfirmed_at: Mapped[datetime | None]
    """Since when no hub of ours lists it and its owner could not confirm it; it is kept all the same."""
