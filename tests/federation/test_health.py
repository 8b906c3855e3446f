"""How peers are doing: every fact, sorted by what needs attention, in a few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.health import inbox_failures, pauses
from federation.health.alarms import DismissedAlarm, dismiss, list_alarms
from federation.health.failures import REASONS, reason_of
from federation.health.peers import CONDITIONS, PAGE_SIZE, count_conditions, find_peer, list_peers
from federation.health.queues import queues
from federation.receiving.inbox import InboxActivity
from federation.relations.followers import Follow
from federation.relations.peers import Peer, clear_alarm, note_alarm
from federation.sending import dead_letters, discarded
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from schemas.errors import InvalidInput, NotFound
from tests.federation.remote import ALICE

MOST_QUERIES = 8
ACTIVITY = "http://127.0.0.1:8101/activities/1"


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []
    engine = session.get_bind()
    assert isinstance(engine, Engine)

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def letter(session, village):
    """Make deliveries of one activity."""
    session.add(
        PublishedActivity(
            uri=ACTIVITY, type="Follow", identity_id=village.id, document={"id": ACTIVITY}, created_at=now()
        )
    )
    session.flush()

    def make(host: str, state: str = "due", **values: object) -> Delivery:
        row = Delivery(
            activity_uri=ACTIVITY,
            identity_id=village.id,
            inbox=f"https://{host}/inbox",
            host=host,
            state=state,
            **values,
        )
        session.add(row)
        session.flush()
        return row

    return make


def one_of_each(session: Session, letter) -> None:
    """A peer in each condition, named after it."""
    present = now()
    fresh = {"last_success_at": present, "failures": 0}
    session.add_all(
        [
            Peer(host="alarm.example", alarm="key_mismatch", alarm_at=present, **fresh),
            Peer(host="skew.example", clock_skew=420.0, **fresh),
            Peer(host="down.example", failures=5, last_failure="ConnectionRefusedError",
                 last_failure_at=present, breaker_until=present + timedelta(minutes=30)),
            Peer(host="undelivered.example", **fresh),
            Peer(host="failing.example", failures=2, last_failure="TimeoutError: ", last_failure_at=present),
            Peer(host="waiting.example", **fresh),
            Peer(host="silent.example", failures=0, last_heard_at=present - timedelta(days=20)),
            Peer(host="well.example", software="mastodon 4.5.2", scheme="cavage", **fresh),
        ]
    )  # fmt: skip
    letter(
        "undelivered.example",
        "gave_up",
        attempts=6,
        last_status=403,
        last_error="no",
        reason_code="refused",
        finished_at=present,
    )
    letter("down.example", attempts=3, due_at=present + timedelta(minutes=1))
    letter("waiting.example")
    letter("waiting.example", "done", finished_at=present)
    session.commit()


def test_each_peer_has_its_condition_and_the_worst_come_first(session, letter):
    one_of_each(session, letter)
    found = list_peers(session)
    assert [peer.host.split(".")[0] for peer in found.peers] == [
        "alarm", "skew", "down", "undelivered", "failing", "waiting", "silent", "well"
    ]  # fmt: skip
    assert {peer.condition for peer in found.peers} == set(CONDITIONS)
    assert found.counts == dict.fromkeys(CONDITIONS, 1) | {"alarm": 2}
    assert found.counts == count_conditions(session)
    down = found.peers[2]
    assert (down.due, down.given_up) == (1, 0)
    assert down.next_at == down.peer.breaker_until  # not before the end of the pause
    assert reason_of(down.problem.status, down.problem.error) in REASONS
    refused = found.peers[3]
    assert (refused.given_up, refused.problem.status, refused.problem.code) == (1, 403, "refused")


def test_filters_and_search(session, letter, alice):
    one_of_each(session, letter)
    session.add(Follow(identity_id=1, remote_uri=ALICE, direction="in", state="accepted", activity_uri="x"))
    session.commit()

    def hosts(**wanted) -> list[str]:
        return [peer.host for peer in list_peers(session, **wanted).peers]

    assert hosts(show="silent") == ["elders.example", "silent.example"]  # a connection that never spoke
    assert hosts(show="waiting") == ["down.example", "waiting.example"]
    assert len(hosts(show="problems")) == 5
    assert hosts(search="WELL") == ["well.example"]
    assert hosts(search="elders") == hosts(search="Elders") == ["elders.example"]
    assert list_peers(session, search="elders").peers[0].name == "Elders"
    assert hosts(search="%") == hosts(search="_") == []
    assert find_peer(session, "elders.example").condition == "silent"
    assert find_peer(session, "niemand.example") is None


def test_we_are_no_peer_of_ourselves(session, village):
    session.add(Peer(host="127.0.0.1:8101", failures=9))
    session.commit()
    assert list_peers(session).peers == []


def test_two_thousand_peers_in_a_few_queries(session, village, letter):
    present = now()
    session.execute(
        insert(Peer),
        [
            {"host": f"dorp{n}.example", "failures": n % 7, "last_failure": "x", "last_failure_at": present}
            for n in range(2000)
        ],
    )
    rows = [
        {"activity_uri": ACTIVITY, "identity_id": village.id, "inbox": f"https://dorp{n}.example/inbox",
         "host": f"dorp{n}.example", "state": ("due", "gave_up")[n % 2], "attempts": 1,
         "finished_at": present}
        for n in range(2000)
        for _twice in range(2)
    ]  # fmt: skip
    session.execute(insert(Delivery), rows)
    session.commit()
    with counted(session) as statements:
        found = list_peers(session, page=3)
    assert (found.total, found.pages, len(found.peers)) == (2000, 2000 // PAGE_SIZE, PAGE_SIZE)
    assert len(statements) <= MOST_QUERIES, statements
    with counted(session) as statements:
        assert list_alarms(session) == []
        assert queues(session).given_up == 2000
    assert len(statements) <= MOST_QUERIES, statements


def test_the_queues_are_counted(session, letter):
    present = now()
    session.add(Peer(host="down.example", failures=5, breaker_until=present + timedelta(minutes=9)))
    letter("down.example", due_at=present - timedelta(hours=1))
    letter("well.example", due_at=present - timedelta(minutes=1))
    letter("well.example", due_at=present + timedelta(minutes=1))
    letter("well.example", "gave_up")
    for state, kind in (("failed", "Create"), ("failed", "Create"), ("ignored", "View"), ("new", "Follow")):
        number = len(session.new) + (
            session.scalar(select(InboxActivity.id).order_by(InboxActivity.id.desc())) or 0
        )
        row = InboxActivity(
            uri=f"https://a.example/{number}",
            actor_uri="https://a.example/a",
            type=kind,
            document={},
            state=state,
        )
        session.add(row)
        session.flush()
    found = queues(session)
    assert (found.due, found.later, found.given_up, found.waiting) == (1, 2, 1, 1)
    assert found.failed == {"Create": 2}
    assert found.ignored == {"View": 1}
    assert not found.is_late  # the one of an hour ago is held back on purpose


def test_work_that_nobody_takes_up_is_noticed(session, letter):
    letter("well.example", due_at=now() - timedelta(minutes=10))
    assert queues(session).is_late


def test_alarms_go_by_themselves_or_by_a_reason(session, village):
    note_alarm(session, "a.example", "key_mismatch")
    session.add(Peer(host="b.example", failures=0, clock_skew=-400.0))
    session.flush()
    assert {(alarm.host, alarm.kind, alarm.seconds) for alarm in list_alarms(session)} == {
        ("a.example", "key_mismatch", 0.0),
        ("b.example", "clock", -400.0),
    }
    clear_alarm(session, "a.example", "key_mismatch")
    session.expire_all()
    with pytest.raises(InvalidInput):
        dismiss(session, "b.example", "clock", reason="  ", by="Jo")
    with pytest.raises(NotFound):
        dismiss(session, "b.example", "key_mismatch", reason="x", by="Jo")
    dismiss(session, "b.example", "clock", reason="Ze weten het.", by="Jo")
    assert list_alarms(session) == []
    assert session.scalars(select(DismissedAlarm.reason)).all() == ["Ze weten het."]
    note_alarm(session, "b.example", "clock")
    session.flush()
    assert [alarm.kind for alarm in list_alarms(session)] == ["clock"]  # it comes back


def test_a_pause_is_ended_by_one_attempt(session, letter):
    until = now() + timedelta(minutes=20)
    session.add(Peer(host="down.example", failures=5, breaker_until=until))
    first = letter("down.example", due_at=until)
    assert pauses.try_now(session, "down.example") == 1
    peer = session.get_one(Peer, "down.example")
    session.refresh(first)
    assert peer.breaker_until == first.due_at <= now()  # what is let go after the probe
    assert peer.failures == 5
    with pytest.raises(NotFound):
        pauses.try_now(session, "niemand.example")


def test_what_is_put_away_can_be_put_back(session, letter):
    ids = [letter("a.example", "gave_up", finished_at=now()).id for _number in range(3)]
    other = letter("b.example", "gave_up", finished_at=now())
    assert dead_letters.discard(session, "a.example", by="Jo") == 3
    assert dead_letters.list_given_up(session).deliveries == [other]
    (step,) = discarded.list_put_away(session)
    assert (step.host, step.count, step.by) == ("a.example", 3, "Jo")
    assert discarded.put_back(session, "b.example", step.at) == 0
    assert discarded.put_back(session, "a.example", step.at) == 3
    session.expire_all()
    assert {row.id for row in dead_letters.list_given_up(session, host="a.example").deliveries} == set(ids)


def test_failed_messages_are_processed_again(session, village):
    for number, state in enumerate(("failed", "failed", "done")):
        session.add(
            InboxActivity(
                uri=f"https://a.example/{number}",
                actor_uri="https://a.example/a",
                type="Create",
                document={},
                state=state,
                error="stuk",
                attempts=6,
            )
        )
    session.flush()
    found = inbox_failures.list_failures(session)
    assert found.total == 2
    assert inbox_failures.process_again(session, [found.messages[0].id]) == 1
    assert inbox_failures.process_again(session) == 1
    assert inbox_failures.process_again(session) == 0
    session.expire_all()
    again = session.scalars(select(InboxActivity).where(InboxActivity.state == "new")).all()
    assert [(row.attempts, row.error) for row in again] == [(0, ""), (0, "")]


def test_what_a_host_sent_last_comes_first_whatever_the_order_of_letters(session, village):
    theirs = ["https://a.example/actors/a", "http://a.example/old"]
    others = ["https://aexample/a", "https://A.example/a", "https://a.example.evil/a", "https://a.example"]
    session.add_all(
        InboxActivity(uri=f"https://x.example/{number}", actor_uri=uri, type="View", document={})
        for number, uri in enumerate([*theirs, *others])
    )
    session.flush()
    with counted(session) as statements:
        found = inbox_failures.messages_of(session, "a.example")
    assert [row.actor_uri for row in found] == theirs[::-1]
    assert "actor_uri <" not in statements[0]  # which text is less than another differs per database
    assert "actor_uri >" not in statements[0]
    assert [row.actor_uri for row in inbox_failures.messages_of(session, "a.example", 1)] == theirs[1:]
    assert inbox_failures.messages_of(session, "%") == []


def test_what_a_host_sent_is_found_by_its_address(session, village):
    for number, host in enumerate(("a.example", "a.example:8443", "a.example.evil", "b.example")):
        session.add(
            InboxActivity(
                uri=f"https://x.example/{number}",
                actor_uri=f"https://{host}/actors/a",
                type="View",
                document={},
            )
        )
    session.flush()
    assert [row.actor_uri for row in inbox_failures.messages_of(session, "a.example")] == [
        "https://a.example/actors/a"
    ]
