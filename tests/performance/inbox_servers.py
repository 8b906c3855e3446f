"""What is measured: a whole node, a bare server and Fedify, each as two processes with SQLite."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

import node.models  # noqa: F401  # all tables
from federation.actors.keys import pem_of
from federation.actors.remote_actors import remember_actor
from federation.relations.standing import set_rule
from federation.runtime import build_runtime
from federation.settings import Settings, environment_of
from tests.databases import SQLITE_NAME, sqlite_database
from tests.interop.peer import HERE as INTEROP
from tests.interop.peer import node_binary
from tests.journeys.nodes import free_port
from tests.node.signing_in import BASE_URL, set_up_village

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
PATIENCE = 60.0  # seconds to start


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, its database, and its process."""

    name: str
    port: int
    database: Path
    table: str
    process: subprocess.Popen[bytes]
    settings: Settings = field(default_factory=Settings)
    """Of a node."""

    def count(self, *states: str) -> int:
        """How many rows of a node's inbox are in one of these states."""
        marks = ", ".join("?" * len(states))
        with sqlite3.connect(self.database) as database:
            query = f"SELECT count(*) FROM inbox_activity WHERE state IN ({marks})"
            found = int(database.execute(query, states).fetchone()[0])
        database.close()
        return found

    def uris(self) -> set[str]:
        """The ids of what it kept."""
        with sqlite3.connect(self.database) as database:
            found = {uri for (uri,) in database.execute(f"SELECT uri FROM {self.table}")}
        database.close()
        return found

    def children(self) -> list[int]:
        """The processes that serve."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]


@contextmanager
def a_node(folder: Path, redis_url: str, sender: dict[str, object]) -> Iterator[Served]:
    """The web server of a village that is set up and knows one sender; its address is BASE_URL."""
    settings = node_settings(folder, redis_url)
    prepare_node(settings, sender)
    command = [sys.executable, "-P", "-m", "deploy", "web"]
    with _running(command, environment_of(settings), settings.port) as process:
        yield Served("node", settings.port, folder / SQLITE_NAME, "inbox_activity", process, settings)


@contextmanager
def web_server(settings: Settings) -> Iterator[str]:
    """The web server of a node whose database is ready; its address."""
    command = [sys.executable, "-P", "-m", "deploy", "web"]
    with _running(command, environment_of(settings), settings.port):
        yield f"http://127.0.0.1:{settings.port}"


def node_settings(folder: Path, redis_url: str) -> Settings:
    """The settings of a node with two web workers; the rest as everybody has it."""
    return Settings(
        data_dir=folder,
        database_url=sqlite_database(folder),
        redis_url=redis_url,
        port=free_port(),
        web_workers=WORKERS,
        allow_loopback=True,
        secret_key="s" * 40,
        log_level="ERROR",
    )


def prepare_node(settings: Settings, sender: dict[str, object]) -> None:
    """Set a village up that allows one sender, whose document it has."""
    runtime = build_runtime(replace(settings, web_workers=1))
    set_up_village(settings, runtime)
    with runtime.database.session() as session:
        remember_actor(session, sender)
        set_rule(session, str(sender["id"]), "allow", reason="", by="test")
        session.commit()
    runtime.close()


@contextmanager
def the_floor(folder: Path, rsa: RSAPublicKey, ed25519: Ed25519PublicKey) -> Iterator[Served]:
    """Bare Flask on granian, see `inbox_floor`."""
    keys = []
    for name, key in (("rsa", rsa), ("ed25519", ed25519)):
        (folder / f"{name}.pem").write_text(pem_of(key))
        keys.append(str(folder / f"{name}.pem"))
    port, database = free_port(), folder / "floor.sqlite3"
    script = Path(__file__).with_name("inbox_floor.py")
    with _running([sys.executable, str(script), str(port), str(database), *keys], {}, port) as process:
        yield Served("floor", port, database, "inbox", process)


@contextmanager
def fedify(folder: Path) -> Iterator[Served]:
    """Fedify in two processes, see tests/interop/inbox_server.mjs."""
    port, database = free_port(), folder / "fedify.sqlite3"
    script = INTEROP / "inbox_server.mjs"
    command = [str(node_binary()), str(script), str(port), str(database), str(WORKERS)]
    with _running(command, {}, port) as process:
        yield Served("fedify", port, database, "inbox", process)


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    merged = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen(command, env=merged, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), f"{command[1]} to answer")
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    """True when somebody answers, whatever it says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait, within reason."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.05)


HOST = BASE_URL.removeprefix("http://")
