"""The lists of the form: rows that are added, removed and moved without JavaScript."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from schemas.activity_templates import MOST_ITEMS
from schemas.numbers import read_digits

Row = dict[str, Any]
ITEM, OWN_SECTION, QUESTION = r"[a-z0-9][a-z0-9_-]{0,39}", r"own_[a-z0-9_]{1,36}", r"[a-z][a-z0-9_]{0,39}"
"""The shapes of keys, as the schemas want them."""
_ACTION = re.compile(r"(add|remove|up|down)(?:-([a-z]+))?(?:-(\w+))?")


@dataclass(frozen=True)
class Rows:
    """How one list of the content stands in the form: row 2 of the roles is ``role-1-name`` and so on."""

    part: str
    prefix: str
    typed: tuple[str, ...]
    """What a person fills in; a row where all of it is empty is no row."""
    hidden: tuple[str, ...] = ("key",)
    several: tuple[str, ...] = ()
    """Fields that have more than one value."""
    start: Mapping[str, str] = field(default_factory=dict)
    """What a new row begins with; a list to choose from is no typing."""
    most: int = 0

    @property
    def limit(self) -> int:
        """The most rows."""
        return self.most or MOST_ITEMS[self.part]

    def empty(self) -> Row:
        """A new row."""
        blank = dict.fromkeys((*self.hidden, *self.typed), "")
        return {**blank, **{name: [] for name in self.several}, **self.start}

    def read(self, form: MultiDict[str, str]) -> list[Row]:
        """The rows as they were sent."""
        count = min(whole(form.get(self.part, "0")), self.limit + 1)
        return [self._row(form, f"{self.prefix}-{at}-") for at in range(count)]

    def _row(self, form: MultiDict[str, str], at: str) -> Row:
        names = (*self.hidden, *self.typed, *self.start)
        row: Row = {name: form.get(at + name, self.start.get(name, "")) for name in names}
        return row | {name: form.getlist(at + name) for name in self.several}

    def is_blank(self, row: Row) -> bool:
        """True when nobody filled anything in."""
        return not any(str(row[name]).strip() for name in self.typed) and not any(
            row[name] for name in self.several
        )


QUESTIONS = Rows(
    "parameters",
    "parameter",
    ("label", "unit", "value", "choices", "minimum", "maximum"),
    start={"kind": "number"},
)
OWN = Rows("own", "own", ("title", "text"), most=MOST_ITEMS["sections"] - 10)
PICTURES = Rows("pictures", "picture", ("digest", "alt"), ("key", "mediaType", "width", "height"))
LISTS = (
    OWN,
    Rows("roles", "role", ("name", "number", "note"), several=("requirements",)),
    Rows("materials", "material", ("name", "amount")),
    Rows("costs", "cost", ("label", "amount"), start={"per": "once"}),
    Rows("safeguards", "safeguard", ("text",)),
    Rows("checklist", "check", ("text",), start={"when": "before"}),
    PICTURES,
    QUESTIONS,
)
"""All lists of the form, in its order. ``own`` are the sections with a title of their own."""
_BY_PART = {rows.part: rows for rows in LISTS}


def change_rows(values: dict[str, Any], action: str) -> str | None:
    """Add, remove or move a row when that button was pressed; the name of its list, None for other buttons.

    ``add`` and ``remove-2`` alone are about the questions.
    """
    pressed = _ACTION.fullmatch(action)
    if pressed is None:
        return None
    verb, part, at = pressed[1], pressed[2] or "parameters", whole(pressed[3] or "", otherwise=-1)
    rows: list[Row] = values.get(part, []) if part in _BY_PART else []
    if verb == "add" and part in _BY_PART and len(rows) < _BY_PART[part].limit:
        rows.append(_BY_PART[part].empty())
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif verb in {"up", "down"}:
        _move(rows, at, at - 1 if verb == "up" else at + 1)
    return part


def row_in_view(values: dict[str, Any], action: str) -> str:
    """The id of the row that a button added or moved, or of the list it took one from: there the eye goes."""
    pressed = _ACTION.fullmatch(action)
    rows = _BY_PART.get(pressed[2] or "parameters") if pressed else None
    if pressed is None or rows is None:
        return "rows-pictures" if action == "picture" else ""
    count, at = len(values[rows.part]), whole(pressed[3] or "")
    to = {"add": count - 1, "up": at - 1, "down": at + 1}.get(pressed[1], -1)
    return f"{rows.prefix}-{to}" if 0 <= to < count else f"rows-{rows.part}"


def without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    """The values without the rows in which nothing was filled in."""
    kept = {rows.part: [row for row in values[rows.part] if not rows.is_blank(row)] for rows in LISTS}
    return values | kept


def give_keys(rows: Iterable[Row], label: str, *, before: str = "", shape: str = ITEM) -> list[str]:
    """The key of each row: the one it had, or a new one made of its label; no two are the same."""
    listed, kept = list(rows), []
    for row in listed:
        good = re.fullmatch(shape, row["key"]) is not None and row["key"] not in kept
        kept.append(row["key"] if good else "")
    taken = set(kept)
    return [key or _new_key(before + _slug(row[label]), taken) for key, row in zip(kept, listed, strict=True)]


def whole(text: str, otherwise: int = 0) -> int:
    """A small whole number as it was sent; 0 or the other one given for anything else."""
    number = read_digits(text, 99_999)
    return otherwise if number is None else number


def _move(rows: list[Row], at: int, to: int) -> None:
    if 0 <= at < len(rows) and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]


def _slug(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:32].rstrip("_") or "deel"


def _new_key(wanted: str, taken: set[str]) -> str:
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    taken.add(key)
    return key
