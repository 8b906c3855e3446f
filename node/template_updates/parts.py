"""What the content of a template is made of, read from its schema: single fields, keyed lists, sets.

Only what the schema cannot tell stands here as a table: what is a community's own, and which fields of
an item can be changed apart from one another.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.objects import ActivityTemplateSchema, Document

_FIELDS = {field.data_key or name: field for name, field in ActivityTemplateSchema().fields.items()}
_OWN = frozenset({"name", "language"})
"""A community names its own template, and writes in its own language."""
OWN_FIELDS: dict[str, frozenset[str]] = {"parameters": frozenset({"value"})}
"""Fields of an item that are a community's own: its answer to a question."""
_APART: dict[str, tuple[frozenset[str], ...]] = {
    "parameters": (frozenset({"label"}), frozenset({"kind", "unit", "choices", "minimum", "maximum"})),
    "roles": tuple(frozenset({name}) for name in ("name", "number", "requirements", "note")),
}
"""Groups of fields that can be taken from either side without making nonsense of the item."""


def _nested(field: Any) -> Schema | None:
    inner = field.inner if isinstance(field, fields.List) else None
    return inner.schema if isinstance(inner, fields.Nested) else None


_ITEMS: dict[str, Schema] = {
    name: schema
    for name, field in _FIELDS.items()
    if (schema := _nested(field)) is not None and "key" in schema.fields
}
KEYED = tuple(_ITEMS)
"""The lists whose items have a key that stays what it is."""
SETS = tuple(name for name, field in _FIELDS.items() if isinstance(field, fields.List) and name not in _ITEMS)
"""The lists of codes."""
SINGLE = tuple(name for name in _FIELDS if name not in {*KEYED, *SETS, *_OWN})
"""The fields that hold one value."""


def value_of(content: Document, part: str) -> Any:
    """A single field of a content; the schema's own default where it is left out."""
    default = _FIELDS[part].load_default
    return content.get(part, default() if callable(default) else default)


def index(content: Document, part: str) -> dict[str, Document]:
    """The items of a keyed list by key; a section without text is not there."""
    items = content.get(part, [])
    return {item["key"]: item for item in items if part != "sections" or item["text"]}


def fits(part: str, value: Any) -> bool:
    """Whether the schema accepts a value of this part, or an item of this list."""
    try:
        schema = _ITEMS.get(part)
        if schema is None:
            _FIELDS[part].deserialize(value)
        else:
            schema.load(value)
    except ValidationError:
        return False
    return True


def mixed(part: str, base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    """Their item with what only we changed in it, and whether both changed the same of it.

    Where both did, theirs is in it; our own fields are always in it.
    """
    if part not in _APART:
        return theirs, ours != base
    result, clash = {**theirs}, base is None
    for names in _APART[part] if base is not None else ():
        before, mine, yours = (_pick(each, names) for each in (base, ours, theirs))
        if yours == before:
            result |= mine
        elif mine not in (before, yours):
            clash = True
    return result | _pick(ours, OWN_FIELDS.get(part, frozenset())), clash


@cache
def item_fields(part: str) -> dict[str, Any]:
    """The fields of an item of a list, by their name on the wire, without the key."""
    found = _ITEMS[part].fields.items()
    return {field.data_key or name: field for name, field in found if name != "key"}


def _pick(item: Document, names: frozenset[str]) -> Document:
    return {name: item[name] for name in sorted(names) if name in item}
