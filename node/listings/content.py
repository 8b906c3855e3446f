"""The content of a listing: ``name``, ``summary`` and ``initiative``, as the wire writes them.

What of it differs between two versions, how two people's changes come together, and where each
value comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema
from schemas.initiatives import InitiativeSchema
from schemas.messages import N_

Content = dict[str, Any]

ACTIONS = {
    "created": N_("Added"),
    "changed": N_("Changed"),
    "restored": N_("Earlier version restored"),
    "closed": N_("Marked as ended"),
    "reopened": N_("Opened again"),
    "withdrawn": N_("Withdrawn"),
    "confirmed": N_("Confirmed as true"),
    "undone": N_("Import undone"),
    "claimed": N_("Taken over by its own node"),
}
"""What can be done to a listing."""

_SIDE = ("sources", "confirmedOn", "exampleData")
"""What accompanies the facts; it is no fact that people compare."""
_BESIDE = ("name", "summary")


class ContentSchema(WireSchema):
    """What a listing tells; the rest of `schemas.objects.EntryObjectSchema` is added on the way out."""

    name = Text(required=True, least=1, most=200)
    summary = Text(most=2000, lines=True, load_default="")
    initiative = fields.Nested(InitiativeSchema, required=True)


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in two versions; None where it says nothing."""

    field: str
    before: Any
    after: Any


def checked(content: Mapping[str, Any]) -> Content:
    """The content as it is kept, without empty fields. Raises InvalidInput with the schema's messages."""
    schema = ContentSchema()
    told = {name: content[name] for name in (*_BESIDE, "initiative") if name in content}
    try:
        dumped = schema.dump(schema.load(told))
    except ValidationError as error:
        raise InvalidInput(fields=dict(error.messages_dict)) from None
    initiative = {name: value for name, value in dumped["initiative"].items() if not _is_nothing(value)}
    if "contact" in initiative:
        initiative["contact"] = {name: value for name, value in initiative["contact"].items() if value}
    return {**dumped, "initiative": {n: v for n, v in initiative.items() if not _is_nothing(v)}}


def facts(content: Content) -> dict[str, Any]:
    """The values that people compare, by field; contact data one by one, as ``contact.email``."""
    initiative: dict[str, Any] = content.get("initiative", {})
    flat = {name: content[name] for name in _BESIDE if content.get(name)}
    for name, value in initiative.items():
        if name == "contact":
            flat |= {f"contact.{part}": each for part, each in value.items()}
        elif name not in _SIDE:
            flat[name] = value
    return flat


def differences(before: Content, after: Content) -> list[Difference]:
    """The fields that differ, in the order of the newer version."""
    old, new = facts(before), facts(after)
    return [
        Difference(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    ]


def with_values(content: Content, values: Mapping[str, Any]) -> Content:
    """The content with some fields set, or taken out where the value is None; fields as in `facts`."""
    changed = {**content, "initiative": dict(content["initiative"])}
    contact = dict(changed["initiative"].pop("contact", {}))
    for name, value in values.items():
        where, _dot, part = name.partition(".")
        target = contact if part else changed if name in _BESIDE else changed["initiative"]
        if value is None:
            target.pop(part or where, None)
        else:
            target[part or where] = value
    changed.setdefault("summary", "")
    return with_contact(changed, contact)


def with_contact(content: Content, contact: Mapping[str, Any]) -> Content:
    """The content with this contact data, or without any."""
    initiative = {name: value for name, value in content["initiative"].items() if name != "contact"}
    return {**content, "initiative": initiative | ({"contact": dict(contact)} if contact else {})}


@dataclass(frozen=True)
class Merged:
    """Two people's changes to one version together."""

    content: Content
    """All changes; where both changed a field, mine."""
    theirs: list[Difference]
    """What the other changed meanwhile."""
    contested: frozenset[str]
    """The fields that both changed, to different values."""


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Bring my changes and theirs together; both began with ``base``."""
    my_changes = {each.field: each.after for each in differences(base, mine)}
    their_changes = differences(base, theirs)
    contested = {e.field for e in their_changes if e.field in my_changes and my_changes[e.field] != e.after}
    days = [each["initiative"].get("confirmedOn", "") for each in (mine, theirs)]
    confirmed = {"confirmedOn": max(days) or None}
    together = with_values(theirs, my_changes | confirmed)
    mine_said = {name.partition(".")[0] for name in my_changes}
    return Merged(_taking_sources(together, mine, mine_said), their_changes, frozenset(contested))


def with_sources(before: Content, after: Content, source_name: str, on: date) -> Content:
    """The content with the source and the day of each value.

    A value that changed is said by ``source_name`` on this day, unless ``after`` itself names
    another source than before. What nobody vouches for any more has no source.
    """
    old, given = _sources(before), _sources(after)
    kept = {field: given.get(field, source) for field, source in old.items()} | given
    for field in {each.field.partition(".")[0] for each in differences(before, after)}:
        if given.get(field) in (None, old.get(field)):
            kept.pop(field, None)
            if source_name:
                kept[field] = {"field": field, "sourceName": source_name, "statedOn": on.isoformat()}
    told = {name.partition(".")[0] for name in facts(after)}
    sources = [kept[field] for field in sorted(kept) if field in told]
    initiative = {name: value for name, value in after["initiative"].items() if name != "sources"}
    return {**after, "initiative": initiative | ({"sources": sources} if sources else {})}


def _taking_sources(content: Content, other: Content, names: set[str]) -> Content:
    """The content with what another says of the origin of these fields."""
    said = _sources(other)
    sources = {field: each for field, each in _sources(content).items() if field not in names}
    sources |= {field: said[field] for field in names if field in said}
    initiative = {name: value for name, value in content["initiative"].items() if name != "sources"}
    listed = {"sources": [sources[field] for field in sorted(sources)]} if sources else {}
    return {**content, "initiative": initiative | listed}


def _sources(content: Content) -> dict[str, dict[str, Any]]:
    return {each["field"]: each for each in content.get("initiative", {}).get("sources", [])}


def _is_nothing(value: Any) -> bool:
    return value is None or value in ([], {}, "")
