"""What a new version changes: its class and a note in the board's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from schemas.activity_templates import MOST_EARLIER, ChangeSchema
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.published import Document

if TYPE_CHECKING:
    from node.activity_templates.models import ActivityTemplate

_SCHEMA = ChangeSchema()


@dataclass(frozen=True)
class Change:
    """The class of a change (`schemas.taxonomies.CHANGE_CLASSES`; empty for a first version) and its note."""

    change_class: str = ""
    note: str = ""

    def on_the_wire(self) -> Document:
        """The fields of the published object; nothing for a first version."""
        told = {"changeClass": self.change_class, "changeNote": self.note}
        return {name: value for name, value in told.items() if value}


FIRST = Change()
"""A first version changes nothing."""


def earlier_changes(template: ActivityTemplate) -> list[Document]:
    """What the published versions changed, as the next one tells it: those for safety before all others."""
    told = [
        {"version": each.version, "changeClass": each.change_class, "changeNote": each.change_note}
        for each in reversed(template.versions)
        if each.change_class
    ]
    kept = sorted(told, key=lambda each: each["changeClass"] != "safety")[:MOST_EARLIER]
    return sorted(kept, key=lambda each: -int(each["version"]))


def load_change(data: Any, *, is_first: bool) -> Change:
    """Check what was said of a change. A first version changes nothing.

    Raises InvalidInput with ``changeClass`` or ``changeNote`` in ``fields``.
    """
    if is_first:
        return FIRST
    try:
        said = _SCHEMA.load(data or {})
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from error
    if said["change_class"] == "safety" and not said["change_note"]:
        raise InvalidInput(fields={"changeNote": [N_("Tell what is not safe, and what to do.")]})
    return Change(said["change_class"], said["change_note"])
