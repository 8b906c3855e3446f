"""A gathering: something to do in the village, once or every so many weeks.

Thin on purpose. Series with exceptions, holidays and attendance come later and grow from here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base
from schemas.events import TIMEZONE

AUDIENCES = ("members", "village", "network")
"""Who sees it: who signs in; everybody who opens our pages; the whole network and other software as well."""

_ZONE = ZoneInfo(TIMEZONE)


class Gathering(Base):
    """One activity of the village, as the noticeboard tells it."""

    __tablename__ = "gathering"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400), default="")
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    when_text: Mapped[str] = mapped_column(String(120), default="")
    """When it is, in words: “om de week op donderdag, half zes”."""
    place: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(160), default="", server_default="")
    """Street and number of the place, never of a person's home."""
    for_whom: Mapped[str] = mapped_column(String(120), default="")
    first_on: Mapped[date | None]
    """The first day; without it the gathering has no fixed day, such as odd jobs on request."""
    every_weeks: Mapped[int] = mapped_column(default=0)
    """Repeats every so many weeks; 0 is once."""
    at_time: Mapped[str] = mapped_column(String(5), default="")
    """``17.30``, or empty when it has no fixed hour."""
    until_time: Mapped[str] = mapped_column(String(5), default="", server_default="")
    audience: Mapped[str] = mapped_column(String(10), default="village", server_default="village")
    """One of `AUDIENCES`. Nothing that was there before this choice was made goes into the network."""
    template_id: Mapped[str | None] = mapped_column(ForeignKey("activity_template.id"))
    example_data: Mapped[bool] = mapped_column(default=False)

    occurrences: Mapped[list[GatheringOccurrence]] = relationship(
        back_populates="gathering", order_by="GatheringOccurrence.happens_on", lazy="selectin"
    )

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

    def days_between(self, first: date, last: date) -> list[date]:
        """The days it takes place, from ``first`` up to and including ``last``."""
        days, day = [], self.next_on(first)
        while day is not None and day <= last:
            days.append(day)
            day = self.next_on(day + timedelta(days=1))
        return days

    @property
    def has_moment(self) -> bool:
        """True when day and hour are known, so that it can stand in an agenda."""
        return self.first_on is not None and bool(self.at_time) and bool(self.place)

    def starts_at(self, day: date) -> datetime:
        """When it begins on a day, in the zone of the village."""
        return _moment(day, self.at_time)

    def ends_at(self, day: date) -> datetime | None:
        """When it ends on a day; None when nobody said so."""
        return _moment(day, self.until_time) if self.until_time else None

    def occurrence_on(self, day: date) -> GatheringOccurrence | None:
        """What is kept of one day."""
        return next((each for each in self.occurrences if each.happens_on == day), None)

    def is_cancelled_on(self, day: date) -> bool:
        """True when it does not take place on a day of its own."""
        occurrence = self.occurrence_on(day)
        return occurrence is not None and occurrence.is_cancelled


class GatheringOccurrence(Base):
    """One day of a gathering of which something is known: it was announced, or it is cancelled."""

    __tablename__ = "gathering_occurrence"
    __table_args__ = (UniqueConstraint("gathering_id", "happens_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    happens_on: Mapped[date]
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default="0")
    object_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)
    """The event in the network; None while there is none, or after it was withdrawn."""
    content_hash: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Of what the event says now, so that nothing is sent when nothing changed."""

    gathering: Mapped[Gathering] = relationship(back_populates="occurrences")


def _moment(day: date, clock: str) -> datetime:
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=_ZONE)
