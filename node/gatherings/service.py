"""What there is to do: this week and always; writing it down, and cancelling a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from federation.settings import Settings
from node.gatherings.forms import check_texts, load_gathering
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.publishing import announce
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.events import TIMEZONE
from schemas.messages import N_


@dataclass(frozen=True)
class Occurrence:
    """A gathering on one day."""

    gathering: Gathering
    on: date

    @property
    def is_cancelled(self) -> bool:
        """True when it does not take place after all."""
        return self.gathering.is_cancelled_on(self.on)


def local_today() -> date:
    """The day it is in the village."""
    return now().astimezone(ZoneInfo(TIMEZONE)).date()


def this_week(session: Session, today: date | None = None, *, member: bool = False) -> list[Occurrence]:
    """What happens from today up to and including six days on, in order."""
    today = today or local_today()
    found = []
    for gathering in list_gatherings(session, member=member):
        day = gathering.next_on(today)
        if day is not None and day < today + timedelta(days=7):
            found.append(Occurrence(gathering, day))
    return sorted(found, key=lambda one: (one.on, one.gathering.at_time, one.gathering.name))


def list_gatherings(session: Session, *, member: bool = False) -> Sequence[Gathering]:
    """All gatherings by name; those for members only to a ``member``."""
    query = select(Gathering).order_by(Gathering.name)
    return session.scalars(query if member else query.where(Gathering.audience != "members")).all()


def open_gathering(session: Session, gathering_id: int, *, member: bool) -> Gathering:
    """One gathering; to who may not see it, it does not exist."""
    gathering = session.get(Gathering, gathering_id)
    if gathering is None or (gathering.audience == "members" and not member):
        raise NotFound(N_("This activity does not exist."), cause=f"gathering {gathering_id}")
    return gathering


def coming_days(gathering: Gathering, today: date, most: int = 6) -> list[Occurrence]:
    """The next days it takes place."""
    days = gathering.days_between(today, today + timedelta(weeks=max(1, gathering.every_weeks) * most))
    if not days and (only := gathering.next_on(today)):
        days = [only]
    return [Occurrence(gathering, day) for day in days[:most]]


def add_gathering(
    session: Session, settings: Settings, data: Any, *, today: date, confirmed: bool = False
) -> Gathering:
    """Put a new gathering on the noticeboard, and into the network when it is for everyone."""
    values = load_gathering(data)
    _check_name(session, values["name"], None)
    check_texts(values, confirmed=confirmed)
    gathering = Gathering(**values)
    session.add(gathering)
    session.flush()
    announce(session, settings, gathering, today)
    return gathering


def edit_gathering(
    session: Session,
    settings: Settings,
    gathering: Gathering,
    data: Any,
    *,
    today: date,
    confirmed: bool = False,
) -> None:
    """Change a gathering; the network hears of it in the same transaction."""
    values = load_gathering(data)
    _check_name(session, values["name"], gathering.id)
    check_texts(values, confirmed=confirmed)
    for name, value in values.items():
        setattr(gathering, name, value)
    session.flush()
    announce(session, settings, gathering, today)


def set_cancelled(
    session: Session, settings: Settings, gathering: Gathering, day: date, *, cancelled: bool, today: date
) -> None:
    """Cancel one day, or let it take place after all."""
    if day < today or gathering.next_on(day) != day:
        raise Conflict(N_("This activity does not take place on that day."), cause=f"{gathering.id} on {day}")
    occurrence = gathering.occurrence_on(day)
    if occurrence is None:
        occurrence = GatheringOccurrence(happens_on=day, content_hash="")
        gathering.occurrences.append(occurrence)
    occurrence.is_cancelled = cancelled
    session.flush()
    announce(session, settings, gathering, today)


def _check_name(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalar(select(Gathering.id).where(Gathering.name == name))
    if taken is not None and taken != own_id:
        raise InvalidInput(fields={"name": [N_("There is an activity with this name already.")]})
