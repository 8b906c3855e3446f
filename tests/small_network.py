"""Small nodes for tests of the flow: real databases, real HTTP on loopback, jobs run by hand.

A node here has the routes of `federation` and `directory` only. Its jobs run when a test says
so, taken from its real queue, so that lost wake-ups are noticed.
"""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from rq import Queue as RqQueue
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server

import node.listeners
import node.models  # noqa: F401
from directory.relaying import web as relaying_web
from federation import flask_session, timers
from federation import runtime as runtime_module
from federation import web as federation_web
from federation.actors.identities import Identity, create_identity, find_identity, get_identity
from federation.actors.learning import learn_actor
from federation.queue import QUEUE_NAME
from federation.receiving.door import Door
from federation.relations.followers import find_follow
from federation.relations.follows import accept_follow, end_follow, pending_requests, request_follow
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from schemas.errors import AppError

SOONEST = 0.05  # seconds; what a timer takes at least, see federation.timers
TYPES = {"hub": "hub", "village": "cooperative"}


class SmallNode:
    """One node: a runtime, a web server in a thread, and its identities."""

    def __init__(self, runtime: Runtime, name: str, role: str) -> None:
        self.runtime, self.name, self.role = runtime, name, TYPES[role]
        self._server: BaseWSGIServer | None = None
        self.port = 0
        self.start()
        self.url = f"http://127.0.0.1:{self.port}"
        with self.session() as session:
            for identity_role, username in (("server", "server"), (self.role, name)):
                create_identity(
                    session,
                    self.settings,
                    role=identity_role,
                    username=username,
                    name=name.title(),
                    base_url=self.url,
                )
            session.commit()
            self.actor_uri = get_identity(session, self.role).actor_uri

    @property
    def settings(self) -> Settings:
        return self.runtime.settings

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A writing session of this node."""
        with self.runtime.database.session() as session:
            yield session

    def start(self) -> None:
        """Serve, on the same port as before."""
        app = Flask("small")
        flask_session.init_app(app, self.runtime)
        app.register_blueprint(federation_web.bp)
        app.wsgi_app = Door(app.wsgi_app, self.runtime)  # type: ignore[method-assign]
        app.register_blueprint(relaying_web.bp)
        app.register_error_handler(AppError, lambda error: (error.title, error.status))
        self._server = make_server("127.0.0.1", self.port, app, threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop serving, as if the machine were off."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def run(self, job: str, *args: str) -> None:
        """Run one job in the name of this node."""
        runtime_module.install(self.runtime)
        module, name = job.rsplit(".", 1)
        getattr(importlib.import_module(module), name)(*args)

    def drain(self) -> int:
        """Run what waits in the queue; returns the number of jobs."""
        queue = RqQueue(QUEUE_NAME, connection=self.runtime.queue.redis)
        jobs = queue.get_jobs()
        for job in jobs:
            queue.remove(job)
            self.run(job.func_name, *job.args)
        return len(jobs)

    def forget_queue(self) -> None:
        """Lose everything the queue knew."""
        self.runtime.queue.redis.flushdb()

    def identity(self, session: Session) -> Identity:
        return get_identity(session, self.role)

    def all(self, query: Any) -> list[Any]:
        """The rows of a query, read with a session of their own."""
        with self.runtime.database.session(write=False) as session:
            return list(session.scalars(query))

    def get(self, model: type[Any], key: Any) -> Any:
        with self.runtime.database.session(write=False) as session:
            return session.get(model, key)

    def do(self, work: Callable[[Session, Identity], Any]) -> Any:
        """Do something as this node's identity, and commit."""
        with self.session() as session:
            result = work(session, self.identity(session))
            session.commit()
            return result


def wait_for_timers() -> None:
    """A door wakes its worker a moment after it answered: wait for that moment, however long it takes."""
    deadline = time.monotonic() + 20
    time.sleep(SOONEST)
    while any(timer.interval <= SOONEST for timer in [*timers._waiting.values(), *timers._ringing]):
        assert time.monotonic() < deadline, "a timer does not ring"
        time.sleep(0.01)


class Network:
    """The nodes of one test."""

    def __init__(self, folder: Path, make_database: Callable[[Path], str], redis_url: str) -> None:
        self._folder, self._make_database, self._redis_url = folder, make_database, redis_url
        self.nodes: list[SmallNode] = []

    def add(self, name: str, role: str, **settings: Any) -> SmallNode:
        """Start one more node with an empty database."""
        data_dir = self._folder / name
        data_dir.mkdir()
        values = {"relay_interval": 0, **settings}
        built = build_runtime(
            Settings(
                data_dir=data_dir,
                database_url=self._make_database(data_dir),
                redis_url=f"{self._redis_url}?db={len(self.nodes) + 1}",
                allow_loopback=True,
                secret_key="s" * 40,
                **values,
            )
        )
        built.queue.redis.flushdb()
        self.nodes.append(SmallNode(built, name, role))
        return self.nodes[-1]

    def settle(self, rounds: int = 20) -> None:
        """Let all nodes work until no queue holds anything."""
        for _round in range(rounds):
            if not sum(node.drain() for node in self.nodes):
                wait_for_timers()
                if not sum(node.drain() for node in self.nodes):
                    return
        raise AssertionError("the network does not come to rest")

    def join(self, village: SmallNode, hub: SmallNode) -> None:
        """A village asks, the coordinator accepts, and all is done that follows."""
        self.ask(village, hub)
        self.settle()
        hub.do(
            lambda session, identity: [
                accept_follow(session, hub.settings, follow, by="coordinator")
                for follow in pending_requests(session, identity)
            ]
        )
        self.settle()

    def ask(self, village: SmallNode, hub: SmallNode) -> None:
        remote = learn_actor(village.runtime.database, village.settings, hub.actor_uri)

        def work(session: Session, identity: Identity) -> None:
            asks = find_identity(session, "cooperative") or identity  # where a village is a hub as well
            request_follow(session, village.settings, asks, remote)

        village.do(work)

    def leave(self, village: SmallNode, hub: SmallNode) -> None:
        """A village ends its membership, and all is done that follows."""

        def work(session: Session, identity: Identity) -> None:
            follow = find_follow(session, identity.id, hub.actor_uri, "out")
            end_follow(session, village.settings, follow, by="anna")

        village.do(work)
        self.settle()

    def close(self) -> None:
        for node_ in self.nodes:
            node_.stop()
            node_.runtime.close()
