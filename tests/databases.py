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
    """A migrated, empty PostgreSQL database, dropped in the end."""
    _make_postgres_template(server)
    with _new_database(server, f"TEMPLATE {TEMPLATE}") as url:
        yield url


@contextmanager
def bare_postgres_database(server: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with _new_database(server, "") as url:
        yield url


@functools.cache
def _make_postgres_template(server: str) -> None:
    admin = _administrator(server)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    admin.dispose()
    engine = make_engine(_address(server, TEMPLATE))
    migrate.apply(engine)
    engine.dispose()


@contextmanager
def _new_database(server: str, template: str) -> Iterator[str]:
    admin = _administrator(server)
    name = f"test_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {template}"))
    yield _address(server, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _administrator(server: str) -> Engine:
    return create_engine(server, isolation_level="AUTOCOMMIT")


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
