"""A gathering as it is typed: checked, and looked over for personal details."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, pre_load, validate, validates_schema

from federation.database import LAST_ROW
from node.gatherings.models import AUDIENCES, ON_HOLIDAYS, Gathering
from node.gatherings.recurrence import first_day, read_rule
from node.gatherings.repeats import KEEP, REPEATS, every_weeks_rule, repeat_of, rule_of, until_of, weeks_of
from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.personal_data import HINTS, find_hints

_CLOCK = re.compile(r"(?:([01]?\d|2[0-3])[.:]([0-5]\d))?")
_FREE_TEXTS = ("name", "summary", "text", "when_text", "place", "address", "for_whom")
_CHOOSE = N_("Choose one of the list.")
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2200, 1, 1)


class Clock(fields.String):
    """An hour such as ``17.30``; ``17:30`` is understood as well, empty is no hour."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs) or "").strip()
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(N_("Write the hour like 17.30."))
        return f"{int(found[1]):02}.{found[2]}" if found[1] else ""


def a_day() -> fields.Date:
    """A day that may be left empty, within the years that a village looks at."""
    return fields.Date(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": N_("This is not a date.")},
        validate=validate.Range(_FIRST_DAY, _LAST_DAY, error=N_("This is not a date.")),
    )


class GatheringFormSchema(WireSchema):
    """What the form and the API take.

    How often is one of three: ``rrule`` (RFC 5545), ``repeat`` (a choice of the form), or ``everyWeeks``.
    """

    class Meta:
        """Ignore what a form sends besides."""

        unknown = EXCLUDE

    name = Text(required=True, least=1, most=120)
    summary = Text(most=400, load_default="")
    text = Text(most=4000, lines=True, load_default="")
    when_text = Text(most=120, load_default="")
    place = Text(most=120, load_default="")
    address = Text(most=160, load_default="")
    for_whom = Text(most=120, load_default="")
    first_on = a_day()
    every_weeks = fields.Integer(load_default=0, validate=validate.Range(0, 52, error=_CHOOSE))
    repeat = fields.String(load_default="", validate=validate.OneOf(("", KEEP, *REPEATS), error=_CHOOSE))
    rrule = fields.String(load_default="", validate=validate.Length(max=300, error=_CHOOSE))
    until_on = a_day()
    on_holidays = fields.String(load_default="go_on", validate=validate.OneOf(ON_HOLIDAYS, error=_CHOOSE))
    at_time = Clock(load_default="")
    until_time = Clock(load_default="")
    audience = fields.String(load_default="village", validate=validate.OneOf(AUDIENCES, error=_CHOOSE))
    leader_id = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LAST_ROW, error=_CHOOSE),
        error_messages={"invalid": _CHOOSE},
    )
    indicator = fields.String(load_default="", validate=validate.OneOf(("", *NATIONAL), error=_CHOOSE))

    @pre_load
    def _empty_is_none(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, dict):
            return data
        empty = {name: None for name in ("firstOn", "untilOn", "leaderId") if data.get(name) == ""}
        return {**data, **empty}

    @validates_schema
    def _belongs_together(self, data: dict[str, Any], **_options: Any) -> None:
        problems = {}
        if data["until_time"] and data["until_time"] <= data["at_time"]:
            problems["untilTime"] = [N_("This ends before it starts.")]
        if data["until_on"] and data["first_on"] and data["until_on"] < data["first_on"]:
            problems["untilOn"] = [N_("This ends before it starts.")]
        if data["audience"] == "network":
            needed = {"firstOn": data["first_on"], "atTime": data["at_time"], "place": data["place"]}
            missing = N_("The network needs a day, an hour and a place.")
            problems |= {name: [missing] for name, value in needed.items() if not value}
        if problems:
            raise ValidationError(problems)


def load_gathering(data: Any) -> dict[str, Any]:
    """The columns of a gathering from what was typed. InvalidInput with ``fields``."""
    try:
        values: dict[str, Any] = GatheringFormSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    repeat, weeks, until = values.pop("repeat"), values.pop("every_weeks"), values.pop("until_on")
    text, first_on = values.pop("rrule"), values["first_on"]
    values["rrule"] = ""
    if first_on is not None:
        if repeat in REPEATS:
            values["rrule"] = rule_of(repeat, first_on, until)
        elif text:
            values["rrule"] = _typed_rule(text, values, until)
        else:
            values["rrule"] = every_weeks_rule(weeks, first_on, until)
        values["first_on"] = first_day(values["rrule"], first_on)
    return values


def _typed_rule(text: str, values: dict[str, Any], until: date | None) -> str:
    """A rule as it was written, which may name its own last day."""
    rule = read_rule(text, values["first_on"], values["at_time"])
    return rule if until is None else read_rule(_without_end(rule, until), values["first_on"])


def _without_end(rule: str, until: date) -> str:
    parts = [part for part in rule.split(";") if not part.startswith("UNTIL=")]
    return ";".join([*parts, f"UNTIL={until:%Y%m%d}"])


def check_texts(values: dict[str, Any], *, confirmed: bool) -> None:
    """Ask whether something personal belongs here, once; not when only members see it."""
    if confirmed or values["audience"] == "members":
        return
    hints = find_hints(str(values[name]) for name in _FREE_TEXTS)
    if hints:
        raise InvalidInput(fields={"confirmed": [HINTS[code] for code in hints]})


def values_of(gathering: Gathering) -> dict[str, Any]:
    """A gathering in the shape of `GatheringFormSchema`, for the form and the API."""
    schema = GatheringFormSchema()
    repeats = {
        "repeat": repeat_of(gathering.rrule, gathering.first_on),
        "every_weeks": weeks_of(gathering.rrule),
        "until_on": until_of(gathering.rrule),
    }
    columns = {name: getattr(gathering, name) for name in schema.fields if name not in repeats}
    dumped: dict[str, Any] = schema.dump({**columns, **repeats})
    return dumped
