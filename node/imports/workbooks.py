"""Reads a workbook in a short child process with a limit to its memory.

A cell far below and to the right of the others makes the reader ask for room for all cells between:
a file of 5 kB asks for 500 GB, and the process that asks is ended. That process is never the web server.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space, of which Python itself takes the smaller part
TIME_LIMIT = 60  # seconds
_ROOT = Path(__file__).resolve().parents[2]


class UnreadableWorkbook(Exception):
    """The file is no workbook, or too large a one; its text says which for the log."""


class WorkbookTooLarge(UnreadableWorkbook):
    """The workbook is too large when it is unpacked."""


def read_workbook(content: bytes) -> list[list[str]]:
    """The rows of the first sheet, each cell as somebody would type it. Raises UnreadableWorkbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise WorkbookTooLarge("unpacked")
        done = subprocess.run(
            [sys.executable, "-m", "node.imports.workbooks"],
            input=content,
            capture_output=True,
            timeout=TIME_LIMIT,
            cwd=_ROOT,
            check=False,
        )
    except (OSError, zipfile.BadZipFile, subprocess.TimeoutExpired) as error:
        raise UnreadableWorkbook(type(error).__name__) from None
    if done.returncode != 0:
        raise UnreadableWorkbook(f"exit {done.returncode}")
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


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


def _rows(content: bytes) -> list[list[str]]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # only in the child process

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[as_typed(value) for value in row] for row in sheet.to_python()]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_rows(sys.stdin.buffer.read()), sys.stdout)
