"""The feed of a hub: every record it vouches passing on, in order, the newest version of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class FeedItem(Base):
    """The latest signed activity of one record; a newer one takes a new place at the end."""

    __tablename__ = "feed_item"
    __table_args__ = {"sqlite_autoincrement": True}  # a place is never given twice

    sequence: Mapped[int] = mapped_column(primary_key=True)
    activity_uri: Mapped[str] = mapped_column(String(2000))
    record_uri: Mapped[str] = mapped_column(String(2000), unique=True)
    document: Mapped[dict[str, Any]]
    size: Mapped[int]
    """Bytes of the document, so that pages and announcements are filled without reading all."""
    created_at: Mapped[datetime] = mapped_column(default=now)
