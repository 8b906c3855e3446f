"""Reads a list in a short child process with a limit to its memory and its time.

Nothing in the file is trusted: not its name, not its size once unpacked, not its encoding. A cell far
below and to the right of the others makes the reader of workbooks ask for room for all cells between: a
file of 5 kB asks for 500 GB. Twenty megabytes of ``{},{},`` are thirty times as much once they are read.
The process that asks is ended, and that process is never the web server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from node.imports.parsing import Table
from schemas.errors import InvalidInput
from schemas.messages import N_

MOST_BYTES = 20 * 1024 * 1024
TIME_LIMIT = 60  # seconds
_ROOT = Path(__file__).resolve().parents[2]
_NOT_READ = N_("We cannot read this file. Save it as CSV or as a workbook (xlsx) and try again.")


def read_table(content: bytes) -> Table:
    """The table in a file, whatever its name. Raises InvalidInput with what to do."""
    if not content.strip():
        raise _refused(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise _refused(N_("This file is too large. The largest we read is 20 MB."))
    answer = _parsed(content)
    if "refused" in answer:
        raise _refused(answer["refused"])
    return Table(**answer)


def _parsed(content: bytes) -> dict[str, Any]:
    """What the child process says of a file."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "node.imports.parsing"],
            input=content,
            capture_output=True,
            timeout=TIME_LIMIT,
            cwd=_ROOT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        # its traceback stays out of the log: the last line may be a line of the list
        cause = f"{type(error).__name__} {getattr(error, 'returncode', '')}"
        raise _refused(_NOT_READ, cause) from None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _refused(message: str, cause: str = "") -> InvalidInput:
    return InvalidInput(message, fields={"file": [message]}, cause=cause)
