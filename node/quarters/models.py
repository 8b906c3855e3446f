"""What the team said about a figure of a period, word after word, so that the last can be taken back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now

MOST_KEPT = 20
"""Words about one figure that are kept; older ones go."""


class QuarterAnswer(Base):
    """One word about one figure. The one with the highest ``revision`` holds. It never leaves the node."""

    __tablename__ = "quarter_answer"

    indicator: Mapped[str] = mapped_column(String(80), primary_key=True)
    indicator_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    period_end: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Two people at once cannot both write the same one, so none of the two is lost without a word."""
    state: Mapped[str] = mapped_column(String(12))
    """``counted``, ``not_counted`` (which is not zero), or ``open``: emptied again."""
    value: Mapped[int | None]
    denominator: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(12))
    """Where the number came from: a code of `node.quarters.words.SOURCES`."""
    said_by: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(default=now)
