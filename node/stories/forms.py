"""A story and its consent as they are typed: checked, and looked over for personal details."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, pre_load

from schemas.errors import InvalidInput
from schemas.fields import Text
from schemas.messages import N_
from schemas.personal_data import HINTS, find_hints
from schemas.stories import StorySchema

LONGEST = timedelta(days=5 * 366)
"""How far ahead a story may be shown; then somebody asks the teller again."""


class StoryFormSchema(StorySchema):
    """What the form and the API take. The consent is kept here and travels nowhere."""

    class Meta:
        """Ignore what a form sends besides."""

        unknown = EXCLUDE

    shown_until = fields.Date(required=True, error_messages={"invalid": N_("This is not a date.")})
    consent = fields.Boolean(load_default=False)
    asked_by = Text(most=120, load_default="")

    @pre_load
    def _about_none(self, data: Any, **_options: Any) -> Any:
        if isinstance(data, dict) and data.get("aboutTemplate") == "":
            return {name: value for name, value in data.items() if name != "aboutTemplate"}
        return data


def load_story(data: Any, today: date) -> dict[str, Any]:
    """What was typed. InvalidInput with ``fields`` when it breaks a rule, or a consent is missing."""
    try:
        values: dict[str, Any] = StoryFormSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    problems = _problems(values, today)
    if problems:
        raise InvalidInput(fields=problems)
    return values


def check_texts(values: dict[str, Any], *, confirmed: bool) -> None:
    """Ask whether something personal belongs here, once."""
    hints = [] if confirmed else find_hints((values["name"], values["text"], values["told_by"]))
    if hints:
        raise InvalidInput(fields={"confirmed": [HINTS[code] for code in hints]})


def _problems(values: dict[str, Any], today: date) -> dict[str, list[str]]:
    problems = {}
    if not today <= values["shown_until"] <= today + LONGEST:
        problems["shownUntil"] = [N_("Choose a day from today up to five years from now.")]
    if values["told_by"] and not values["consent"]:
        problems["consent"] = [N_("Naming somebody needs their written consent. Ask first.")]
    if values["told_by"] and not values["asked_by"]:
        problems["askedBy"] = [N_("Who asked for the consent?")]
    return problems
