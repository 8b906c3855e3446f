"""What happens to one time of a series: cancelled, moved, led by somebody else; the series goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, pre_load, validate, validates_schema
from sqlalchemy.orm import Session

from federation.database import LAST_ROW
from federation.settings import Settings
from node.accounts.models import Account
from node.gatherings.forms import Clock, a_day
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import Occurrence, is_series_day, occurrence_of
from node.gatherings.publishing import announce, keep
from schemas.errors import Conflict, InvalidInput
from schemas.fields import Text, WireSchema
from schemas.messages import N_

FARTHEST = timedelta(days=366)
"""How far one time can be moved."""


class OccurrenceFormSchema(WireSchema):
    """What may be different this one time; what is empty is as always."""

    class Meta:
        """Ignore what a form sends besides."""

        unknown = EXCLUDE

    moved_to = a_day()
    at_time = Clock(load_default="")
    until_time = Clock(load_default="")
    place = Text(most=120, load_default="")
    leader_id = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LAST_ROW, error=N_("Choose one of the list.")),
        error_messages={"invalid": N_("Choose one of the list.")},
    )

    @pre_load
    def _empty_is_none(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {**data, **{name: None for name in ("movedTo", "leaderId") if data.get(name) == ""}}

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data["until_time"] and data["until_time"] <= data["at_time"]:
            raise ValidationError({"untilTime": [N_("This ends before it starts.")]})


@dataclass(frozen=True)
class Moment:
    """On which day something is done, and with which settings it is told."""

    settings: Settings
    today: date


def set_cancelled(
    session: Session, settings: Settings, gathering: Gathering, day: date, *, cancelled: bool, today: date
) -> None:
    """Cancel one day of the series, or let it take place after all."""
    _require_coming(gathering, day, today)
    keep(gathering, day).is_cancelled = cancelled
    session.flush()
    announce(session, settings, gathering, today)


def change_occurrence(
    session: Session, gathering: Gathering, day: date, data: Any, when: Moment
) -> GatheringOccurrence:
    """Give one time another day, hour, place or leader; empty is as always.

    InvalidInput for a day that cannot be, Conflict when this day is none of the series.
    """
    _require_coming(gathering, day, when.today)
    values = _load(session, data)
    moved_to = values.pop("moved_to")
    row = keep(gathering, day)
    row.moved_to = None if moved_to == day else _checked_day(gathering, day, moved_to, when.today)
    for name, value in values.items():
        setattr(row, name, value)
    _check_hours(gathering, row)
    session.flush()
    announce(session, when.settings, gathering, when.today)
    return row


def occurrence_or_conflict(gathering: Gathering, day: date) -> Occurrence:
    """The occurrence of a day of the series. Conflict when there is none."""
    found = occurrence_of(gathering, day)
    if found is None:
        raise Conflict(N_("This activity does not take place on that day."), cause=f"{gathering.id} on {day}")
    return found


def _require_coming(gathering: Gathering, day: date, today: date) -> Occurrence:
    found = occurrence_or_conflict(gathering, day)
    if found.on < today:
        raise Conflict(N_("This activity does not take place on that day."), cause=f"{gathering.id} on {day}")
    return found


def _load(session: Session, data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = OccurrenceFormSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    if values["leader_id"] is not None and session.get(Account, values["leader_id"]) is None:
        raise InvalidInput(fields={"leaderId": [N_("Choose one of the list.")]})
    return values


def _checked_day(gathering: Gathering, day: date, moved_to: date | None, today: date) -> date | None:
    if moved_to is None:
        return None
    if moved_to < today or abs(moved_to - day) > FARTHEST:
        raise InvalidInput(fields={"movedTo": [N_("Choose a day from today, within a year of the old one.")]})
    taken = any(each.moved_to == moved_to and each.happens_on != day for each in gathering.occurrences)
    if taken or is_series_day(gathering, moved_to):
        raise InvalidInput(fields={"movedTo": [N_("It takes place on that day already.")]})
    return moved_to


def _check_hours(gathering: Gathering, row: GatheringOccurrence) -> None:
    begins = row.at_time or gathering.at_time
    if row.until_time and row.until_time <= begins:
        raise InvalidInput(fields={"untilTime": [N_("This ends before it starts.")]})
