"""A gathering: something to do in the village, once or as a series, and what is kept of its days.

The rule and the days of a series are in `rules` and `recurrence`; a row of an occurrence is written
only when there is something to keep of that day. Whoever comes later (sign-ups, rides, rosters)
refers to that row.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base, now
from schemas.events import TIMEZONE

AUDIENCES = ("members", "village", "network")
"""Who sees it: who signs in; everybody who opens our pages; the whole network and other software as well."""

ON_HOLIDAYS = ("go_on", "skip", "move")
"""What a series does on a Dutch holiday: go on, leave that time out, or the first day after it."""

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
    at_time: Mapped[str] = mapped_column(String(5), default="")
    """``17.30``, or empty when it has no fixed hour."""
    until_time: Mapped[str] = mapped_column(String(5), default="", server_default="")
    audience: Mapped[str] = mapped_column(String(10), default="village", server_default="village")
    """One of `AUDIENCES`. Nothing that was there before this choice was made goes into the network."""
    example_data: Mapped[bool] = mapped_column(default=False)

    first_on: Mapped[date | None]
    """The first day; without it the gathering has no fixed day, such as odd jobs on request."""
    rrule: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """How it repeats, as `recurrence.read_rule` writes it; "" is once."""
    extra_days: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Days besides the rule (RDATE), such as ``2026-12-24 2026-12-31``."""
    left_out_days: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Days of the rule that are none of the series (EXDATE); a cancelled day is a row instead."""
    on_holidays: Mapped[str] = mapped_column(String(10), default="go_on", server_default="go_on")
    """One of `ON_HOLIDAYS`."""

    started_on: Mapped[date | None]
    """When this village began with it; the first day of the rule may be a later one."""
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    """The last day of the pause; None with ``paused_from`` is until further notice."""
    stopped_on: Mapped[date | None]
    """The last day it could take place; None while it runs."""
    stop_reason: Mapped[str] = mapped_column(String(30), default="", server_default="")
    """One of `schemas.template_evidence.STOP_REASONS`, or "" when nobody said. Asked once."""
    stop_words: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Why, in one's own words. Never leaves this node."""

    template_id: Mapped[str | None] = mapped_column(ForeignKey("activity_template.id"))
    template_version: Mapped[int | None]
    """The version it started with, until somebody upgrades it."""
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    """Who leads it. A person: shown to who signs in, never on the wire."""
    indicator: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Which figure a count of who came helps to fill in; "" for none."""
    calendar_uid: Mapped[str | None] = mapped_column(String(255), unique=True)
    """What the calendar called it that it was taken from, so that it is not taken twice."""

    occurrences: Mapped[list[GatheringOccurrence]] = relationship(
        back_populates="gathering",
        order_by="GatheringOccurrence.happens_on",
        cascade="all, delete-orphan",
    )

    @property
    def has_moment(self) -> bool:
        """True when day and hour are known, so that it can stand in an agenda."""
        return self.first_on is not None and bool(self.at_time) and bool(self.place)

    @property
    def is_series(self) -> bool:
        """True when it takes place more than once."""
        return bool(self.rrule or self.extra_days)

    def is_paused_on(self, day: date) -> bool:
        """True when a pause covers this day."""
        if self.paused_from is None or day < self.paused_from:
            return False
        return self.paused_until is None or day <= self.paused_until

    def has_stopped_by(self, day: date) -> bool:
        """True when it does not take place any more on this day."""
        return self.stopped_on is not None and day > self.stopped_on

    def occurrence_on(self, day: date) -> GatheringOccurrence | None:
        """What is kept of one day of the series."""
        return next((each for each in self.occurrences if each.happens_on == day), None)


class GatheringOccurrence(Base):
    """What is kept of one day: it was announced, cancelled, moved, or who came was counted."""

    __tablename__ = "gathering_occurrence"
    __table_args__ = (
        UniqueConstraint("gathering_id", "happens_on"),
        Index("ix_gathering_occurrence_happens_on", "happens_on"),
        Index("ix_gathering_occurrence_moved_to", "moved_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    happens_on: Mapped[date]
    """The day of the series (RECURRENCE-ID): it stays when the occurrence is moved."""
    moved_to: Mapped[date | None]
    at_time: Mapped[str] = mapped_column(String(5), default="", server_default="")
    until_time: Mapped[str] = mapped_column(String(5), default="", server_default="")
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """Hour and place of this one time; "" is as always."""
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default="0")
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    """Who leads this one time instead."""
    attendance: Mapped[int | None]
    """How many people were there; None until somebody counts. A number, never names."""
    object_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)
    """The event in the network; None while there is none, or after it was withdrawn."""
    content_hash: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Of what the event says now, so that nothing is sent when nothing changed."""

    gathering: Mapped[Gathering] = relationship(back_populates="occurrences")


class CalendarLink(Base):
    """The secret address of one member's calendar feed: only its hash is kept, one for each account."""

    __tablename__ = "calendar_link"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def moment(day: date, clock: str) -> datetime:
    """``17.30`` on a day, in the zone of the village."""
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=_ZONE)
