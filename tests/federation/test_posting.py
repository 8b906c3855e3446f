"""Posting over real HTTP: two ways to knock, a host that is down, and addresses we never post to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from federation import runtime as runtime_module
from federation.actors.remote_actors import remember_actor
from federation.jobs import deliver
from federation.relations.peers import Peer
from federation.sending.connections import Connections
from federation.sending.letters import Body, Letter, Manner, Sender, body_of
from federation.sending.outbox import publish
from federation.sending.posting import Poster
from federation.settings import Settings
from tests.federation.remote import actor_of, key_pair
from tests.records import template

SETTINGS = Settings(allow_loopback=True)


class Post(ThreadingHTTPServer):
    """An inbox that takes one signature scheme and remembers what it saw."""

    def __init__(
        self, *, takes: str = "any", status: int = 202, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.takes, self.status, self.headers = takes, status, headers or {}
        self.seen: list[str] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Post

    def do_POST(self) -> None:
        json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        scheme = "rfc9421" if "Signature-Input" in self.headers else "cavage"
        self.server.seen.append(scheme)
        status = self.server.status if self.server.takes in {"any", scheme} else 401
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def post(**options: Any) -> Iterator[Post]:
    with Post(**options) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def letters(host, number=1, schemes=("rfc9421", "cavage"), path="/inbox"):
    sender = Sender("http://127.0.0.1:1/actors/dorp", key_pair())
    body = Body(body_of({"type": "Create"}))
    return [Letter(at, f"http://{host}{path}", host, body, sender, Manner(schemes)) for at in range(number)]


def post_all(settings, mail):
    async def run():
        poster = Poster(settings, Connections(settings))
        return [await poster.post(letter, keep=False) for letter in mail]

    return asyncio.run(run())


@pytest.mark.parametrize("takes", ["rfc9421", "cavage"])
def test_the_other_scheme_is_tried_once_and_then_remembered(takes):
    with post(takes=takes) as server:
        outcomes = post_all(SETTINGS, letters(server.host, 9))
    assert {outcome.scheme for outcome in outcomes} == {takes}
    assert server.seen.count(takes) == 9
    assert len(server.seen) <= 9 + 1


def test_a_refusal_by_both_is_reported():
    with post(takes="none") as server:
        (outcome,) = post_all(SETTINGS, letters(server.host))
    assert (outcome.status, outcome.scheme, server.seen) == (401, "", ["rfc9421", "cavage"])


def test_retry_after_is_read():
    with post(status=429, headers={"Retry-After": "120"}) as server:
        (outcome,) = post_all(SETTINGS, letters(server.host))
    assert (outcome.status, outcome.retry_after) == (429, 120.0)


def test_a_redirect_is_not_followed():
    with post() as other, post(status=307, headers={"Location": f"http://{other.host}/inbox"}) as server:
        (outcome,) = post_all(SETTINGS, letters(server.host))
    assert (outcome.status, other.seen) == (307, [])


def test_loopback_is_refused_where_it_is_not_allowed():
    with post() as server:
        (outcome,) = post_all(replace(SETTINGS, allow_loopback=False), letters(server.host))
    assert (outcome.status, outcome.forbidden, server.seen) == (None, True, [])


def test_the_scheme_that_worked_is_remembered_per_host(runtime, session, settings, village):
    with post(takes="rfc9421") as server:
        uri = f"http://{server.host}/actors/alice"
        remember_actor(session, actor_of(uri, key_pair()))  # unknown software: draft-cavage is tried first
        runtime_module.install(runtime)
        for _each in range(2):
            publish(session, settings, village, "Create", template(), also_to=[uri])
            session.commit()
            deliver()
    assert server.seen == ["cavage", "rfc9421", "rfc9421"]
    assert session.scalars(select(Peer.scheme)).all() == ["rfc9421"]
