"""Real parts for every test: SQLite and PostgreSQL, Valkey, and a node in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from federation import runtime as runtime_module
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from tests.databases import kept_connections, postgres_database, sqlite_database
from tests.frugal import frugality
from tests.journeys.network import real_network  # noqa: F401  # a fixture of all slow tests
from tests.parts import postgres_server, valkey_server
from tests.small_network import Network

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from node.communities.models import Community

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def frugal() -> Iterator[None]:
    """Keys, passwords, files and templates that cost little in this process."""
    with frugality():
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback."""
    with postgres_server() as url, kept_connections(url):
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey server of our own on a socket."""
    with valkey_server(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_database(tmp_path)
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


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
        make_database: Callable[[Path], str] = sqlite_database
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_url")

            def make_database(_folder: Path) -> str:
                return stack.enter_context(postgres_database(server))

        network = Network(tmp_path, make_database, redis_url)
        stack.callback(network.close)
        yield network


STORY_FIRST = ("test_bad_input", "test_skeleton_story", "test_skeleton_story_by_api")
"""These find the shared network as it begins: nobody has joined and nothing is published."""
SLOW_KINDS = ("performance", "journey", "interop", "fault", "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes its time is marked. The slow kinds last and in this order: measurements while nothing
    else runs, then what shares one network, the story first; Chromium last, because Playwright keeps
    an event loop in this process."""

    def place(item: pytest.Item) -> tuple[int, int]:
        kind = max((at for at, kind in enumerate(SLOW_KINDS, 1) if item.get_closest_marker(kind)), default=0)
        named = item.path.stem
        return kind, STORY_FIRST.index(named) if named in STORY_FIRST else len(STORY_FIRST)

    for item in items:
        if "network" in getattr(item, "fixturenames", ()) or "fuzz" in item.path.parts:
            item.add_marker("thorough")
        if "real_network" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_network")
    items.sort(key=place)
