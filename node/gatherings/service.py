"""What there is to do: this week and always; writing it down, cancelling or moving a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.settings import Settings
from node.accounts.models import Account
from node.activity_templates.models import ActivityTemplate
from node.gatherings.forms import check_texts, load_gathering
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import HOLIDAYS_IN_A_ROW, Occurrence, coming, occurrences_between
from node.gatherings.publishing import announce
from schemas.errors import InvalidInput, NotFound
from schemas.events import TIMEZONE
from schemas.messages import N_

WEEK = timedelta(days=6)


def local_today() -> date:
    """The day it is in the village."""
    return now().astimezone(ZoneInfo(TIMEZONE)).date()


def this_week(session: Session, today: date | None = None, *, member: bool = False) -> list[Occurrence]:
    """What happens from today up to and including six days on, in order."""
    today = today or local_today()
    return between(session, today, today + WEEK, member=member)


def between(session: Session, first: date, last: date, *, member: bool = False) -> list[Occurrence]:
    """What happens in the village from ``first`` up to and including ``last``, in order.

    Two questions to the database, however many series and years there are: the gatherings that can
    have a day here, and what is kept of the days around.
    """
    rows = select(GatheringOccurrence).where(_kept_near(first, last))
    kept: dict[int, list[GatheringOccurrence]] = {}
    for row in session.scalars(rows):
        kept.setdefault(row.gathering_id, []).append(row)
    query = _visible(member).where(_can_have_days(first, last, kept))
    found: list[Occurrence] = []
    for gathering in session.scalars(query):
        found += occurrences_between(gathering, first, last, kept.get(gathering.id, ()))
    return sorted(found, key=lambda one: one.order)


def list_gatherings(session: Session, *, member: bool = False) -> Sequence[Gathering]:
    """All gatherings that run, by name; those for members only to a ``member``."""
    return session.scalars(_visible(member).where(_runs(local_today())).order_by(Gathering.name)).all()


def list_stopped(session: Session, *, member: bool = False) -> Sequence[Gathering]:
    """The gatherings that stopped, by name."""
    return session.scalars(_visible(member).where(~_runs(local_today())).order_by(Gathering.name)).all()


def open_gathering(session: Session, gathering_id: int, *, member: bool) -> Gathering:
    """One gathering; to who may not see it, it does not exist."""
    gathering = session.get(Gathering, gathering_id)
    if gathering is None or (gathering.audience == "members" and not member):
        raise NotFound(N_("This activity does not exist."), cause=f"gathering {gathering_id}")
    return gathering


def coming_days(gathering: Gathering, today: date, most: int = 6) -> list[Occurrence]:
    """The next days it takes place."""
    return coming(gathering, today, most)


def add_gathering(
    session: Session, settings: Settings, data: Any, *, today: date, confirmed: bool = False
) -> Gathering:
    """Put a new gathering on the noticeboard, and into the network when it is for everyone."""
    values = load_gathering(data)
    _check_name(session, values["name"], None)
    _check_leader(session, values["leader_id"])
    check_texts(values, confirmed=confirmed)
    gathering = Gathering(
        **values, occurrences=[], started_on=values["first_on"], **_template_of(session, data)
    )
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
    _check_leader(session, values["leader_id"])
    check_texts(values, confirmed=confirmed)
    for name, value in values.items():
        setattr(gathering, name, value)
    gathering.started_on = gathering.started_on or gathering.first_on
    session.flush()
    announce(session, settings, gathering, today)


def choices_of_leaders(session: Session) -> Sequence[Account]:
    """Everybody with an account, by name: who may lead something."""
    return session.scalars(select(Account).where(Account.active).order_by(Account.name)).all()


def name_of_leader(session: Session, led: Gathering | Occurrence) -> str:
    """The name of who leads it; "" when nobody in particular does. Only for who is signed in."""
    account = session.get(Account, led.leader_id) if led.leader_id else None
    return account.name if account else ""


def _visible(member: bool) -> Any:
    query = select(Gathering)
    return query if member else query.where(Gathering.audience != "members")


def _runs(today: date) -> ColumnElement[bool]:
    return or_(Gathering.stopped_on.is_(None), Gathering.stopped_on >= today)


def _kept_near(first: date, last: date) -> ColumnElement[bool]:
    days = GatheringOccurrence.happens_on.between(first - HOLIDAYS_IN_A_ROW, last)
    return or_(days, GatheringOccurrence.moved_to.between(first, last))


def _can_have_days(first: date, last: date, kept: Iterable[int]) -> ColumnElement[bool]:
    """Not stopped, and a series that began, once in this window, or moved into it."""
    since = first - HOLIDAYS_IN_A_ROW
    by_rule = and_(or_(Gathering.rrule != "", Gathering.first_on >= since), Gathering.first_on <= last)
    has_days = or_(by_rule, Gathering.extra_days != "", Gathering.id.in_(list(kept)))
    return and_(Gathering.first_on.is_not(None), _runs(since), has_days)


def _template_of(session: Session, data: Any) -> dict[str, Any]:
    """The format it is begun from, at the version of this moment; what is not ours is left out."""
    key = data.get("templateId") if isinstance(data, dict) else None
    template = session.get(ActivityTemplate, str(key)) if key else None
    if template is None:
        return {}
    return {
        "template_id": template.id,
        "template_version": template.latest.version if template.latest else None,
    }


def _check_name(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalar(select(Gathering.id).where(Gathering.name == name))
    if taken is not None and taken != own_id:
        raise InvalidInput(fields={"name": [N_("There is an activity with this name already.")]})


def _check_leader(session: Session, leader_id: int | None) -> None:
    if leader_id is not None and session.get(Account, leader_id) is None:
        raise InvalidInput(fields={"leaderId": [N_("Choose one of the list.")]})
