"""Migrations: they make exactly what the models say, and refuse what they do not know."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import node.models  # noqa: F401
from deploy import migrate
from deploy.refusals import Refused
from federation.database import Base, make_engine
from federation.settings import Settings
from tests.databases import bare_postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, node_settings: Settings) -> Iterator[Settings]:
    """Settings of a node whose database has no tables, on either kind."""
    node_settings.data_dir.mkdir()
    if request.param == "sqlite":
        yield node_settings
        return
    with bare_postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield dataclasses.replace(node_settings, database_url=url)


def test_migrations_and_models_agree(empty):
    assert migrate.upgrade(empty)
    engine = make_engine(empty.resolved_database_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": migrate.include_name}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_second_upgrade_changes_nothing(empty):
    assert migrate.upgrade(empty)
    assert not migrate.upgrade(empty)


def test_the_way_back_leaves_an_empty_database(empty):
    migrate.upgrade(empty)
    engine = make_engine(empty.resolved_database_url)
    migrate.downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_untouched(empty):
    migrate.upgrade(empty)
    engine = make_engine(empty.resolved_database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="newer Omzien"):
        migrate.upgrade(empty)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_an_older_sqlite_file_is_copied_before_it_changes(node_settings):
    node_settings.data_dir.mkdir()
    engine = make_engine(node_settings.resolved_database_url)
    migrate.apply(engine, "0001")
    engine.dispose()
    assert migrate.upgrade(node_settings)
    copy = node_settings.data_dir / "before-migration" / "0001.sqlite3"
    old = make_engine(f"sqlite:///{copy}")
    assert migrate.check_version(old) == "0001"
    old.dispose()


def test_a_file_that_is_no_database_is_refused(node_settings):
    node_settings.data_dir.mkdir()
    (node_settings.data_dir / "omzien.sqlite3").write_bytes(b"rubbish" * 1000)
    with pytest.raises(Refused, match="cannot be opened"):
        migrate.upgrade(node_settings)
