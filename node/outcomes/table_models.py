"""Which figures this village tells, from when until when; and what it said that it did not count."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now
from node.outcomes.periods import Period


class ToldFigure(Base):
    """One line of the published table: the board chose it before the periods it holds for were over."""

    __tablename__ = "told_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(80), index=True)
    since_on: Mapped[date]
    """Periods that end on this day or later are told."""
    until_on: Mapped[date | None]
    """Periods that end on this day or later are not told any more."""
    chosen_by: Mapped[int]
    chosen_at: Mapped[datetime] = mapped_column(default=now)

    def holds_for(self, period: Period) -> bool:
        """Whether a period is told by this line."""
        return self.since_on <= period.end and (self.until_on is None or period.end < self.until_on)


class OutcomeAbsence(Base):
    """A figure of the table that was not counted over a period: said so, because silence could tell."""

    __tablename__ = "outcome_absence"
    __table_args__ = (
        UniqueConstraint("indicator", "period_start", "period_end", name="uq_outcome_absence_figure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(80))
    period_start: Mapped[date]
    period_end: Mapped[date]
    said_by: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(default=now)
    object_uri: Mapped[str | None] = mapped_column(String(2000))
    """The document that told it."""
