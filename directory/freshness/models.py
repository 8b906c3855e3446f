"""The table of entries that nobody could reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class UnreachableEntry(Base):
    """An entry of which somebody here found that nobody answers; kept apart, because entries are derived."""

    __tablename__ = "unreachable_entry"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(200), default="")
    """Who found it; empty when it was the reminders that stayed unanswered."""
