"""A change that goes back to its origin: what we offered, and what was offered to us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, JsonDocument, now

WAITING, TAKEN, DECLINED, WITHDRAWN = "waiting", "taken", "declined", "withdrawn"
IN, OUT = "in", "out"


class TemplateOffer(Base):
    """One offer, at the side that made it or at the side that decides."""

    __tablename__ = "template_offer"
    __table_args__ = (Index(None, "direction", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    direction: Mapped[str] = mapped_column(String(3))
    """'in' for what others offer us, 'out' for what we offer."""
    template_id: Mapped[str] = mapped_column(ForeignKey("activity_template.id"), index=True)
    """Our own template: the origin of an offer that comes in, the copy of one that goes out."""
    peer_uri: Mapped[str] = mapped_column(String(2000))
    """The community at the other side."""
    peer_host: Mapped[str] = mapped_column(String(300), default="")
    origin_uri: Mapped[str] = mapped_column(String(2000))
    variant_uri: Mapped[str] = mapped_column(String(2000))
    variant_version: Mapped[int]
    base_version: Mapped[int]
    """The version of the origin that the copy was made from."""
    content: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    """What is offered, as it was then; empty when it came in and is not offered any more."""
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    """'waiting', 'taken', 'declined', or 'withdrawn' by who offered it."""
    answer: Mapped[str] = mapped_column(Text, default="")
    taken_version: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    """Who of our own people decided or took it back; never leaves the node."""
