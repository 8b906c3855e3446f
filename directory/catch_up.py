"""Catching up: a node pages through the feeds of its hubs until it is current."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base


class FeedCursor(Base):
    """How far we have read one hub's feed; kept per page, so that a stop costs one page."""

    __tablename__ = "feed_cursor"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    members_at: Mapped[datetime | None]
    """When the hub's list of members was last read."""
    caught_up_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")
