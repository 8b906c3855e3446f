"""The database brought to the version this program knows, by Alembic; a newer one is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from deploy.refusals import Refused
from federation.database import make_engine
from federation.settings import Settings
from schemas.messages import N_

SCRIPTS = Path(__file__).resolve().parent / "migrations"
KEPT_COPIES = 5


def upgrade(settings: Settings) -> bool:
    """Bring the database up to date; True when something changed. Raises Refused.

    An SQLite file that has content is copied first, into the folder ``before-migration``.
    """
    engine = make_engine(settings.resolved_database_url)
    try:
        current = check_version(engine)
        if current == newest():
            return False
        if current is not None:
            _keep_copy(settings, engine, current)
        apply(engine)
    finally:
        engine.dispose()
    return True


def apply(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to ``revision``, in one transaction."""
    with _changing(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Undo migrations, for tests and for builders."""
    with _changing(engine) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may rebuild tables others refer to.

    SQLite changes a table by copying it and dropping the old one, which its references would forbid, or
    answer with deleting rows. So they are not enforced meanwhile, and checked before the commit.
    """
    with engine.execution_options(omzien_write=True).connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        _enforce(connection, not is_sqlite)
        try:
            with connection.begin():
                yield connection
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a migration left rows that refer to nothing")
        finally:
            _enforce(connection, True)


def _enforce(connection: Connection, references: bool) -> None:
    """Switch SQLite's references on or off; it listens only outside a transaction, hence the plain cursor."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if references else 'OFF'}")
        cursor.close()


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """False for the store of search tokens, which the models cannot describe."""
    return not (kind == "table" and str(name).startswith("search_token"))


def newest() -> str:
    """The version that this program knows last."""
    return str(_scripts().get_current_head())


def check_version(engine: Engine) -> str | None:
    """The version of the database, None when it is empty. Raises Refused for one of a newer program."""
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise Refused(
            N_("The database cannot be opened: %(reason)s. Is it there, and is it a database of Omzien?"),
            reason=str(error.orig).strip(),
        ) from error
    if current is not None and not knows(current):
        message = N_(
            "This database was made by a newer Omzien (version %(version)s). "
            "Start that newer Omzien, or put back a backup of before."
        )
        raise Refused(message, version=current)
    return current


def knows(version: str) -> bool:
    """True for a version that this program can bring up to date."""
    return version in {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for the scripts and one open connection."""
    config = Config()
    config.attributes["connection"] = connection
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def _keep_copy(settings: Settings, engine: Engine, version: str) -> None:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database:
        return
    folder = settings.data_dir / "before-migration"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy_sqlite(Path(database), folder / f"{version}.sqlite3")
    for old in sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)[:-KEPT_COPIES]:
        old.unlink()


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as one consistent moment."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
