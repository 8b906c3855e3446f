"""The network of the stories: a hub on PostgreSQL and villages on SQLite, each a real node."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.journeys.nodes import Node
from tests.journeys.people import Person, begin, invite
from tests.parts import postgres_server


class Network:
    """The running nodes and their people; more villages are started when a story asks."""

    def __init__(self, folder: Path, postgres: str) -> None:
        self.folder = folder
        self._postgres = postgres
        self.nodes: dict[str, Node] = {}
        self.people: dict[tuple[str, str], Person] = {}

    def node(self, name: str) -> Node:
        """A running node by its name."""
        return self.nodes[name]

    def person(self, node: str, role: str = "administrator") -> Person:
        """Somebody of a node, signed in."""
        return self.people[node, role]

    def start(self, *names: str, host: str = "127.0.0.1") -> None:
        """Start nodes side by side and wait until each answers."""
        for name in names:
            environment = {"DATABASE_URL": self._database(name)} if name == "hub" else {}
            self.nodes[name] = Node(name, self.folder, host=host, **environment)
            self.nodes[name].start()
        for name in names:
            self.nodes[name].wait_until_ready()

    def begin_hub(self) -> None:
        """Set the hub up: its first administrator is its coordinator too."""
        person = begin(self.node("hub"), name="Landelijk netwerk", place="Utrecht", village=False, hub=True)
        self.people["hub", "administrator"] = person

    def begin_village(self, node: str, name: str, place: str, *roles: str) -> None:
        """Set a village up, with one more person for each of these roles."""
        administrator = begin(self.node(node), name=name, place=place)
        self.people[node, "administrator"] = administrator
        for role in roles:
            email = f"{role}@{node}.example"
            self.people[node, role] = invite(administrator, f"Noor {role}", email, role)

    def close(self) -> None:
        """Stop everything that was started."""
        for node in self.nodes.values():
            node.close()

    def _database(self, name: str) -> str:
        admin = create_engine(self._postgres, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE omzien_{name}"))
        admin.dispose()
        return make_url(self._postgres).set(database=f"omzien_{name}").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def real_network() -> Iterator[Network]:
    """Three nodes, set up by their wizards: a hub, Austerlitz, and the new village Elsendorp."""
    with ExitStack() as stack:
        # a short path of its own: the sockets in it may not be longer than 108 characters
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oz-")))
        built = Network(folder, stack.enter_context(postgres_server()))
        stack.callback(built.close)
        built.start("hub", "austerlitz", "elsendorp")
        built.begin_hub()
        built.begin_village("austerlitz", "Austerlitz Zorgt", "Austerlitz", "supporter", "board")
        built.begin_village("elsendorp", "Elsendorp Samen", "Elsendorp", "board")
        yield built
