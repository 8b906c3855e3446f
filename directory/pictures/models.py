"""The pictures that are kept here, and which formats of the network show them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class Picture(Base):
    """A picture by the hash of its bytes: one of ours, or a checked copy of somebody else's."""

    __tablename__ = "picture"

    digest: Mapped[str] = mapped_column(String(71), primary_key=True)
    """``sha256:`` and the hash of `data`."""
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    kept_at: Mapped[datetime] = mapped_column(default=now)


class KnownPicture(Base):
    """A picture that a format of the network shows, where it is, and when to ask for it (again)."""

    __tablename__ = "known_picture"
    __table_args__ = (
        Index("ix_known_picture_digest", "digest"),
        Index("ix_known_picture_owner_uri", "owner_uri"),
    )

    template_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    digest: Mapped[str] = mapped_column(String(71), primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000))
    url: Mapped[str] = mapped_column(String(2000))
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """None when it is here, or when we gave up."""
    failures: Mapped[int] = mapped_column(default=0)
