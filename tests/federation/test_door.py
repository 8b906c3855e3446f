"""The door: bounded bodies, one row per message, and never a 202 for a row that is not there."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from federation import flask_session
from federation.database import now
from federation.fetching.documents import MOST_POSTED
from federation.receiving import keeping
from federation.receiving.door import Door
from federation.receiving.inbox import InboxActivity
from federation.receiving.keeping import Keeper
from federation.relations.standing import lift_rule, set_rule
from federation.signatures.message import Message
from schemas.errors import NotReady
from tests.federation.conftest import BASE
from tests.federation.messages import note
from tests.federation.remote import ALICE, AP, actor_of, key_pair, message
from tests.performance.inbox_requests import Signer
from tests.performance.inbox_servers import HOST, a_node

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEADERS = {"X-Content-Type-Options": "nosniff"}


@pytest.fixture
def door(runtime, alice, session) -> Flask:
    """The door before an application that has nothing else."""
    session.close()
    app = Flask(__name__)
    flask_session.init_app(app, runtime)
    app.wsgi_app = Door(app.wsgi_app, runtime, HEADERS.items())
    return app


def numbered(number: int, scheme: str = "rfc9421") -> Message:
    activity = note(id=f"https://elders.example/activities/{number}")
    return message(activity, url=f"{BASE}/inbox", actor=ALICE, scheme=scheme)


def post(app: Flask, found: Message, path: str = "/inbox"):
    return app.test_client().post(path, base_url=BASE, headers=list(found.headers), data=found.body)


def kept(runtime) -> int:
    with runtime.database.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(InboxActivity))


@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_the_row_says_how_its_sender_was_verified(door, runtime, scheme):
    answer = post(door, numbered(1, scheme))
    assert (answer.status_code, answer.data) == (202, b"")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with runtime.database.session(write=False) as session:
        row = session.scalars(select(InboxActivity)).one()
    assert (row.scheme, row.state, row.attempts, row.type) == (scheme, "new", 0, "Create")
    assert row.document["object"]["content"] == "Dag"
    assert row.due_at == row.received_at <= now()


@ON_SQLITE
def test_other_methods_and_unknown_names_are_refused_without_reading(door):
    client = door.test_client()
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        answer = client.open("/inbox", base_url=BASE, method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert answer.mimetype == "application/problem+json"
    answer = client.post("/actors/nobody/inbox", base_url=BASE, data=b"{}")
    assert (answer.status_code, answer.json["status"]) == (404, 404)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.post("/elsewhere", base_url=BASE).status_code == 404  # by the application behind


def test_a_decision_of_people_takes_effect_with_the_next_message(door, session):
    assert post(door, numbered(1)).status_code == 202
    set_rule(session, "elders.example", "suspend", reason="spam", by="board")
    session.commit()
    assert post(door, numbered(2)).status_code == 403
    lift_rule(session, "elders.example")
    session.commit()
    assert post(door, numbered(3)).status_code == 202


def test_a_key_that_was_replaced_is_refused_with_the_next_message(door, session, alice):
    from federation.actors.remote_actors import remember_actor

    assert post(door, numbered(1)).status_code == 202
    remember_actor(session, actor_of(ALICE, key_pair(1)))
    session.commit()
    assert post(door, numbered(2)).status_code == 401


def test_fifty_threads_with_one_message_make_one_row(door, runtime):
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: post(door, numbered(7)).status_code, range(50)))
    assert set(answers) == {202}
    assert kept(runtime) == 1


def test_two_processes_that_get_the_same_messages_wait_for_one_another(runtime, alice, session):
    """Two keepers stand for two processes; the ids come in opposite order, as a deadlock would want."""
    session.close()
    keepers = [Keeper(runtime.database, lambda: None) for _ in range(2)]
    rows = [row_of(at) for at in range(60)]
    work = [
        (keeper, row)
        for pair in zip(rows, reversed(rows), strict=True)
        for keeper, row in zip(keepers, pair, strict=True)
    ]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda each: each[0].keep(each[1]), work))
    assert kept(runtime) == 60


def row_of(number: int, **changes: object) -> dict[str, object]:
    values = {
        "uri": f"https://elders.example/activities/{number}",
        "actor_uri": ALICE,
        "type": "Create",
        "object_type": "Note",
        "document": {"id": number, "text": "één"},
        "scheme": "cavage",
        "received_at": now(),
        "due_at": now(),
    }
    return {**values, **changes}


def test_a_row_that_cannot_be_written_harms_no_other_row(runtime, alice, session):
    session.close()
    keeper = Keeper(runtime.database, lambda: None)
    rows = [row_of(at, **({"actor_uri": None} if at == 5 else {})) for at in range(20)]

    def keep(row):
        try:
            keeper.keep(row)
        except IntegrityError as error:
            return type(error).__name__
        return "kept"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(keep, rows))
    assert outcomes == ["IntegrityError" if at == 5 else "kept" for at in range(20)]
    assert kept(runtime) == 19


def limit_pages(runtime, pages: Callable[[int], int]) -> None:
    """New connections may have this many pages, given how many there are."""
    engine = runtime.database.engine
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _limit(connection, _record):
        count = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages(count)}")


@ON_SQLITE
def test_a_full_disk_is_503_and_nothing_is_half_written(door, runtime):
    limit_pages(runtime, lambda count: count)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda at: post(door, numbered(at)), range(40)))
    refused = [answer for answer in answers if answer.status_code != 202]
    assert refused, "the disk was not full"
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in refused} == {(503, "60")}
    assert kept(runtime) == len(answers) - len(refused)
    limit_pages(runtime, lambda count: count + 1000)
    assert post(door, numbered(1000)).status_code == 202
    assert kept(runtime) == len(answers) - len(refused) + 1


@ON_SQLITE
def test_a_database_that_stays_locked_is_503_in_bounded_time(door, runtime, settings, monkeypatch):
    monkeypatch.setattr(keeping, "LOCK_PATIENCE", 0.3)
    other = sqlite3.connect(Path(settings.data_dir) / "omzien.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda at: post(door, numbered(at)), range(12)))
    assert {answer.status_code for answer in answers} == {503}
    assert time.monotonic() - start < 30
    other.execute("ROLLBACK")
    other.close()
    assert kept(runtime) == 0
    assert post(door, numbered(99)).status_code == 202


@ON_SQLITE
def test_who_waits_too_long_gets_no_false_answer_and_holds_up_nobody(
    runtime, alice, session, settings, monkeypatch
):
    """Followers lose their patience before the writer does; whoever got the pen still writes."""
    session.close()
    monkeypatch.setattr(keeping, "LOCK_PATIENCE", 30)
    monkeypatch.setattr(keeping, "PATIENCE", 0.2)
    keeper = Keeper(runtime.database, lambda: None)
    other = sqlite3.connect(Path(settings.data_dir) / "omzien.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    failed: list[int] = []

    def keep(number: int) -> None:
        try:
            keeper.keep(row_of(number))
        except NotReady:
            failed.append(number)

    threads = [threading.Thread(target=keep, args=(at,)) for at in range(10)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while len(failed) < 9:  # all but the writer, who has more patience
        assert time.monotonic() < deadline
        time.sleep(0.01)
    other.execute("ROLLBACK")
    other.close()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert len(failed) == 9
    keeper.keep(row_of(50))
    assert kept(runtime) == 2


@ON_SQLITE
def test_large_bodies_are_refused_by_what_they_say_and_by_what_they_are(door):
    client = door.test_client()
    large = b"x" * (MOST_POSTED + 1)
    assert client.post("/inbox", base_url=BASE, data=large, content_type=AP).status_code == 413
    claimed = {"CONTENT_LENGTH": str(10**12)}
    assert client.post("/inbox", base_url=BASE, environ_overrides=claimed).status_code == 413
    broken_off = {"CONTENT_LENGTH": "100", "wsgi.input_terminated": True}
    answer = client.post("/inbox", base_url=BASE, data=b"{}", content_type=AP, environ_overrides=broken_off)
    assert answer.status_code == 422


def test_bodies_in_pieces_come_through_the_real_server(tmp_path, redis_url):
    """Granian reads chunked bodies for us: whole, bounded, and not believing a length."""
    sender = actor_of(ALICE, key_pair())
    with a_node(tmp_path, redis_url, sender) as node:
        signer = Signer(ALICE, key_pair(), HOST)
        (whole,), (uri,) = signer.requests("cavage", 1)
        assert in_pieces(node.port, whole, pause=0.05) == (202, "")
        assert uri in node.uris()
        too_large = [b" " * 60_000] * 6
        status, problem = chunked(node.port, {"Content-Type": AP}, too_large)
        assert (status, json.loads(problem)["status"]) == (413, 413)


def in_pieces(port: int, request: bytes, pause: float) -> tuple[int, str]:
    head, body = request.split(b"\r\n\r\n", 1)
    pairs = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    headers = {name: value for name, value in pairs if name != "Content-Length"}
    return chunked(port, headers, [body[at : at + 300] for at in range(0, len(body), 300)], pause)


def chunked(port: int, headers: dict[str, str], pieces: list[bytes], pause: float = 0.0) -> tuple[int, str]:
    def slowly():
        for piece in pieces:
            time.sleep(pause)
            yield piece

    for _attempt in range(5):  # who is answered before the last piece may find the line cut
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            try:
                with suppress(BrokenPipeError):
                    connection.request("POST", "/inbox", body=slowly(), headers=headers, encode_chunked=True)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            except ConnectionResetError:
                continue
    raise AssertionError("no answer in five attempts")
