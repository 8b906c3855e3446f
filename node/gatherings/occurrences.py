"""When a gathering takes place: the days of its rule, with everything that comes between.

Each occurrence is known by its day in the series (``key``), also when it was moved: links, the event in
the network and what was counted stay with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from node.gatherings.dutch_holidays import after_holidays, holiday_on
from node.gatherings.models import Gathering, GatheringOccurrence, moment
from node.gatherings.recurrence import LOOK_AHEAD, days_of

HOLIDAYS_IN_A_ROW = timedelta(days=4)
"""More than the holidays that follow one another: how far a day can be moved by them."""
_WINDOW = timedelta(days=60)


@dataclass(frozen=True)
class Occurrence:
    """A gathering on one day."""

    gathering: Gathering
    key: date
    """Its day in the series."""
    on: date
    """The day it takes place."""
    kept: GatheringOccurrence | None = None

    @property
    def is_cancelled(self) -> bool:
        """True when it does not take place after all."""
        return self.kept is not None and self.kept.is_cancelled

    @property
    def is_moved(self) -> bool:
        """True when it is on another day than the series says."""
        return self.on != self.key

    @property
    def at_time(self) -> str:
        """The hour it begins, ``17.30`` or ""."""
        return (self.kept.at_time if self.kept else "") or self.gathering.at_time

    @property
    def until_time(self) -> str:
        """The hour it ends; none is known when only the beginning was changed for this time."""
        if self.kept and self.kept.at_time:
            return self.kept.until_time
        return (self.kept.until_time if self.kept else "") or self.gathering.until_time

    @property
    def place(self) -> str:
        """Where it is this time."""
        return (self.kept.place if self.kept else "") or self.gathering.place

    @property
    def address(self) -> str:
        """Street and number; of another place nothing is known."""
        return "" if self.kept and self.kept.place else self.gathering.address

    @property
    def leader_id(self) -> int | None:
        """Who leads it this time."""
        return (self.kept.leader_id if self.kept else None) or self.gathering.leader_id

    @property
    def attendance(self) -> int | None:
        """How many came, as far as somebody counted."""
        return self.kept.attendance if self.kept else None

    @property
    def starts_at(self) -> datetime:
        """When it begins, in the zone of the village."""
        return moment(self.on, self.at_time)

    @property
    def ends_at(self) -> datetime | None:
        """When it ends; None when nobody said so."""
        return moment(self.on, self.until_time) if self.until_time else None

    @property
    def order(self) -> tuple[date, str, str]:
        """By day, hour and name."""
        return self.on, self.at_time, self.gathering.name


def occurrences_between(
    gathering: Gathering, first: date, last: date, kept: Iterable[GatheringOccurrence] | None = None
) -> list[Occurrence]:
    """What takes place (or is cancelled) from ``first`` up to and including ``last``, in order.

    ``kept`` are the rows that can matter in this window; without it, all of this gathering are read.
    """
    rows = {row.happens_on: row for row in (gathering.occurrences if kept is None else kept)}
    keys = {day for day in series_days(gathering, _before(first), last) if takes_place(gathering, day)}
    moved = {row.happens_on for row in rows.values() if row.moved_to and first <= row.moved_to <= last}
    keys |= {day for day in moved if is_series_day(gathering, day) and not _ended(gathering, day)}
    found = (
        Occurrence(gathering, key, _day_of(gathering, key, rows.get(key)), rows.get(key)) for key in keys
    )
    return sorted((each for each in found if first <= each.on <= last), key=lambda each: (each.on, each.key))


def occurrence_of(
    gathering: Gathering, key: date, row: GatheringOccurrence | None = None
) -> Occurrence | None:
    """The occurrence of this day of the series, whatever day it was moved to; None when there is none.

    ``row`` is what is kept of it, where the caller has it at hand.
    """
    row = row or gathering.occurrence_on(key)
    is_moved = row is not None and row.moved_to is not None
    if not is_series_day(gathering, key) or _ended(gathering, key):
        return None
    if not is_moved and not takes_place(gathering, key):
        return None
    return _made(gathering, key, row)


def coming(gathering: Gathering, today: date, most: int = 6) -> list[Occurrence]:
    """The next occurrences from today on."""
    found: list[Occurrence] = []
    first, end = today, today + LOOK_AHEAD
    while len(found) < most and first <= end:
        last = first + _WINDOW
        found += occurrences_between(gathering, first, last)
        first = last + timedelta(days=1)
        if not gathering.is_series and gathering.first_on and gathering.first_on < first:
            break
    return found[:most]


def next_occurrence(gathering: Gathering, today: date) -> Occurrence | None:
    """The first occurrence from today on."""
    return next(iter(coming(gathering, today, 1)), None)


def series_days(gathering: Gathering, first: date, last: date) -> Iterator[date]:
    """The days of the series as they were agreed: rule and extra days, without those left out."""
    if gathering.first_on is None:
        return
    left_out = set((gathering.left_out_days or "").split())
    by_rule = days_of(gathering.rrule or "", gathering.first_on, first, last)
    extra = (date.fromisoformat(day) for day in (gathering.extra_days or "").split())
    days = {*by_rule, *(day for day in extra if first <= day <= last)}
    yield from sorted(day for day in days if day.isoformat() not in left_out)


def is_series_day(gathering: Gathering, day: date) -> bool:
    """True when the series has this day, whether or not it takes place."""
    return day in series_days(gathering, day, day)


def takes_place(gathering: Gathering, day: date) -> bool:
    """True when no pause, stop or holiday keeps this day of the series from taking place."""
    if _ended(gathering, day) or gathering.is_paused_on(day):
        return False
    return gathering.on_holidays != "skip" or holiday_on(day) is None


def _ended(gathering: Gathering, day: date) -> bool:
    return gathering.has_stopped_by(day)


def _made(gathering: Gathering, key: date, row: GatheringOccurrence | None) -> Occurrence:
    return Occurrence(gathering, key, _day_of(gathering, key, row), row)


def _day_of(gathering: Gathering, key: date, row: GatheringOccurrence | None) -> date:
    if row is not None and row.moved_to:
        return row.moved_to
    return after_holidays(key) if gathering.on_holidays == "move" else key


def _before(day: date) -> date:
    return date.fromordinal(max(1, day.toordinal() - HOLIDAYS_IN_A_ROW.days))
