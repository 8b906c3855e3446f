"""Keeping what the gate admits: the rows of several requests in one transaction.

A request is answered after its own row is on disk, and not before. While one thread examines and
commits, the others of its process put their messages on a pile; whoever is first on the pile does
the next lot. So a lonely message waits for nobody, and under load one ``fsync`` serves many, and
Python's lock stays with one thread instead of going round (half of all work, before). See ADR 9.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from sqlalchemy.orm import Session

from federation.database import Database
from federation.receiving.inbox import InboxActivity
from federation.storage import STORAGE_ERRORS, storage_problem
from schemas.errors import AppError, NotReady
from schemas.messages import N_

log = structlog.get_logger(__name__)

LOCK_PATIENCE = 8.0
"""Seconds that a transaction waits for another writer of the database."""
PATIENCE = 20.0
"""Seconds that a request waits for its row; a limit that the one above makes unlikely."""
_POLL = 0.002  # seconds between two looks at SQLite's lock
_MOST_AT_ONCE = 100  # rows


Row = dict[str, Any]
"""The values of an `InboxActivity`."""
Prepare = Callable[[Session], Row | None]
"""What makes a row, or nothing to keep, of a message."""


class _Entry:
    """One message on the pile, and the thread that waits for it."""

    __slots__ = ("error", "is_leader", "is_settled", "prepare", "row", "signal")

    def __init__(self, prepare: Prepare) -> None:
        self.prepare = prepare
        self.row: Row = {}
        self.is_settled = False
        self.error: Exception | None = None
        self.is_leader = False
        self.signal = threading.Lock()
        self.signal.acquire()


class Keeper:
    """The pile of one process. ``on_kept`` is called after each transaction that kept something."""

    def __init__(self, database: Database, on_kept: Callable[[], object]) -> None:
        self._database = database
        self._engine = database.single
        self._on_kept = on_kept
        self._pile: list[_Entry] = []
        self._is_busy = False
        self._lock = threading.Lock()
        self._insert = _Insert(self._engine.dialect)

    def keep(self, row: Row) -> None:
        """Return when the row is committed, now or before: a known id changes nothing.

        Raises NotReady or StorageFull when it could not be kept, or when nobody can say in time
        whether it was; its sender may send it again.
        """
        self.prepare_and_keep(lambda _session: row)

    def prepare_and_keep(self, prepare: Prepare) -> None:
        """`keep` what ``prepare`` makes, if it makes something; raises what it raises, and what `keep` does.

        ``prepare`` is called once, by whichever thread does the lot, while others wait: it must be
        brief and may ask nobody but our own database.
        """
        entry = _Entry(prepare)
        with self._lock:
            self._pile.append(entry)
            leads = not self._is_busy
            self._is_busy = True
        if leads or self._wait(entry):
            self._do_pile()
        if not entry.is_settled:
            raise entry.error or NotReady(_AWAY, cause="a row of the inbox was not written")

    def _wait(self, entry: _Entry) -> bool:
        """Wait until the row is written; True when this thread is to write the pile itself."""
        if entry.signal.acquire(timeout=PATIENCE):
            return entry.is_leader
        with self._lock:
            if entry in self._pile and not entry.is_leader:
                self._pile.remove(entry)
            return entry.is_leader  # it may have got the pen in this very moment

    def _do_pile(self) -> None:
        """Prepare and write what lies there, the caller's own message first of all, and pass the pen on."""
        with self._lock:
            batch, self._pile = self._pile[:_MOST_AT_ONCE], self._pile[_MOST_AT_ONCE:]
        try:
            with self._database.session(write=False) as session:
                session.connection()  # without one all of them fail now, not each after its own wait
                ready = [entry for entry in batch if _makes_row(session, entry)]
            if ready:
                self._write(ready)
        finally:
            self._pass_on(batch)

    def _pass_on(self, batch: list[_Entry]) -> None:
        with self._lock:
            self._is_busy = bool(self._pile)
            if self._pile:
                self._pile[0].is_leader = True
                self._pile[0].signal.release()
        for entry in batch[1:]:  # the first is the writer itself
            entry.signal.release()

    def _write(self, batch: list[_Entry]) -> None:
        error = self._try_to_insert(batch)
        if error is None:
            for entry in batch:
                entry.is_settled = True
            self._on_kept()
        elif len(batch) == 1 or isinstance(error, AppError):  # the database is in trouble: so are they all
            for entry in batch:
                entry.error = error
        else:  # one of them is to blame, and the others shall not suffer for it
            for entry in batch:
                self._write([entry])

    def _try_to_insert(self, batch: list[_Entry]) -> Exception | None:
        """Insert by one statement; the error when nothing was written."""
        # in one order in every process, so that two with the same ids cannot wait for one another
        rows = sorted((entry.row for entry in batch), key=lambda row: str(row["uri"]))
        until = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                self._insert_now(rows)
            except DBAPIError as error:
                if _is_locked(error) and time.monotonic() < until:
                    time.sleep(_POLL)
                    continue
                problem = storage_problem(error) if isinstance(error, STORAGE_ERRORS) else None
                log.error("inbox.not_kept", rows=len(rows), reason=str(error.orig))
                return problem or error
            except NoConnectionInTime as error:
                return NotReady(_AWAY, cause=str(error))
            return None

    def _insert_now(self, rows: list[Row]) -> None:
        with self._engine.connect() as connection, _impatient(connection):
            self._insert.run(connection, rows)
            connection.commit()


def _makes_row(session: Session, entry: _Entry) -> bool:
    """Prepare one message: whoever is to blame for an error, it is nobody else's."""
    try:
        row = entry.prepare(session)
    except Exception as error:  # noqa: BLE001  # it is raised in the thread of its own request
        session.rollback()
        entry.error = error
        return False
    entry.row = row or {}
    entry.is_settled = row is None
    return row is not None


_AWAY = N_("The database does not answer. Nothing was saved. Try again in a minute.")


def _is_locked(error: DBAPIError) -> bool:
    """SQLite's lock is with another process."""
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """Do not wait for a lock longer than a sender would.

    On SQLite not at all: waiting, it looks every 100 ms whether the lock is free, and misses the moment in
    which a busy worker lets others in. We look more often ourselves.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        driver.execute(f"SET LOCAL lock_timeout = {int(LOCK_PATIENCE * 1000)}")
        yield
        return
    (before,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {before}")


class _Insert:
    """``INSERT … VALUES (…), (…) ON CONFLICT DO NOTHING`` of any number of rows.

    One statement is one call of the driver, and on SQLite one transaction: the write lock is never
    held while a thread waits for its turn in Python. SQLAlchemy would compile it anew each time.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._columns = [column for column in InboxActivity.__table__.columns if not column.primary_key]
        self._processors = [
            column.type.dialect_impl(dialect).bind_processor(dialect) for column in self._columns
        ]
        self._defaults = {
            c.name: c.default.arg for c in self._columns if c.default is not None and c.default.is_scalar
        }
        self._mark = "?" if dialect.paramstyle == "qmark" else "%s"
        self._statements: dict[int, str] = {}

    def run(self, connection: Connection, rows: list[Row]) -> None:
        values = [value for row in rows for value in self._values(row)]
        connection.exec_driver_sql(self._statement(len(rows)), tuple(values))

    def _values(self, row: Row) -> Iterator[Any]:
        for column, process in zip(self._columns, self._processors, strict=True):
            value = row[column.name] if column.name in row else self._defaults.get(column.name)
            yield process(value) if process else value

    def _statement(self, number: int) -> str:
        if number not in self._statements:
            names = ", ".join(column.name for column in self._columns)
            one = "(" + ", ".join([self._mark] * len(self._columns)) + ")"
            every = ", ".join([one] * number)
            into = f"INSERT INTO {InboxActivity.__tablename__} ({names})"  # names of our own model
            self._statements[number] = f"{into} VALUES {every} ON CONFLICT DO NOTHING"
        return self._statements[number]
