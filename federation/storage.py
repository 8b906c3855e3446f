"""What it means when the database refuses its work: the disk is full, or the database is away.

Neither is a bug of ours: people and other servers get a clear answer, and nothing was written.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from schemas.errors import AppError, NotReady, StorageFull
from schemas.messages import N_

STORAGE_ERRORS = (OperationalError, InterfaceError)
"""What SQLAlchemy raises for a database in trouble; also for some bugs, see `storage_problem`."""

_FULL = ("SQLITE_FULL", "53100")  # disk_full
_AWAY = (
    # a lock that did not come, and a disk that fails
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "55P03"),
    # connection exceptions; out of memory or connections; shutting down, crashed, starting; a standby
    *("08", "53200", "53300", "57P01", "57P02", "57P03", "25006"),
)


def storage_problem(error: DBAPIError) -> AppError | None:
    """The error to answer with: StorageFull (507), NotReady (503), or None when it is a bug after all.

    SQLite's error names and PostgreSQL's SQLSTATE (appendix A of its manual) decide. A connection
    that was lost or never made has neither.
    """
    code = _code_of(error)
    if code.startswith(_FULL):
        return StorageFull(cause=str(error.orig))
    if not code or code.startswith(_AWAY) or error.connection_invalidated:
        detail = N_("The database does not answer. Nothing was saved. Try again in a minute.")
        return NotReady(detail, cause=str(error.orig))
    return None


def _code_of(error: DBAPIError) -> str:
    original = error.orig
    return str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
