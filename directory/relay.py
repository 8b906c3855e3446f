"""The relay of a hub: new items of the feed are announced to its followers, in batches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base


class RelayCursor(Base):
    """How far one follower has been told, and when last."""

    __tablename__ = "relay_cursor"

    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id"), primary_key=True)
    sequence: Mapped[int]
    sent_at: Mapped[datetime | None]
