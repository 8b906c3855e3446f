"""The tables of entries that nobody could reach: as it was found here, and as hubs tell it."""

from __future__ import annotations

from datetime import date, datetime

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


class ToldUnreachable(Base):
    """A hub says that nobody can be reached there; derived from its record."""

    __tablename__ = "told_unreachable"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    entry_uri: Mapped[str] = mapped_column(String(2000), index=True)
    since: Mapped[date]
