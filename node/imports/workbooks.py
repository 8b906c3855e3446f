"""Reads a workbook; only in the child process of `node.imports.reading`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from schemas.errors import InvalidInput
from schemas.messages import N_

MOST_UNPACKED = 200 * 1024 * 1024
TOO_LARGE = N_("This list is too large when it is unpacked.")


def sheet_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet, each cell as somebody would type it. Raises InvalidInput for a bomb."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # not in a process that serves pages

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
            raise InvalidInput(TOO_LARGE, fields={"file": [TOO_LARGE]})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    for row in sheet.iter_rows():
        yield [as_typed(value) for value in row]


def as_typed(value: Any) -> str:
    """A value of a cell as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
