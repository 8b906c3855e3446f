"""How we use a template of ours. What of it may leave this node is chosen part by part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now

PARTS = ("usage", "reason", "cost", "hours")
"""What may be told or left out: since when we use it, why it stopped, what it costs, what work it takes."""


class TemplateUse(Base):
    """Since when we use a template, until when and why, and what it takes; months, never people."""

    __tablename__ = "template_use"

    template_id: Mapped[str] = mapped_column(ForeignKey("activity_template.id"), primary_key=True)
    started_on: Mapped[date | None]
    """The first day of the month, as all days here."""
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[str] = mapped_column(String(20), default="")
    own_words: Mapped[str] = mapped_column(Text, default="")
    """Why it stopped, in our own words. These never leave this node."""
    cost_lowest: Mapped[float | None]
    cost_highest: Mapped[float | None]
    hours_lowest: Mapped[float | None]
    hours_highest: Mapped[float | None]
    tells: Mapped[str] = mapped_column(String(80), default="")
    """The parts that may leave this node, of `PARTS`, with spaces between; none until the board says so."""
    example_data: Mapped[bool] = mapped_column(default=False)
    """True while it is invented, for a demonstration; what a person types is not."""
    told_at: Mapped[datetime | None]
    """When the network was last told."""
    changed_at: Mapped[datetime] = mapped_column(default=now)

    def may_tell(self, part: str) -> bool:
        """True when this part may leave the node."""
        return part in self.tells.split()
