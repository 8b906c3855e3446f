"""The database: one engine per process, short sessions, aware instants.

SQLite (WAL) or PostgreSQL; the rest of the code does not know which.
Rows, not processes, hold the truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from federation.queue import Queue

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LAST_ROW = 2**31 - 1
"""The highest number that a row can have on PostgreSQL."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides, stored as UTC. A naive value is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To the database: as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


JsonDocument = JSON().with_variant(JSONB(), "postgresql")
"""Column type for a JSON document that may be queried. Key order is not kept by PostgreSQL."""


class Base(DeclarativeBase):
    """The base of all tables, with predictable constraint names."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JsonDocument, list[str]: JsonDocument}


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class Database:
    """An engine and its sessions.

    ``session(write=True)`` takes SQLite's write lock at the start, so that two writers wait
    for one another instead of failing half-way.
    """

    def __init__(self, url: str, queue: Queue) -> None:
        self.engine = make_engine(url)
        self.single = self.engine.execution_options(omzien_single=True)
        """The same database for statements that are a transaction each: none is opened around them."""
        options: dict[str, Any] = {"expire_on_commit": False, "info": {"queue": queue}}
        self._readers: sessionmaker[Session] = sessionmaker(self.engine, **options)
        writing_engine = self.engine.execution_options(omzien_write=True)
        self._writers: sessionmaker[Session] = sessionmaker(writing_engine, **options)

    def open(self, *, write: bool) -> Session:
        """A new session; the caller closes it."""
        return self._writers() if write else self._readers()

    @contextmanager
    def session(self, *, write: bool = True) -> Iterator[Session]:
        """A session that is closed at the end and rolled back unless the caller commits."""
        session = self.open(write=write)
        try:
            yield session
        finally:
            session.close()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def writing(bind: Engine | Connection) -> Engine | Connection:
    """The same database for sessions of one's own that write: they take SQLite's lock at their start."""
    return bind.execution_options(omzien_write=True) if isinstance(bind, Engine) else bind


def reading(bind: Engine | Connection) -> Engine | Connection:
    """The same database for sessions of one's own that only read."""
    return bind.execution_options(omzien_write=False) if isinstance(bind, Engine) else bind


def let_go(session: Session) -> None:
    """End the session's transaction before another server is asked, so that nobody waits for its lock.

    See ADR 7. Its objects stay usable. RuntimeError when something was changed before: half a
    change must not be committed.
    """
    if session.info.get("changed") or session.new or session.dirty or session.deleted:
        raise RuntimeError("another server is asked in the middle of a change")
    session.commit()


@event.listens_for(Session, "after_flush")
def _note_change(session: Session, _context: Any) -> None:
    session.info["changed"] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_change(session: Session) -> None:
    session.info.pop("changed", None)


def make_engine(url: str) -> Engine:
    """An engine with the project's defaults for SQLite or PostgreSQL."""
    url = url.replace("postgres://", "postgresql://", 1)
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    # an error's text reaches the log; raw numbers and the hashes of codes do not
    options: dict[str, Any] = {"json_serializer": _dump_json, "pool_pre_ping": True, "hide_parameters": True}
    if url.startswith("sqlite"):
        options |= {"connect_args": {"timeout": 30, "check_same_thread": False}, "pool_pre_ping": False}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "handle_error", _hide_detail)
    return engine


def _dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _hide_detail(context: ExceptionContext) -> None:
    """PostgreSQL's detail names the values of a key or of a whole row; only the first line stays."""
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is None or not diagnosis.message_detail:
        return
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error.args[0]).splitlines()[0],)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, see _begin_sqlite
    cursor = connection.cursor()
    # synchronous=FULL: what was answered 202 survives a power cut
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("omzien_single", False):
        return
    writes = options.get("omzien_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
