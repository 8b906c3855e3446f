"""The life of a series: a pause, the end and why, and which version of its format it follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate, validates_schema
from sqlalchemy.orm import Session

from node.activity_templates.models import ActivityTemplate
from node.gatherings.changes import Moment
from node.gatherings.forms import a_day
from node.gatherings.models import Gathering
from node.gatherings.occurrences import series_days
from node.gatherings.publishing import announce
from schemas.errors import Conflict, InvalidInput
from schemas.fields import Text, WireSchema
from schemas.messages import N_
from schemas.template_evidence import STOP_REASONS

_CHOOSE = N_("Choose one of the list.")


class _DaysSchema(WireSchema):
    """A form with days that may be left empty."""

    class Meta:
        """Ignore what a form sends besides."""

        unknown = EXCLUDE

    @pre_load
    def _empty_is_none(self, data: Any, **_options: Any) -> Any:
        return {name: value or None for name, value in data.items()} if isinstance(data, dict) else data


class PauseSchema(_DaysSchema):
    """From when until when; without an end it is until further notice."""

    paused_from = a_day()
    paused_until = a_day()

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data["paused_from"] and data["paused_until"] and data["paused_until"] < data["paused_from"]:
            raise ValidationError({"pausedUntil": [N_("This ends before it starts.")]})


class StopSchema(_DaysSchema):
    """The last day, and why as far as somebody wants to say it."""

    stopped_on = a_day()
    stop_reason = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(STOP_REASONS.codes, error=_CHOOSE)
    )
    stop_words = Text(most=500, lines=True, load_default=None, allow_none=True)


def pause(session: Session, gathering: Gathering, data: Any, when: Moment) -> None:
    """Let a series rest for a while; what the network knows of those days is withdrawn."""
    values = _load(PauseSchema(), data)
    first = values["paused_from"] or when.today
    if first < when.today:
        raise InvalidInput(fields={"pausedFrom": [N_("Choose a day from today.")]})
    if values["paused_until"] and values["paused_until"] < first:
        raise InvalidInput(fields={"pausedUntil": [N_("This ends before it starts.")]})
    _require_running(gathering, when.today)
    _keep_old_pause(gathering, when.today)
    gathering.paused_from, gathering.paused_until = first, values["paused_until"]
    _tell(session, gathering, when)


def resume(session: Session, gathering: Gathering, when: Moment) -> None:
    """End the pause today; what was missed stays missed."""
    if gathering.paused_from is None:
        return
    if gathering.paused_from >= when.today:
        gathering.paused_from = gathering.paused_until = None
    else:
        yesterday = when.today - timedelta(days=1)
        gathering.paused_until = min(gathering.paused_until or yesterday, yesterday)
    _tell(session, gathering, when)


def stop(session: Session, gathering: Gathering, data: Any, when: Moment) -> None:
    """End a series after a day, with the reason as far as somebody gives it."""
    values = _load(StopSchema(), data)
    last = values["stopped_on"] or when.today
    began = gathering.started_on or when.today
    if last < began <= when.today:  # what is still to begin may be called off
        raise InvalidInput(fields={"stoppedOn": [N_("This ends before it starts.")]})
    if last < when.today - timedelta(days=366) or last > when.today + timedelta(days=366):
        raise InvalidInput(fields={"stoppedOn": [N_("Choose a day within a year of today.")]})
    gathering.stopped_on = last
    gathering.stop_reason, gathering.stop_words = values["stop_reason"] or "", values["stop_words"] or ""
    _tell(session, gathering, when)


def go_on(session: Session, gathering: Gathering, when: Moment) -> None:
    """Take the end back: the series goes on as it was."""
    gathering.stopped_on, gathering.stop_reason, gathering.stop_words = None, "", ""
    _tell(session, gathering, when)


def follow_version(session: Session, gathering: Gathering, version: int) -> None:
    """Let a series follow another version of its format: a newer one, or back to what it was."""
    template = format_of(session, gathering)
    if template is None or version not in {each.version for each in template.versions}:
        raise Conflict(N_("This version of the format does not exist."), cause=f"{gathering.id}: {version}")
    gathering.template_version = version
    session.flush()


def format_of(session: Session, gathering: Gathering) -> ActivityTemplate | None:
    """The format a series follows, when it is one of ours."""
    return session.get(ActivityTemplate, gathering.template_id) if gathering.template_id else None


def newest_version(session: Session, gathering: Gathering) -> int | None:
    """The newest version of its format when the series follows an older one, or none yet."""
    template = format_of(session, gathering)
    newest = template.latest.version if template and template.latest else None
    return newest if newest and newest != gathering.template_version else None


def _require_running(gathering: Gathering, today: date) -> None:
    if gathering.has_stopped_by(today):
        raise Conflict(N_("This activity has stopped."), cause=f"gathering {gathering.id}")


def _keep_old_pause(gathering: Gathering, today: date) -> None:
    """The days of a pause that is over become days left out: a calendar must not show them after all."""
    if gathering.paused_from is None or gathering.paused_from >= today:
        return
    last = min(gathering.paused_until or today, today - timedelta(days=1))
    missed = {day.isoformat() for day in series_days(gathering, gathering.paused_from, last)}
    gathering.left_out_days = " ".join(sorted({*gathering.left_out_days.split(), *missed}))


def _tell(session: Session, gathering: Gathering, when: Moment) -> None:
    session.flush()
    announce(session, when.settings, gathering, when.today)


def _load(schema: Schema, data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    return values
