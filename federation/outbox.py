"""What this node has published, and the only way out of it.

A change, its activity, its object and its deliveries are one transaction of the caller.
"""

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


class PublishedActivity(Base):
    """An activity of ours, kept as it was signed."""

    __tablename__ = "published_activity"
    __table_args__ = (Index(None, "identity_id", "created_at"),)

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    object_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    is_public: Mapped[bool] = mapped_column(default=True)
    """False for what concerns one receiver only, such as a Follow: not shown to others."""
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
