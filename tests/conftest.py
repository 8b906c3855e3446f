"""Real parts for every test: SQLite and PostgreSQL, Valkey, and a node in this process."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from federation import runtime as runtime_module
from federation.database import Base
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from tests.journeys.network import real_network  # noqa: F401  # a fixture of all slow tests
from tests.parts import postgres_server, valkey_server
from tests.small_network import Network, postgres_databases, sqlite_database

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from node.communities.models import Community

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own on loopback."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey server of our own on a socket."""
    with valkey_server(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'omzien.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    """Settings of a node on loopback."""
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        redis_url=redis_url,
        allow_loopback=True,
        secret_key="s" * 40,
        relay_interval=0,
    )


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """The runtime of a node with a migrated, empty database."""
    built = build_runtime(settings)
    built.queue.redis.flushdb()
    import node.models  # noqa: F401  # all tables, until the migrations are written

    Base.metadata.create_all(built.database.engine)
    runtime_module.install(built)
    yield built
    built.close()


@pytest.fixture
def session(runtime: Runtime) -> Iterator[Session]:
    """A writing session."""
    with runtime.database.session(write=True) as opened:
        yield opened


@pytest.fixture
def app(settings: Settings, runtime: Runtime) -> Flask:
    """The web application of a node that is not set up yet."""
    from node.app import create_app

    return create_app(settings, runtime)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def village(settings: Settings, runtime: Runtime) -> Community:
    """The village of Austerlitz, set up with one administrator (see tests.node.signing_in)."""
    from tests.node.signing_in import set_up_village

    return set_up_village(settings, runtime)


@pytest.fixture(params=DATABASES)
def network(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Network]:
    """An empty network of small nodes, once on SQLite and once on PostgreSQL."""
    with ExitStack() as stack:
        make_database = sqlite_database
        if request.param == "postgresql":
            make_database = stack.enter_context(postgres_databases(request.getfixturevalue("postgres_url")))
        network = Network(tmp_path, make_database, redis_url)
        stack.callback(network.close)
        yield network
