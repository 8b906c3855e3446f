"""Reads a list: CSV, a workbook or JSON becomes columns and rows of texts.

Nothing in the file is trusted: not its name, not its size once unpacked, not its encoding.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from node.imports.encodings import decode
from node.imports.workbooks import UnreadableWorkbook, WorkbookTooLarge, as_typed, read_workbook
from schemas.errors import InvalidInput
from schemas.messages import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_LETTERS = 10_000
"""Of one cell; the rest is cut off."""

_NOT_READ = N_("We cannot read this file. Save it as CSV or as a workbook (xlsx) and try again.")
_LISTS = ("items", "data", "results", "records", "features", "organizations", "entries")


@dataclass(frozen=True)
class Table:
    """What a file says: the names of its columns, and its rows, each as long as the columns."""

    columns: list[str]
    rows: list[list[str]]
    encoding: str = ""


def read_table(content: bytes) -> Table:
    """The table in a file, whatever its name. Raises InvalidInput with what to do."""
    if not content.strip():
        raise _refused(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise _refused(N_("This file is too large. The largest we read is 20 MB."))
    if content.startswith(b"PK"):
        return _tidy(_workbook(content))
    text, encoding = decode(content)
    if text.lstrip()[:1] in {"[", "{"}:
        return _tidy(_json(text), encoding)
    return _tidy(_csv(text), encoding)


def _tidy(lines: Iterable[list[str]], encoding: str = "") -> Table:
    """The first line that says something is the head; empty rows and columns are left out."""
    rows: list[list[str]] = []
    for line in lines:
        cells = [cell.replace("\x00", "").strip()[:MOST_LETTERS] for cell in line]
        if any(cells):
            rows.append(cells)
        if len(rows) > MOST_ROWS + 1:
            raise _refused(N_("This list has too many rows. The most we read at once is 20,000."))
    if len(rows) < 2:
        raise _refused(N_("This list needs a row with the names of the columns, and a row below it."))
    width = max(len(row) for row in rows)
    if width > MOST_COLUMNS:
        raise _refused(N_("This list has too many columns. The most we read is 200."))
    even = [row + [""] * (width - len(row)) for row in rows]
    used = [at for at in range(width) if any(row[at] for row in even)]
    return Table(
        _names([even[0][at] for at in used]), [[row[at] for at in used] for row in even[1:]], encoding
    )


def _names(head: list[str]) -> list[str]:
    """Every column with a name of its own."""
    names: list[str] = []
    for at, written in enumerate(head, start=1):
        name = " ".join(written.split())[:100] or f"{at}"
        names.append(name if name not in names else f"{name[:90]} ({at})")
    return names


def _csv(text: str) -> list[list[str]]:
    delimiter = max(";,\t|", key=lambda sign: _evenness(text, sign))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput(_NOT_READ, fields={"file": [_NOT_READ]}, cause=str(error)) from error


def _evenness(text: str, sign: str) -> int:
    """How many columns the first rows have with this delimiter, as long as they agree."""
    try:
        rows = [
            row
            for _at, row in zip(
                range(5), csv.reader(io.StringIO(text[:50_000]), delimiter=sign), strict=False
            )
        ]
    except csv.Error:
        return 0
    return min((len(row) for row in rows if row), default=0) * 100 + (len(rows[0]) if rows else 0)


def _workbook(content: bytes) -> list[list[str]]:
    try:
        return read_workbook(content)
    except WorkbookTooLarge as error:
        raise _refused(N_("This workbook is too large when it is unpacked.")) from error
    except UnreadableWorkbook as error:
        raise InvalidInput(_NOT_READ, fields={"file": [_NOT_READ]}, cause=str(error)) from error


def _json(text: str) -> list[list[str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_NOT_READ, fields={"file": [_NOT_READ]}, cause=str(error)[:200]) from error
    found = _list_in(document)
    records = [_flat(each) for each in found if isinstance(each, dict)]
    columns = list(dict.fromkeys(name for record in records for name in record))
    if not columns or len(records) != len(found):
        raise _refused(N_("This JSON has no list of initiatives."))
    if len(columns) > MOST_COLUMNS:
        raise _refused(N_("This list has too many columns. The most we read is 200."))
    return [columns, *([record.get(name, "") for name in columns] for record in records)]


def _list_in(document: Any) -> list[Any]:
    if isinstance(document, dict):
        document = next(
            (document[name] for name in _LISTS if isinstance(document.get(name), list)), [document]
        )
    return document if isinstance(document, list) else []


def _flat(record: dict[str, Any], before: str = "") -> dict[str, str]:
    """One level of names, as ``contact.email``; the point of GeoJSON as latitude and longitude."""
    flat = _point(record.get("geometry"))
    for name, value in record.items():
        if name == "geometry" and isinstance(value, dict):
            continue
        if isinstance(value, dict) and before.count(".") < 3:
            flat |= _flat(value, "" if name == "properties" else f"{before}{name}.")
        else:
            flat[f"{before}{name}"] = _joined(value)
    return flat


def _point(geometry: Any) -> dict[str, str]:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return {}
    numbers = geometry.get("coordinates")
    pair = numbers[:2] if isinstance(numbers, list) else []
    return {name: str(at) for name, at in zip(("longitude", "latitude"), pair, strict=False)}


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_joined(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("label") or "")
    return as_typed(value)


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"file": [message]})
