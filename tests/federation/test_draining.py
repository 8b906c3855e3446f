"""Draining over real sockets: every kind of inbox, several workers, a database that is away for a moment."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rq import Queue as RqQueue
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from federation import jobs
from federation.actors.keys import pem_of, read_rsa_pem
from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.jobs import deliver
from federation.queue import QUEUE_NAME
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.sending import claiming, drain, posting
from federation.sending.dead_inboxes import DeadInbox
from federation.sending.delivery import Delivery
from federation.sending.letters import Body, Letter, Sender
from federation.sending.outbox import publish
from federation.sending.published import PublishedActivity
from federation.sending.recording import record
from federation.sending.rules import Outcome
from federation.sending.signing import sign_letter
from federation.sending.turns import Turns
from federation.sending.wishes import read as read_wish
from federation.signatures import cavage, rfc9421
from federation.signatures.message import Message
from tests.federation.remote import actor_of, key_pair
from tests.federation.strange_inboxes import ACCEPTED, answering, drip, hang, reset, status, street
from tests.records import template


@pytest.fixture
def inboxes():
    with street() as opened:
        yield opened


@pytest.fixture
def hurried(monkeypatch):
    """Less patience, so that the tests take less time."""
    monkeypatch.setattr(posting, "TOTAL_TIME", 1.5)


def publish_to(session, settings, village, uris, number=1):
    for uri in uris:
        remember_actor(session, actor_of(uri, key_pair()))
    for _each in range(number):
        publish(session, settings, village, "Create", template(), also_to=uris)
    session.commit()


def rows(session):
    session.expire_all()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


LATER = format_datetime(datetime.now(UTC) + timedelta(seconds=5000), usegmt=True)


@pytest.mark.usefixtures("runtime", "hurried")
@pytest.mark.parametrize(
    ("manner", "expected", "least_pause"),
    [
        (status(202), ("done", "", 202), 0),
        (status(200, "Connection: close", body="thank you"), ("done", "", 200), 0),
        (status(301, "Location: http://127.0.0.1:1/inbox"), ("gave_up", "refused", 301), 0),
        (status(400, body="not like this"), ("gave_up", "refused", 400), 0),
        (status(410), ("gave_up", "inbox_gone", 410), 0),
        (status(429, "Retry-After: 4000"), ("due", "", 429), 3900),
        (status(429, f"Retry-After: {LATER}"), ("due", "", 429), 4500),
        (status(503, "Retry-After: 4000"), ("due", "", 503), 3900),
        (status(500, body="oh"), ("due", "", 500), 2),
        (answering(b"220 mail.example ESMTP\r\n"), ("due", "", None), 2),
        (answering(b"HTTP/1.1 202 " + b"x" * 70_000), ("due", "", None), 2),
        (reset, ("due", "", None), 2),
        (hang, ("due", "", None), 2),
        (drip, ("due", "", None), 2),
    ],
)
def test_every_kind_of_inbox_has_its_consequence(
    session, settings, village, inboxes, manner, expected, least_pause
):
    inbox = inboxes.open(manner)
    publish_to(session, settings, village, [inbox.actor_uri])
    deliver()
    (row,) = rows(session)
    assert (row.state, row.reason_code, row.last_status) == expected
    assert (row.attempts, row.claimed_until) == (1, None)
    if row.state == "due":
        assert row.due_at > now() + timedelta(seconds=least_pause)


def test_those_that_hang_do_not_hold_up_the_living(runtime, session, settings, village, inboxes, monkeypatch):
    monkeypatch.setattr(posting, "TOTAL_TIME", 4.0)
    monkeypatch.setattr(drain, "FAST_LANE", 4)
    hanging = [inboxes.open(hang).actor_uri for _each in range(8)]
    living = [inboxes.open(status(202)).actor_uri for _each in range(40)]
    publish_to(session, settings, village, hanging + living)
    deliver()
    delivered = [row.finished_at for row in rows(session) if row.state == "done"]
    gave_in = session.scalars(select(Peer.last_failure_at).where(Peer.failures > 0)).all()
    assert (len(delivered), len(gave_in)) == (40, 8)
    assert max(delivered) < min(gave_in)


def test_a_full_slow_lane_ends_its_oldest_letters_early(
    runtime, session, settings, village, inboxes, monkeypatch
):
    monkeypatch.setattr(drain, "FAST_LANE", 4)
    monkeypatch.setattr(drain, "SLOW_LANE", 4)
    monkeypatch.setattr(drain, "HURRIED", 0.8)
    monkeypatch.setattr(posting, "TOTAL_TIME", 3.0)
    publish_to(session, settings, village, [inboxes.open(hang).actor_uri for _each in range(10)])
    living = inboxes.open(status(202))
    publish_to(session, settings, village, [living.actor_uri])
    deliver()
    assert len(living.requests) == 1
    assert any("others waited" in row.last_error for row in rows(session))


def test_a_connection_is_kept_for_the_next_letter(runtime, session, settings, village, inboxes):
    inbox = inboxes.open(status(202))
    publish_to(session, settings, village, [inbox.actor_uri], number=20)
    deliver()
    assert len(inbox.requests) == 20
    assert inbox.connections <= 12
    assert {row.state for row in rows(session)} == {"done"}


def test_a_kept_connection_that_was_closed_meanwhile_costs_nothing(
    runtime, session, settings, village, inboxes
):
    async def once(_inbox, _request, writer):
        writer.write(ACCEPTED)
        await writer.drain()
        writer.transport.abort()

    inbox = inboxes.open(once)
    publish_to(session, settings, village, [inbox.actor_uri], number=12)
    deliver()
    assert {row.state for row in rows(session)} == {"done"}
    assert {row.attempts for row in rows(session)} == {1}


def test_two_workers_share_the_work_and_post_nothing_twice(runtime, session, settings, village, inboxes):
    places = [inboxes.open(status(202)) for _each in range(30)]
    publish_to(session, settings, village, [place.actor_uri for place in places], number=4)

    def work():
        turns = Turns(settings, runtime.database, runtime.queue)
        drain.drain(settings, turns.take, turns.look_up, 30)

    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert {row.state for row in rows(session)} == {"done"}
    assert [len(place.requests) for place in places] == [4] * 30


def test_an_outcome_outlives_a_database_that_is_away_for_a_moment(
    runtime, session, settings, village, inboxes
):
    inbox = inboxes.open(status(202))
    publish_to(session, settings, village, [inbox.actor_uri])
    turns = Turns(settings, runtime.database, runtime.queue)
    failures = []

    def take(done, *rest):
        if done and not failures:
            failures.append(True)
            raise OperationalError("UPDATE", {}, Exception("away"))
        return turns.take(done, *rest)

    assert drain.drain(settings, take, turns.look_up, 30)
    assert (len(failures), len(inbox.requests)) == (1, 1)
    assert [row.state for row in rows(session)] == ["done"]


def test_a_run_ends_in_time_and_calls_for_another(runtime, session, settings, village, inboxes):
    places = [inboxes.open(status(202)) for _each in range(4)]
    publish_to(session, settings, village, [place.actor_uri for place in places])
    turns = Turns(settings, runtime.database, runtime.queue)
    assert not drain.drain(settings, turns.take, turns.look_up, 0.0)
    assert {row.state for row in rows(session)} == {"due"}


def test_a_backlog_is_never_in_memory(runtime, session, settings, village, inboxes, monkeypatch):
    monkeypatch.setattr(drain, "IN_HAND", 16)
    places = [inboxes.open(status(202)) for _each in range(10)]
    publish_to(session, settings, village, [place.actor_uri for place in places], number=12)
    turns = Turns(settings, runtime.database, runtime.queue)
    claimed = []

    def take(done, room, in_hand, leave):
        found = turns.take(done, room, in_hand, leave)
        claimed.append((len(found.letters), sum(in_hand.values())))
        return found

    assert drain.drain(settings, take, turns.look_up, 30)
    assert max(new + in_hand for new, in_hand in claimed) <= 16
    assert {row.state for row in rows(session)} == {"done"}


@pytest.mark.parametrize("actor_too", [True, False])
def test_a_follower_whose_actor_is_gone_is_none_any_more(
    runtime, session, settings, village, inboxes, actor_too
):
    async def gone(inbox, request, writer):
        here = actor_of(inbox.actor_uri, key_pair())
        is_actor = request.startswith(b"GET") and not actor_too
        body = json.dumps(here).encode()
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\n"
            if is_actor
            else b"HTTP/1.1 410 Gone\r\n"
        )
        body = body if is_actor else b""
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    inbox = inboxes.open(gone)
    follow = Follow(identity_id=village.id, remote_uri=inbox.actor_uri, direction="in", state="accepted")
    follow.activity_uri = f"{inbox.actor_uri}/follow"
    session.add(follow)
    publish_to(session, settings, village, [inbox.actor_uri])
    deliver()
    session.expire_all()
    assert session.scalars(select(Follow.state)).all() == ["ended" if actor_too else "accepted"]
    assert [row.status for row in session.scalars(select(DeadInbox))] == [410]
    asked = len(inbox.requests)
    publish(session, settings, village, "Create", template())
    session.commit()
    deliver()
    assert len(inbox.requests) == asked  # not tried again


def test_a_run_asks_after_a_few_and_the_next_after_the_rest(
    runtime, session, settings, village, inboxes, monkeypatch
):
    monkeypatch.setattr(jobs, "LOOKING_TIME", -1.0)
    gone = [inboxes.open(status(410)) for _each in range(3)]
    for inbox in gone:
        follow = Follow(identity_id=village.id, remote_uri=inbox.actor_uri, direction="in", state="accepted")
        follow.activity_uri = f"{inbox.actor_uri}/follow"
        session.add(follow)
    publish_to(session, settings, village, [inbox.actor_uri for inbox in gone])
    queue = RqQueue(QUEUE_NAME, connection=runtime.queue.redis)
    ended = []
    for _run in range(3):
        waiting = [job for job in queue.get_jobs() if job.func_name == "federation.jobs.look_behind"]
        queue.empty()
        if waiting:
            jobs.look_behind(*waiting[0].args)
        else:
            deliver()
        session.expire_all()
        states = session.scalars(select(Follow.state)).all()
        ended.append(states.count("accepted"))
        session.rollback()  # let others write
    assert ended == [2, 1, 0]
    assert "federation.jobs.look_behind" not in {job.func_name for job in queue.get_jobs()}


def test_the_signature_that_is_asked_for_is_given_and_remembered(
    runtime, session, settings, village, inboxes
):
    wish = 'sig1=("@method" "@target-uri" "content-digest" "content-type");created;alg="rsa-v1_5-sha256"'

    async def picky(inbox, request, writer):
        is_right = b'"content-type");created=' in request and b"rsa-v1_5-sha256" in request
        refusal = f"HTTP/1.1 401 No\r\nAccept-Signature: {wish}\r\nContent-Length: 0\r\n\r\n".encode()
        writer.write(ACCEPTED if is_right else refusal)
        await writer.drain()

    inbox = inboxes.open(picky)
    for _each in range(2):
        publish_to(session, settings, village, [inbox.actor_uri])
        deliver()
    assert {row.state for row in rows(session)} == {"done"}
    assert len(inbox.requests) == 3  # one refusal, then right at once
    assert read_wish(session.scalars(select(Peer.wish)).one()).algorithm == "rsa-v1_5-sha256"


@pytest.mark.parametrize(
    "accept",
    ["", 'a=("@method" "@authority" "@path" "content-length");alg="rsa-pss-sha512";tag="x";nonce="n"'],
)
@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
def test_what_is_signed_without_repeating_work_is_signed_right(scheme, accept):
    keys = key_pair()
    url = "http://127.0.0.1:8101/inbox?a=b"
    letter = Letter(1, url, "127.0.0.1:8101", Body(b"{}"), Sender("http://127.0.0.1:1/actors/dorp", keys))
    headers = sign_letter(letter, url, scheme, read_wish(accept))
    message = Message("POST", url, tuple(headers.items()), b"{}", now())
    if scheme == "cavage":
        (claim,) = cavage.read(message)
        claim.check(read_rsa_pem(pem_of(keys.rsa.public_key())))
        return
    if accept:
        assert 'tag="x";nonce="n"' in headers["signature-input"]
        assert headers["signature-input"].startswith('a=("@method" "@authority" "@path" "content-length" ')
        return
    (claim,) = rfc9421.read(message)
    claim.check(keys.ed25519.public_key())


outcomes = st.sampled_from([202, 202, 400, 401, 429, 500, 503, None, "postponed", "lost"])


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    mail=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=2, max_size=12),
    fate=st.lists(outcomes, min_size=25, max_size=25),
)
def test_nothing_overtakes_an_earlier_message_about_the_same_object(session, village, mail, fate):
    """Whatever comes of each attempt: what is later waits until the earlier is done or given up."""
    for table in (Delivery, PublishedActivity, Peer):
        session.execute(delete(table))
    activity = PublishedActivity(uri="https://dorp.example/a", type="Create", identity_id=village.id)
    activity.document, activity.created_at = {}, now()
    session.add(activity)
    session.flush()
    for about, to in mail:
        host = f"host{to}.example"
        row = Delivery(
            activity_uri=activity.uri, identity_id=village.id, host=host, inbox=f"https://{host}/inbox"
        )
        row.object_uri = f"https://dorp.example/objects/{about}"
        session.add(row)
        session.flush()
    for result in fate:
        before = now() - timedelta(seconds=1)
        session.execute(update(Delivery).where(Delivery.state == "due").values(due_at=before))
        session.execute(update(Peer).values(breaker_until=None))
        claimed = claiming.claim(session, 3)
        waiting = {row.id: row for row in session.scalars(select(Delivery).where(Delivery.state == "due"))}
        chosen = {row.id for row in claimed}
        for number in chosen:
            mine = waiting[number]
            earlier = [
                row.id
                for row in waiting.values()
                if row.id < number and (row.inbox, row.object_uri) == (mine.inbox, mine.object_uri)
            ]
            assert earlier == []
        if result == "lost":  # the worker died: its claims run out
            session.execute(update(Delivery).values(claimed_until=before))
            continue
        code = None if result == "postponed" else result
        record(
            session, [(row, Outcome(row.id, status=code, postponed=result == "postponed")) for row in claimed]
        )
        session.expire_all()
    assert Counter(row.state for row in rows(session)).total() == len(mail)
    session.rollback()
