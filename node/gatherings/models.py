"""A gathering: something to do in the village, once or every so many weeks.

Thin on purpose. Series with exceptions, holidays and attendance come later and grow from here.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base


class Gathering(Base):
    """One activity of the village, as the noticeboard tells it."""

    __tablename__ = "gathering"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400), default="")
    when_text: Mapped[str] = mapped_column(String(120), default="")
    """When it is, in words: “om de week op donderdag, half zes”."""
    place: Mapped[str] = mapped_column(String(120), default="")
    for_whom: Mapped[str] = mapped_column(String(120), default="")
    first_on: Mapped[date | None]
    """The first day; without it the gathering has no fixed day, such as odd jobs on request."""
    every_weeks: Mapped[int] = mapped_column(default=0)
    """Repeats every so many weeks; 0 is once."""
    at_time: Mapped[str] = mapped_column(String(5), default="")
    """``17.30``, or empty when it has no fixed hour."""
    template_id: Mapped[str | None] = mapped_column(ForeignKey("activity_template.id"))
    example_data: Mapped[bool] = mapped_column(default=False)

    def next_on(self, day: date) -> date | None:
        """The first occurrence on or after ``day``, or None."""
        if self.first_on is None:
            return None
        if self.first_on >= day:
            return self.first_on
        if self.every_weeks < 1:
            return None
        step = 7 * self.every_weeks
        missed = (day - self.first_on).days
        return self.first_on + timedelta(days=-(-missed // step) * step)
