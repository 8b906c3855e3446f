"""Databases for tests, made by the real migrations once and copied for each test."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from deploy import migrate
from federation.database import make_engine

SQLITE_NAME = "omzien.sqlite3"
TEMPLATE = "omzien_template"
END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
DO $$
DECLARE filled text;
BEGIN
  SELECT string_agg(oid::regclass::text, ', ') INTO filled FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
      AND pg_relation_size(oid) > 0;
  IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' CASCADE'; END IF;
  PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence
      WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
END $$
"""


def sqlite_database(folder: Path) -> str:
    """A migrated, empty SQLite database where a node of this data folder looks for it."""
    shutil.copyfile(_sqlite_template(), folder / SQLITE_NAME)
    return f"sqlite:///{folder / SQLITE_NAME}"


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="omzien-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / SQLITE_NAME
    engine = make_engine(f"sqlite:///{file}")
    migrate.apply(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database; emptied and used again: making one takes half a second."""
    free = _free_databases(server)
    name = free.pop() if free else _new_from_template(server)
    yield _address(server, name)
    _empty(server, name)
    free.append(name)


@functools.cache
def _free_databases(server: str) -> list[str]:
    """The databases of this server that nobody uses now."""
    _make_postgres_template(server)
    return []


def _new_from_template(server: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    admin = _administrator(server)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
    admin.dispose()
    return name


def _empty(server: str, name: str) -> None:
    """As it was made: no connection but the one that does this, no row, every number from the start."""
    address = _address(server, name)
    admin = _kept[address] if address in _kept else _administrator(address)
    with admin.connect() as connection:
        connection.execute(text(END_CONNECTIONS))
        connection.execute(text(EMPTY))
    if server in _lasting:
        _kept[address] = admin  # a new connection would have to learn of every table first
    else:
        admin.dispose()


_lasting: set[str] = set()
_kept: dict[str, Engine] = {}


@contextmanager
def kept_connections(server: str) -> Iterator[None]:
    """While many tests share a server: whoever empties a database stays connected to it."""
    _lasting.add(server)
    yield
    _lasting.discard(server)
    for admin in _kept.values():
        admin.dispose()
    _kept.clear()


@contextmanager
def bare_postgres_database(server: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    admin = _administrator(server)
    name = f"test_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield _address(server, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@functools.cache
def _make_postgres_template(server: str) -> None:
    admin = _administrator(server)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    admin.dispose()
    engine = make_engine(_address(server, TEMPLATE))
    migrate.apply(engine)
    engine.dispose()


def _administrator(server: str) -> Engine:
    return create_engine(server, isolation_level="AUTOCOMMIT")


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
