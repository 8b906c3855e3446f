"""What this node knows of a quarter by itself, as numbers of things and never of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from node.activity_templates.models import ActivityTemplate
from node.gatherings.models import Gathering
from node.gatherings.service import between
from node.outcomes.periods import Period
from node.stories.models import Story
from schemas.events import TIMEZONE
from schemas.messages import N_, Message


@dataclass(frozen=True)
class Known:
    """So many of something, and where it stands."""

    told: Message
    url: str


def known_here(session: Session, period: Period) -> list[Known]:
    """What there was in a period; what there was none of is left out."""
    times = [
        each for each in between(session, period.start, period.end, member=True) if not each.is_cancelled
    ]
    counted = [each.attendance for each in times if each.attendance is not None]
    found = (
        (N_("Activities that ran: %(number)s"), _running(session, period), "/meedoen"),
        (N_("Times that something took place: %(number)s"), len(times), "/meedoen"),
        (N_("Times that somebody counted who came: %(number)s"), len(counted), "/meedoen"),
        (N_("Visits counted then: %(number)s"), sum(counted), "/meedoen"),
        (N_("Formats copied from other villages: %(number)s"), _copied(session, period), "/formats"),
        (N_("Stories told: %(number)s"), _stories(session, period), "/verhalen"),
    )
    return [Known(Message(text, {"number": number}), url) for text, number, url in found if number]


def _running(session: Session, period: Period) -> int:
    """Activities that had begun and not stopped on some day of the period."""
    query = select(func.count(Gathering.id)).where(
        or_(Gathering.started_on.is_(None), Gathering.started_on <= period.end),
        or_(Gathering.stopped_on.is_(None), Gathering.stopped_on >= period.start),
    )
    return session.scalar(query) or 0


def _copied(session: Session, period: Period) -> int:
    first, after = _instants(period)
    query = select(ActivityTemplate.copied_from).where(
        ActivityTemplate.created_at >= first, ActivityTemplate.created_at < after
    )
    return sum(bool(origin) for origin in session.scalars(query))


def _stories(session: Session, period: Period) -> int:
    first, after = _instants(period)
    query = select(func.count(Story.id)).where(Story.created_at >= first, Story.created_at < after)
    return session.scalar(query.where(Story.withdrawn_at.is_(None))) or 0


def _instants(period: Period) -> Sequence[datetime]:
    """Midnight before the first day and midnight after the last, in the village."""
    zone = ZoneInfo(TIMEZONE)
    days = (period.start, period.end + timedelta(days=1))
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]
