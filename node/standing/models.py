"""The table of reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now

OPEN, HANDLED = "open", "handled"


class Report(Base):
    """Somebody says that something public is not right: another node, or a person of our own team."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "reporter_host", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)
    """The Flag that came in or went out; None when nobody else was told."""
    reporter_uri: Mapped[str] = mapped_column(String(2000))
    """The actor in whose name it was reported; ours for a report of our own team."""
    reporter_host: Mapped[str] = mapped_column(String(260))
    is_ours: Mapped[bool] = mapped_column(default=False)
    reported_by: Mapped[str] = mapped_column(String(200), default="")
    """Who of our own team reported it. This never leaves the node."""
    sent_to: Mapped[list[str]] = mapped_column(default=list)
    about: Mapped[list[str]]
    """The addresses of what is reported."""
    owner_uri: Mapped[str] = mapped_column(String(2000), default="")
    """Whose it is, when that is known."""
    reason: Mapped[str] = mapped_column(String(40))
    """A code of `schemas.taxonomies.REPORT_REASONS`."""
    text: Mapped[str] = mapped_column(Text, default="")
    times: Mapped[int] = mapped_column(default=1)
    """How often the same was reported by the same sender while it was open."""
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    verdict: Mapped[str] = mapped_column(String(10), default="")
    """'nothing', 'silence', 'suspend' or 'withdraw'."""
    decision_id: Mapped[int | None]
    """The rule that came of it, see `federation.relations.decisions`."""
    answer: Mapped[str] = mapped_column(String(500), default="")
    handled_by: Mapped[str] = mapped_column(String(200), default="")
    handled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
