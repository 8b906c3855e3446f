"""The form of a business case: numbers as people type them, a line for each row, and room for more."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from node.business_case.content import MOST_LINES, Content
from node.business_case.prices import PRICES, VERSION

RANGE = ("low", "likely", "high")
EMPTY_ROWS = 2
_TEXTS = ("kind", "payer", "label", "unit", "priceCode", "source", "confidence")
_FRESH = {"kind": "cost", "payer": "unknown", "confidence": "assumption"}


def typed_of(content: Content) -> dict[str, Any]:
    """What stands in the form for a case."""
    head = {name: content[name] for name in ("title", "year", "residents", "counterfactual", "comparison")}
    return {**head, "lines": [_row_of(line) for line in content["lines"]]}


def fresh(year: int) -> dict[str, Any]:
    """An empty form."""
    empty = {"title": "", "year": year, "residents": "", "counterfactual": "", "comparison": "", "lines": []}
    return with_room(empty, EMPTY_ROWS)


def with_room(typed: dict[str, Any], rows: int) -> dict[str, Any]:
    """The form with empty rows below what is filled in."""
    filled = [row for row in typed["lines"] if not _is_empty(row)]
    more = [_row_of(None) for _row in range(min(rows, MOST_LINES - len(filled)))]
    return {**typed, "lines": [*filled, *more]}


def read_form(form: MultiDict[str, str]) -> dict[str, Any]:
    """What somebody typed, row by row; a row without a name is no line."""
    head = {
        name: form.get(name, "") for name in ("title", "year", "residents", "counterfactual", "comparison")
    }
    count = form.get("rows", 0, type=int)
    rows = [_read_row(form, at) for at in range(max(0, min(count, MOST_LINES)))]
    return {**head, "lines": [row for row in rows if not _is_empty(row)]}


def to_content(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as a case to check."""
    head = {**typed, "year": _whole(typed["year"]), "residents": _whole(typed["residents"])}
    return {**head, "lines": [_line(row) for row in typed["lines"]]}


def _read_row(form: MultiDict[str, str], at: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: form.get(f"{name}-{at}", "").strip() for name in _TEXTS}
    row["inKind"] = f"inKind-{at}" in form
    for part in ("amount", "price"):
        row[part] = {end: form.get(f"{part}-{end}-{at}", "").strip() for end in RANGE}
    return row


def _row_of(line: dict[str, Any] | None) -> dict[str, Any]:
    if line is None:
        numbers = {part: dict.fromkeys(RANGE, "") for part in ("amount", "price")}
        return {**dict.fromkeys(_TEXTS, ""), **_FRESH, **numbers, "inKind": False}
    numbers = {part: {end: _shown(line[part][end]) for end in RANGE} for part in ("amount", "price")}
    return {**{name: line[name] for name in _TEXTS}, **numbers, "inKind": line["inKind"]}


def _is_empty(row: dict[str, Any]) -> bool:
    return not (row["label"] or row["source"] or any(row["amount"].values()) or any(row["price"].values()))


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a line; a price of the list stands in for one that was left empty."""
    line = {name: row[name] for name in _TEXTS} | {"inKind": row["inKind"]}
    listed = PRICES.get(row["priceCode"])
    price = row["price"]
    if listed is not None and listed.amount is not None and not any(price.values()):
        price = {end: getattr(listed.amount, end) for end in RANGE}
        line |= {"source": row["source"] or listed.source, "priceList": VERSION}
        line["unit"] = row["unit"] or _(listed.unit)
    return {**line, "amount": _range(row["amount"]), "price": _range(price)}


def _range(typed: dict[str, Any]) -> dict[str, Any]:
    """The three values; one number alone stands for all three."""
    values = {end: _number(value) for end, value in typed.items()}
    told = [value for value in values.values() if value != ""]
    if len(told) == 1:
        return dict.fromkeys(RANGE, told[0])
    return {end: value for end, value in values.items() if value != ""}


def _number(value: Any) -> Any:
    """“1.250,50” and “1250.50” are both 1250.5; what is no number stays as it was typed."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"[\s€]", "", value)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "")
    text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text) else value.strip()


def _whole(value: Any) -> Any:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else value


def _shown(number: float) -> str:
    """A number as somebody here types it."""
    return str(int(number)) if number == int(number) else f"{number:.2f}".replace(".", ",")
