"""The inbox: every admitted activity is a row, handed to the one listener of its type.

Processing a row and marking it are one transaction; listeners may therefore run again after a
crash and must not mind.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class InboxActivity(Base):
    """One admitted activity; the gate inserts it, the worker processes it."""

    __tablename__ = "inbox_activity"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), index=True)
    type: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(80), default="")
    document: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(String(10), default="new")
    """'new', 'done', 'ignored' (no listener) or 'failed' (with ``error``)."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str] = mapped_column(String(500), default="")
    processed_at: Mapped[datetime | None]
