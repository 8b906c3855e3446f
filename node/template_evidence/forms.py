"""What somebody types about the use of a template, and the grade it has."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, validate, validates_schema

from node.template_evidence.models import PARTS, TemplateUse
from schemas.errors import InvalidInput
from schemas.fields import Text, many
from schemas.messages import N_
from schemas.template_evidence import GradeSchema, UsageSchema

RANGES = {"cost": "cost_per_person", "hours": "hours_per_person"}


class UseFormSchema(UsageSchema):
    """How we use a template: the fields that may travel, our own words, and which parts may be told."""

    class Meta:
        """Ignore what a form sends besides."""

        unknown = EXCLUDE

    own_words = Text(most=1000, lines=True, load_default="")
    tells = many(fields.String(validate=validate.OneOf(PARTS)), most=len(PARTS), load_default=list)

    @validates_schema
    def _reason_is_told_with_the_rest(self, data: dict[str, Any], **_options: Any) -> None:
        if data["tells"] and "usage" not in data["tells"]:
            raise ValidationError(N_("Tell at least that you use it, or nothing at all."), "tells")


_USE, _GRADE = UseFormSchema(), GradeSchema()


def load_use(data: Any, today: date) -> dict[str, Any]:
    """Check what was typed; raises InvalidInput with ``fields`` by the names of the form."""
    try:
        loaded: dict[str, Any] = _USE.load({**_without_empty(data), "toldIn": f"{today:%Y-%m}"})
    except (ValidationError, TypeError) as error:
        raise InvalidInput(fields=getattr(error, "messages_dict", {})) from error
    return loaded


def load_grade(data: Any) -> dict[str, Any] | None:
    """The grade as it travels, None when all fields are empty; raises InvalidInput with ``fields``."""
    typed = _without_empty(data)
    if not {"level", "name", "url"} & set(typed):
        return None
    try:
        grade: dict[str, Any] = _GRADE.dump(_GRADE.load(typed, unknown=EXCLUDE))
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from error
    return grade


def fill(use: TemplateUse, loaded: dict[str, Any]) -> None:
    """Write what was loaded into the row."""
    use.started_on, use.stopped_on = loaded["started_in"], loaded["stopped_in"]
    use.stop_reason, use.own_words = loaded["stop_reason"] or "", loaded["own_words"]
    for part, name in RANGES.items():
        given = loaded[name] or {"lowest": None, "highest": None}
        setattr(use, f"{part}_lowest", given["lowest"])
        setattr(use, f"{part}_highest", given["highest"])
    use.example_data = False
    use.tells = " ".join(part for part in PARTS if part in loaded["tells"])


def columns_of(use: TemplateUse) -> dict[str, Any]:
    """The columns of a row, to make a copy that is not kept."""
    names = ("template_id", "started_on", "stopped_on", "stop_reason", "own_words", "tells")
    ranges = (f"{part}_{end}" for part in RANGES for end in ("lowest", "highest"))
    return {name: getattr(use, name) for name in (*names, *ranges)}


def values_of(use: TemplateUse) -> dict[str, Any]:
    """A row in the shape of the form and the API."""
    shown: dict[str, Any] = {
        "startedIn": f"{use.started_on:%Y-%m}" if use.started_on else None,
        "stoppedIn": f"{use.stopped_on:%Y-%m}" if use.stopped_on else None,
        "stopReason": use.stop_reason or None,
        "ownWords": use.own_words,
        "tells": use.tells.split(),
    }
    return shown | {"costPerPerson": _range_of(use, "cost"), "hoursPerPerson": _range_of(use, "hours")}


def _range_of(use: TemplateUse, part: str) -> dict[str, float] | None:
    lowest, highest = getattr(use, f"{part}_lowest"), getattr(use, f"{part}_highest")
    return None if lowest is None or highest is None else {"lowest": lowest, "highest": highest}


def _without_empty(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InvalidInput(fields={"_schema": [N_("Please fill this in.")]})
    return {name: value for name, value in data.items() if value not in ("", None)}
