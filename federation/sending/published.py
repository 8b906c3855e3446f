"""What this node has published: its objects as they are now, and the activities that told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base


class PublishedObject(Base):
    """An object of ours as the world sees it now, or the tombstone of one."""

    __tablename__ = "published_object"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"), index=True)
    document: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    moved_to_uri: Mapped[str | None] = mapped_column(String(2000))
    """Where it is published now, after this node moved to another address."""
    key_generation: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which of our keys its proof is by (`Identity.key_generation`)."""


class PublishedActivity(Base):
    """An activity of ours as it was signed; its outline when a later one took back what it said."""

    __tablename__ = "published_activity"
    __table_args__ = (Index(None, "identity_id", "created_at"),)

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    object_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    is_public: Mapped[bool] = mapped_column(default=True)
    """False for what is not shown to others: what concerns one receiver, announcements, outlines."""
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
