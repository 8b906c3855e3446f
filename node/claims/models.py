"""A claim: a figure that someone stated somewhere, never a constant of the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base

CONFIDENCES = ("stated", "computed", "estimate")


class Claim(Base):
    """One statement about the community: what, how much, of when, and who says so."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("topic", "value", "source"),
        CheckConstraint("confidence IN ('stated', 'computed', 'estimate')", name="confidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(120))
    """What it is about. Claims on one topic stand side by side."""
    value: Mapped[str] = mapped_column(String(80))
    """As it was stated: “520”, or “bijna de helft”."""
    unit: Mapped[str] = mapped_column(String(60), default="")
    scope: Mapped[str] = mapped_column(String(120), default="")
    dated: Mapped[str] = mapped_column(String(60), default="")
    """Of when it is, as precisely as the source says; empty when it does not."""
    source: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[str] = mapped_column(String(10), default="stated")
    note: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    written_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    put_away_at: Mapped[datetime | None]
    """Since when it is not shown; nothing that somebody stated is thrown away."""
