"""Turns the bytes of a list into columns and rows: CSV, a workbook or JSON.

Runs in the short child process of `node.imports.reading`, because what is small in a file can be
enormous once it is read: no limit of our own is as sure as that of the process.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from node.imports.encodings import decode
from node.imports.workbooks import TOO_LARGE, as_typed, sheet_rows
from schemas.errors import InvalidInput
from schemas.fields import storable
from schemas.messages import N_

MOST_ROWS = 20_000
MOST_LINES = 200_000
"""Empty ones included."""
MOST_COLUMNS = 200
MOST_LETTERS = 10_000
"""Of one cell; the rest is cut off."""
MOST_IN_ALL = 40 * 1024 * 1024  # letters: a workbook says a text once and points at it a million times
MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space, of which Python itself takes the smaller part

_TOO_WIDE = N_("This list has too many columns. The most we read is 200.")
_LISTS = ("items", "data", "results", "records", "features", "organizations", "entries")


@dataclass(frozen=True)
class Table:
    """What a file says: the names of its columns, and its rows, each as long as the columns."""

    columns: list[str]
    rows: list[list[str]]
    encoding: str = ""


def parse(content: bytes) -> Table:
    """The table in a file, whatever its name. Raises InvalidInput with what to do, or whatever it likes."""
    if content.startswith(b"PK"):
        return _tidy(sheet_rows(content))
    text, encoding = decode(content)
    if text.lstrip()[:1] in {"[", "{"}:
        return _tidy(_json(text), encoding)
    return _tidy(_csv(text), encoding)


def _tidy(lines: Iterable[list[str]], encoding: str = "") -> Table:
    """The first line that says something is the head; empty rows and columns are left out."""
    rows = list(_said(lines))
    if len(rows) < 2:
        raise _refused(N_("This list needs a row with the names of the columns, and a row below it."))
    width = max(len(row) for row in rows)
    used = [at for at in range(width) if any(at < len(row) and row[at] for row in rows)]
    even = [[row[at] if at < len(row) else "" for at in used] for row in rows]
    return Table(_names(even[0]), even[1:], encoding)


def _said(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    """The cells of the lines that say something. Raises InvalidInput as soon as there is too much."""
    rows = letters = 0
    for at, line in enumerate(lines):
        cells = [storable(cell).strip()[:MOST_LETTERS] for cell in line]
        rows += any(cells)
        letters += sum(map(len, cells))
        if rows > MOST_ROWS + 1 or at > MOST_LINES:
            raise _refused(N_("This list has too many rows. The most we read at once is 20,000."))
        if letters > MOST_IN_ALL:
            raise _refused(TOO_LARGE)
        if any(cells) and len(cells) > MOST_COLUMNS:
            raise _refused(_TOO_WIDE)
        if any(cells):
            yield cells


def _names(head: list[str]) -> list[str]:
    """Every column with a name of its own."""
    names: list[str] = []
    for at, written in enumerate(head, start=1):
        name = " ".join(written.split())[:100] or f"{at}"
        names.append(name if name not in names else f"{name[:90]} ({at})")
    return names


def _csv(text: str) -> Iterator[list[str]]:
    delimiter = max(";,\t|", key=lambda sign: _evenness(text, sign))
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


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


def _json(text: str) -> Iterator[list[str]]:
    found = _list_in(json.loads(text))
    if not found or not all(isinstance(each, dict) for each in found):
        raise _refused(N_("This JSON has no list of initiatives."))
    if len(found) > MOST_ROWS:
        raise _refused(N_("This list has too many rows. The most we read at once is 20,000."))
    records = [_flat(each) for each in found]
    columns = list(dict.fromkeys(name for record in records for name in record))
    if len(columns) > MOST_COLUMNS:
        raise _refused(_TOO_WIDE)
    yield columns
    yield from ([record.get(name, "") for name in columns] for record in records)


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


def _answer(content: bytes) -> dict[str, Any]:
    """What the parent reads: a table, or the words with which it is refused."""
    try:
        return asdict(parse(content))
    except InvalidInput as refused:
        return {"refused": refused.detail}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
