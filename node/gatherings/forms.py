"""A gathering as it is typed: checked, and looked over for personal details."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, pre_load, validate, validates_schema

from node.gatherings.models import AUDIENCES, Gathering
from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema
from schemas.messages import N_
from schemas.personal_data import HINTS, find_hints

_CLOCK = re.compile(r"(?:([01]?\d|2[0-3])[.:]([0-5]\d))?")
_FREE_TEXTS = ("name", "summary", "text", "when_text", "place", "address", "for_whom")


class Clock(fields.String):
    """An hour such as ``17.30``; ``17:30`` is understood as well, empty is no hour."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs) or "").strip()
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(N_("Write the hour like 17.30."))
        return f"{int(found[1]):02}.{found[2]}" if found[1] else ""


class GatheringFormSchema(WireSchema):
    """What the form and the API take."""

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
    first_on = fields.Date(
        load_default=None, allow_none=True, error_messages={"invalid": N_("This is not a date.")}
    )
    every_weeks = fields.Integer(
        load_default=0, validate=validate.Range(0, 52, error=N_("Choose one of the list."))
    )
    at_time = Clock(load_default="")
    until_time = Clock(load_default="")
    audience = fields.String(
        load_default="village", validate=validate.OneOf(AUDIENCES, error=N_("Choose one of the list."))
    )

    @pre_load
    def _empty_is_none(self, data: Any, **_options: Any) -> Any:
        if isinstance(data, dict) and data.get("firstOn") == "":
            return {**data, "firstOn": None}
        return data

    @validates_schema
    def _belongs_together(self, data: dict[str, Any], **_options: Any) -> None:
        problems = {}
        if data["until_time"] and data["until_time"] <= data["at_time"]:
            problems["untilTime"] = [N_("This ends before it starts.")]
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
    return values


def check_texts(values: dict[str, Any], *, confirmed: bool) -> None:
    """Ask whether something personal belongs here, once; not when only members see it."""
    if confirmed or values["audience"] == "members":
        return
    hints = find_hints(str(values[name]) for name in _FREE_TEXTS)
    if hints:
        raise InvalidInput(fields={"confirmed": [HINTS[code] for code in hints]})


def values_of(gathering: Gathering) -> dict[str, Any]:
    """A gathering in the shape of `GatheringFormSchema`, for the form and the API."""
    dumped: dict[str, Any] = GatheringFormSchema().dump(gathering)
    return dumped
