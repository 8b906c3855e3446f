"""What there is to do: this week, and always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from node.gatherings.models import Gathering


@dataclass(frozen=True)
class Occurrence:
    """A gathering on one day."""

    gathering: Gathering
    on: date


def this_week(session: Session, today: date | None = None) -> list[Occurrence]:
    """What happens from today up to and including six days on, in order."""
    today = today or now().date()
    found = []
    for gathering in list_gatherings(session):
        day = gathering.next_on(today)
        if day is not None and day < today + timedelta(days=7):
            found.append(Occurrence(gathering, day))
    return sorted(found, key=lambda one: (one.on, one.gathering.at_time, one.gathering.name))


def list_gatherings(session: Session) -> Sequence[Gathering]:
    """All gatherings by name."""
    return session.scalars(select(Gathering).order_by(Gathering.name)).all()
