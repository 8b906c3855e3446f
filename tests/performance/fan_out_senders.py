"""The senders that are compared: a node with real worker processes, bare aiohttp, and Fedify."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

import node.models  # noqa: F401  # all tables
from federation.actors.identities import create_identity, get_identity
from federation.actors.remote_actors import RemoteActor
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.runtime import Runtime, build_runtime
from federation.sending.delivery import Delivery
from federation.sending.outbox import publish
from federation.settings import Settings, environment_of
from tests.databases import sqlite_database
from tests.interop.peer import HERE as INTEROP
from tests.interop.peer import node_binary
from tests.journeys.nodes import free_port
from tests.parts import valkey_server
from tests.records import template

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 120.0  # seconds


class Talker:
    """A process that answers lines with lines."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
        )
        self.first = self.hear()

    def hear(self) -> Any:
        """The next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the process ended"
        return line if line == "ready" else json.loads(line)

    def say(self, value: Any) -> None:
        """Send a line of JSON."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")

    def ask(self, value: Any) -> Any:
        """Send a line and wait for the answer."""
        self.say(value)
        return self.hear()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Sinks:
    """Inboxes of distinct origins in two processes, so that no sender waits for them; some hang or refuse."""

    def __init__(self, stack: ExitStack, number: int, dead: int) -> None:
        hanging = dead // 2
        self._processes = [
            talking(stack, sys.executable, str(HERE / "fan_out_sinks.py"), str(count), str(hangs))
            for count, hangs in ((number // 2, 0), (number - number // 2 + hanging, hanging))
        ]
        ports = [port for process in self._processes for port in process.first]
        self.living = [address(port) for port in ports[: len(ports) - hanging]]
        self.dead = [address(port) for port in ports[len(ports) - hanging :]]
        for _each in range(dead - hanging):  # bound and not listening: nobody else gets the port
            taken = stack.enter_context(socket.socket())
            taken.bind(("127.0.0.1", 0))
            self.dead.append(address(taken.getsockname()[1]))

    def count(self) -> tuple[int, float]:
        """How many living inboxes got something since the last count, and when the last of them did."""
        answers = [process.ask(0) for process in self._processes]
        return sum(number for number, _at in answers), max(at for _number, at in answers)


def address(port: int) -> str:
    """The inbox at a port."""
    return f"http://127.0.0.1:{port}/inbox"


def talking(stack: ExitStack, *command: str) -> Talker:
    """A process that is ended with the test."""
    talker = Talker(*command)
    stack.callback(talker.close)
    return talker


class Node:
    """A node whose followers live at the given inboxes, with worker processes of the real program."""

    def __init__(self, stack: ExitStack, folder: Path, workers: int) -> None:
        folder.mkdir()
        redis_url = stack.enter_context(valkey_server(folder))
        self.settings = Settings(
            data_dir=folder,
            database_url=sqlite_database(folder),
            redis_url=redis_url,
            allow_loopback=True,
            secret_key="s" * 40,
            log_level="WARNING",
        )
        self.runtime: Runtime = build_runtime(self.settings)
        self._swept_at = 0.0
        stack.callback(self.runtime.close)
        base = f"http://127.0.0.1:{free_port()}"
        with self.runtime.database.session() as session:
            for role, name in (("server", "server"), ("cooperative", "dorp")):
                create_identity(session, self.settings, role=role, username=name, name=name, base_url=base)
            session.commit()
        environment = {**os.environ, **environment_of(self.settings)}
        for _each in range(workers):
            command = [sys.executable, "-m", "deploy", "worker"]
            stack.callback(end, subprocess.Popen(command, env=environment, cwd=ROOT))
        wait_for(lambda: self._workers() == workers)

    def _workers(self) -> int:
        return len(self.runtime.queue.redis.smembers("rq:workers"))  # type: ignore[arg-type]

    @property
    def rsa_key(self) -> Path:
        """The file of the key that it signs with."""
        return self.settings.secrets_dir / "dorp.rsa.pem"

    def set_followers(self, inboxes: list[str]) -> None:
        """Exactly these inboxes follow the cooperative, and nothing is known of their hosts."""
        with self.runtime.database.session() as session:
            identity = get_identity(session, "cooperative")
            for table in (Follow, RemoteActor, Peer):
                session.execute(delete(table))
            for inbox in inboxes:
                uri = inbox.replace("/inbox", "/actor")
                host = inbox.split("/")[2]
                session.add(
                    RemoteActor(uri=uri, document={"id": uri, "inbox": inbox}, inbox=inbox, host=host)
                )
                follow = Follow(identity_id=identity.id, remote_uri=uri, direction="in", state="accepted")
                follow.activity_uri = f"{uri}#follow"
                session.add(follow)
            session.commit()

    def publish(self) -> float:
        """Publish one activity to all followers; the instant before."""
        start = self._swept_at = time.monotonic()
        with self.runtime.database.session() as session:
            publish(session, self.settings, get_identity(session, "cooperative"), "Create", template())
            session.commit()
        return start

    def wait_until(self, done: int) -> float:
        """Until so many deliveries are recorded as done; the instant of the last by its own row."""
        wait_for(lambda: self._done() >= done or self._sweep())
        with self.runtime.database.session(write=False) as session:
            latest = session.scalar(select(func.max(Delivery.finished_at)).where(Delivery.state == "done"))
        assert latest is not None
        return time.monotonic() - (time.time() - latest.timestamp())

    def _sweep(self) -> bool:
        """What the schedule does every minute, for a letter that failed and waits: every 5 seconds here."""
        if time.monotonic() - self._swept_at > 5:
            self._swept_at = time.monotonic()
            self.runtime.queue.wake("federation.jobs.deliver")
        return False

    def _done(self) -> int:
        with self.runtime.database.session(write=False) as session:
            count = select(func.count()).select_from(Delivery).where(Delivery.state == "done")
            return session.scalar(count) or 0

    def forget(self) -> None:
        """No deliveries, and the worker has nothing in hand."""
        with self.runtime.database.session() as session:
            session.execute(update(Delivery).where(Delivery.state == "due").values(state="discarded"))
            session.commit()
        time.sleep(0.5)
        with self.runtime.database.session() as session:
            session.execute(delete(Delivery))
            session.execute(delete(Peer))
            session.commit()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours."""
    process.kill()
    process.wait(10)


def wait_for(holds: Callable[[], bool], seconds: float = PATIENCE, every: float = 0.05) -> None:
    """Until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(every)


def bare(stack: ExitStack, key: Path, processes: int) -> list[Talker]:
    """Bare aiohttp in so many processes."""
    command = (sys.executable, str(HERE / "fan_out_bare.py"), str(key))
    return [talking(stack, *command) for _each in range(processes)]


def bare_seconds(processes: list[Talker], inboxes: list[str], body: str) -> float:
    """How long bare aiohttp takes, the inboxes divided over its processes."""
    start = time.monotonic()
    for at, process in enumerate(processes):
        process.say({"inboxes": inboxes[at :: len(processes)], "body": body})
    for process in processes:
        process.hear()
    return time.monotonic() - start


def fedify(stack: ExitStack, key: Path, redis_socket: str = "-") -> Talker:
    """Fedify, without a queue or with its Redis queue."""
    program = str(INTEROP / "fan_out.mjs")
    return talking(stack, str(node_binary()), program, str(key), redis_socket, str(free_port()))


@contextmanager
def redis_socket(folder: Path) -> Iterator[str]:
    """A Valkey of its own for Fedify's queue; the path of its socket."""
    folder.mkdir()
    with valkey_server(folder) as url:
        yield url.removeprefix("unix://")
