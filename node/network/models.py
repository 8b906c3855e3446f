"""The words that go with a decision about a request; the decision itself is the follow's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class RequestDecision(Base):
    """One decision about one request to join: kept, so that a later board can see why."""

    __tablename__ = "request_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    """'accepted', 'rejected', 'reopened', 'ended', or about a new key: 'new_key', 'wrong_key'."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=now)
