"""Who came, as a number: one tap each, and what all taps of a quarter say about a figure.

A head count. How many *different* people came in a quarter is not known from it: at least as many as
on the busiest time, at most as many as all times together. A person fills in the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from federation.upserts import insert_if_new
from node.accounts.models import Account
from node.accounts.roles import Action
from node.gatherings.changes import occurrence_or_conflict
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import Occurrence
from node.gatherings.service import between
from schemas.errors import Conflict, InvalidInput, NotAllowed
from schemas.messages import N_

MOST_PEOPLE = 10_000
LOOK_BACK = timedelta(days=7)
"""How long a time that nobody counted is asked about."""


@dataclass(frozen=True)
class Counted:
    """What was counted over a period for one figure."""

    indicator: str
    names: Sequence[str]
    times: int
    visits: int
    busiest: int
    """The least number of different people; ``visits`` is the most."""


def may_count(account: Account | None, occurrence: Occurrence) -> bool:
    """True for the team and for who leads this time."""
    if account is None:
        return False
    return account.may(Action.EDIT_GATHERING) or occurrence.leader_id == account.id


def may_be_counted(occurrence: Occurrence, today: date, account: Account | None) -> bool:
    """True when this person may count this time now: it has begun, and was not cancelled."""
    return occurrence.on <= today and not occurrence.is_cancelled and may_count(account, occurrence)


def add_to_count(session: Session, gathering: Gathering, day: date, step: int, *, today: date) -> int:
    """One more or one fewer, also when two people tap at once; returns the number there is now."""
    row = _countable(session, gathering, day, today)
    sum_ = func.coalesce(GatheringOccurrence.attendance, 0) + step
    bounded = case((sum_ < 0, 0), (sum_ > MOST_PEOPLE, MOST_PEOPLE), else_=sum_)
    here = GatheringOccurrence.id == row.id
    session.execute(update(GatheringOccurrence).where(here).values(attendance=bounded))
    session.refresh(row)
    return row.attendance or 0


def set_count(session: Session, gathering: Gathering, day: date, number: int | None, *, today: date) -> None:
    """Write down how many came; None forgets it."""
    if number is not None and not 0 <= number <= MOST_PEOPLE:
        raise InvalidInput(fields={"attendance": [N_("Fill in a whole number from 0 to 10,000.")]})
    _countable(session, gathering, day, today).attendance = number
    session.flush()


def require_may_count(account: Account, gathering: Gathering, day: date) -> None:
    """Refuse whoever neither leads this time nor belongs to the team."""
    if not may_count(account, occurrence_or_conflict(gathering, day)):
        raise NotAllowed(cause=f"account {account.id} counts {gathering.id} on {day}")


def not_counted(session: Session, today: date) -> list[Occurrence]:
    """What took place in the past week, helps to fill in a figure, and was not counted yet."""
    found = between(session, today - LOOK_BACK, today, member=True)
    return [
        one for one in found if one.gathering.indicator and one.attendance is None and not one.is_cancelled
    ]


def latest_counts(gathering: Gathering, most: int = 12) -> list[GatheringOccurrence]:
    """The times of a gathering that were counted, the latest first."""
    counted = [row for row in gathering.occurrences if row.attendance is not None]
    return sorted(counted, key=lambda row: row.moved_to or row.happens_on, reverse=True)[:most]


def counted_between(session: Session, first: date, last: date) -> list[Counted]:
    """What was counted in a period, for each figure that it helps to fill in."""
    took_place = func.coalesce(GatheringOccurrence.moved_to, GatheringOccurrence.happens_on)
    query = (
        select(
            Gathering.indicator,
            Gathering.name,
            func.count(GatheringOccurrence.id),
            func.sum(GatheringOccurrence.attendance),
            func.max(GatheringOccurrence.attendance),
        )
        .join(Gathering.occurrences)
        .where(Gathering.indicator != "", GatheringOccurrence.attendance.is_not(None))
        .where(took_place.between(first, last), GatheringOccurrence.is_cancelled.is_(False))
        .group_by(Gathering.indicator, Gathering.name)
        .order_by(Gathering.indicator, Gathering.name)
    )
    found: dict[str, list[tuple[str, int, int, int]]] = {}
    for indicator, name, times, visits, busiest in session.execute(query):
        found.setdefault(indicator, []).append((name, times, int(visits or 0), int(busiest or 0)))
    return [_together(indicator, rows) for indicator, rows in found.items()]


def _together(indicator: str, rows: list[tuple[str, int, int, int]]) -> Counted:
    names, times, visits, busiest = zip(*rows, strict=True)
    return Counted(indicator, names, sum(times), sum(visits), max(busiest))


def _countable(session: Session, gathering: Gathering, day: date, today: date) -> GatheringOccurrence:
    """The row of a time that began and was not cancelled."""
    occurrence = occurrence_or_conflict(gathering, day)
    if occurrence.on > today or occurrence.is_cancelled:
        raise Conflict(N_("Count when it has begun."), cause=f"{gathering.id} on {day}")
    if occurrence.kept is None:
        values = {"gathering_id": gathering.id, "happens_on": day}
        insert_if_new(session, GatheringOccurrence, values)
        session.expire(gathering, ["occurrences"])
    kept = gathering.occurrence_on(day)
    if kept is None:
        raise Conflict(cause=f"the row of {gathering.id} on {day} went away")
    return kept
