"""The self-test: our own server talks to our own inbox, over the network and through the gate."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from federation.actors.identities import Identity, get_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.health import jobs, round_trip_runs, round_trips
from federation.health.refusals import _MEANINGS, refusal_of
from federation.health.round_trip_steps import PEER_STEPS, POSTS, STEPS, message_body
from federation.health.round_trips import RoundTrip, RoundTripMessage, note_refusal
from federation.receiving.inbox import InboxActivity
from federation.receiving.refusals import KINDS
from federation.relations.peers import Peer
from schemas.errors import Conflict
from tests.federation.bad_proxy import Headers, Proxy, proxying
from tests.small_network import Network, SmallNode

ALL_WELL = dict.fromkeys(STEPS, "passed")


def ask(node: SmallNode, host: str = "") -> int:
    """Ask for a round trip in the way the page does."""
    with node.session() as session:
        trip = round_trips.ask(session, by="Jo", host=host)
        session.commit()
        return trip.id


def outcome(node: SmallNode, number: int) -> dict[str, str]:
    """Step → 'passed', 'skipped' or the reason of its failure."""
    trip = node.get(RoundTrip, number)
    return {step.code: step.reason or step.outcome for step in trip.steps}


def tried(network: Network, node: SmallNode, host: str = "") -> dict[str, str]:
    """Ask for a round trip and let it come to its end."""
    number = ask(node, host)
    settled(network, node, number)
    return outcome(node, number)


def settled(network: Network, node: SmallNode, number: int) -> None:
    """Let a round trip come to its end; what looks too early comes back by a timer."""
    until = time.monotonic() + 20
    while not node.get(RoundTrip, number).is_over and time.monotonic() < until:
        network.settle()
        time.sleep(0.05)
    assert node.get(RoundTrip, number).is_over


def left_behind(node: SmallNode) -> int:
    """What a round trip may not leave: messages, copies of ourselves, ourselves as a peer."""
    with node.session() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (InboxActivity, RemoteActor, RoundTripMessage, Peer)
        )


@pytest.fixture
def dorp(network: Network) -> SmallNode:
    """A village that anybody can reach."""
    return network.add("dorp", "village")


@pytest.fixture
def proxy(dorp: SmallNode) -> Iterator[Proxy]:
    """The village's public address is that of a proxy in front of it."""
    with proxying() as found:
        found.to_port = dorp.port
        with dorp.session() as session:
            for identity in session.scalars(select(Identity)):
                identity.actor_uri = identity.actor_uri.replace(str(dorp.port), str(found.port))
            session.commit()
        yield found


def test_every_step_passes_and_nothing_is_left_behind(network, dorp):
    number = ask(dorp)
    settled(network, dorp, number)
    trip = dorp.get(RoundTrip, number)
    assert outcome(dorp, number) == ALL_WELL
    assert trip.state == "passed"
    assert trip.finished_at is not None
    assert left_behind(dorp) == 0


def test_it_passes_in_every_mode_and_a_second_time(network, dorp):
    from federation.relations.standing import FederationPolicy

    for mode in ("allowlist", "open", "closed"):
        with dorp.session() as session:
            session.merge(FederationPolicy(id=1, mode=mode, signed_reads=True))
            session.commit()
        assert tried(network, dorp) == ALL_WELL, mode


def test_a_good_proxy_is_not_noticed(network, dorp, proxy):
    assert tried(network, dorp) == ALL_WELL


def lower(headers: Headers, *without: str, **instead: str) -> Headers:
    """Headers without some, and with others."""
    kept = {name: value for name, value in headers.items() if name.lower() not in without}
    return kept | {name.replace("_", "-"): value for name, value in instead.items()}


def test_a_proxy_that_passes_another_host(network, dorp, proxy):
    proxy.change = lambda _method, headers: lower(headers, "host", Host=f"127.0.0.1:{dorp.port}")
    found = tried(network, dorp)
    assert found["connect"] == found["webfinger"] == found["actor"] == "passed"
    assert {found[code] for code, _scheme in POSTS} == {"host_changed"}
    assert "arrived" not in found
    assert left_behind(dorp) == 0


def test_a_proxy_that_drops_the_signature(network, dorp, proxy):
    proxy.change = lambda _method, headers: lower(headers, "signature", "signature-input")
    found = tried(network, dorp)
    assert {found[code] for code, _scheme in POSTS} == {"signature_dropped"}


def test_a_proxy_that_drops_the_digest_of_one_scheme(network, dorp, proxy):
    proxy.change = lambda _method, headers: lower(headers, "digest")
    found = tried(network, dorp)
    assert found["post_rfc9421"] == found["post_large"] == "passed"
    assert found["post_cavage"] == "header_dropped"
    # what did come in was looked at to its end
    assert found["arrived"] == found["processed"] == found["removed"] == "passed"
    assert left_behind(dorp) == 0


def test_a_proxy_that_rewrites_messages(network, dorp, proxy):
    proxy.change_body = lambda body: body.replace(b": ", b":")
    assert tried(network, dorp)["post_rfc9421"] == "body_changed"


def test_a_proxy_that_leads_elsewhere(network, dorp, proxy):
    there = f"http://127.0.0.1:{dorp.port}"
    proxy.answers = lambda _method, path, _length: (301, {"Location": there + path}, b"")
    found = tried(network, dorp)
    assert found["connect"] == "moved"
    assert set(list(found.values())[2:]) == {"skipped"}


def test_a_proxy_that_leads_only_messages_elsewhere(network, dorp, proxy):
    proxy.answers = lambda method, path, _length: (
        (308, {"Location": "http://127.0.0.1:1" + path}, b"") if method == "POST" else None
    )
    assert {tried(network, dorp)[code] for code, _scheme in POSTS} == {"moved"}


def test_a_proxy_that_refuses_large_messages(network, dorp, proxy):
    proxy.answers = lambda _method, _path, length: (413, {}, b"too large") if length > 100_000 else None
    found = tried(network, dorp)
    assert found["post_rfc9421"] == found["post_cavage"] == "passed"
    assert found["post_large"] == "too_large"


def test_a_proxy_that_asks_for_a_password(network, dorp, proxy):
    proxy.answers = lambda method, _path, _length: (401, {}, b"password?") if method == "POST" else None
    assert {tried(network, dorp)[code] for code, _scheme in POSTS} == {"not_ours"}


def test_a_proxy_that_answers_itself(network, dorp, proxy):
    page = (200, {"Content-Type": "text/html"}, b"<p>Welcome</p>")
    proxy.answers = lambda method, path, _length: page if method == "POST" or "/actors" in path else None
    found = tried(network, dorp)
    assert found["actor"] == found["signed_get"] == "wrong_type"
    assert {found[code] for code, _scheme in POSTS} == {"not_ours"}


def test_a_202_of_another_is_no_arrival(network, dorp, proxy):
    proxy.answers = lambda method, _path, _length: (202, {}, b"") if method == "POST" else None
    found = tried(network, dorp)
    assert found["post_rfc9421"] == "passed"
    assert found["arrived"] == "not_ours"
    assert "processed" not in found


def test_a_proxy_that_does_not_reach_the_node(network, dorp, proxy):
    proxy.to_port = 1
    proxy.answers = lambda *_: (502, {}, b"Bad gateway")
    assert tried(network, dorp)["connect"] == "server_error"


def test_a_proxy_that_leads_to_another_node(network, dorp, proxy):
    proxy.to_port = network.add("buur", "village").port
    found = tried(network, dorp)
    assert found["connect"] == "other_node"


def test_nobody_is_there(network, dorp):
    dorp.stop()
    found = tried(network, dorp)
    assert found["resolve"] == "passed"
    assert found["connect"] == "connection_refused"


def test_our_name_leads_to_a_private_network(network, dorp):
    with dorp.session() as session:
        session.execute(
            update(Identity).values(actor_uri=func.replace(Identity.actor_uri, dorp.url, "https://10.1.2.3"))
        )
        session.commit()
    assert tried(network, dorp)["resolve"] == "forbidden_address"


def test_a_worker_that_does_not_run(network, dorp):
    number = ask(dorp)
    assert round_trip_runs.make(dorp.runtime, number) == "waiting"
    with dorp.session() as session:
        trip = session.get_one(RoundTrip, number)
        assert not round_trip_runs.finish(session, trip)
        assert round_trip_runs.finish(session, trip, patience=timedelta(0))
        session.commit()
    assert outcome(dorp, number)["processed"] == "worker"
    assert left_behind(dorp) == 0


def test_a_worker_that_died_half_way_is_told_of(network, dorp):
    number = ask(dorp)
    dorp.forget_queue()
    with dorp.session() as session:
        long_ago = {"state": "running", "started_at": now() - timedelta(minutes=6)}
        session.execute(update(RoundTrip).values(long_ago))
        session.commit()
    dorp.run("federation.health.jobs.sweep")
    assert outcome(dorp, number) == {"processed": "interrupted"}


def test_a_lost_queue_is_made_up_for(network, dorp):
    number = ask(dorp)
    dorp.forget_queue()
    dorp.run("federation.health.jobs.sweep")
    settled(network, dorp, number)
    assert outcome(dorp, number) == ALL_WELL


def test_nobody_waits_for_the_database_while_the_queue_is_asked(dorp, monkeypatch):
    ask(dorp)
    queue = dorp.runtime.queue
    woken, wake = [], queue.wake

    def wake_slowly(job, *args):
        dorp.do(lambda s, _i: s.execute(update(RoundTrip).values(asked_by="somebody else")))
        woken.append(job)
        return wake(job, *args)

    monkeypatch.setattr(queue, "wake", wake_slowly)
    dorp.run("federation.health.jobs.sweep")
    assert woken == [round_trips.JOB]


def test_one_at_a_time_unless_it_is_stuck(dorp):
    ask(dorp)
    with pytest.raises(Conflict):
        ask(dorp)
    for state, minutes in (("asked", 1), ("running", 7), ("waiting", 7)):
        with dorp.session() as session:
            long_ago = now() - timedelta(minutes=minutes)
            session.execute(update(RoundTrip).values(state=state, asked_at=long_ago))
            session.commit()
        assert dorp.get(RoundTrip, ask(dorp)).state == "asked"


def test_a_peer_is_tested_and_told_of(network, dorp):
    hub = network.add("hub", "hub")
    network.join(dorp, hub)
    host = hub.url.removeprefix("http://")
    assert tried(network, dorp, host) == dict.fromkeys(PEER_STEPS, "passed")
    hub.stop()
    assert tried(network, dorp, host)["connect"] == "connection_refused"
    assert tried(network, dorp, "nergens.example") == {"resolve": "no_actor"}


def test_only_the_latest_are_kept(network, dorp):
    for _number in range(round_trips.KEPT + 3):
        with dorp.session() as session:
            session.add(RoundTrip(state="passed", results={}))
            session.commit()
    dorp.run("federation.health.jobs.sweep")
    with dorp.session() as session:
        assert session.scalar(select(func.count()).select_from(RoundTrip)) == round_trips.KEPT


def test_a_stranger_writes_no_reasons(dorp):
    """Refusals are noted for messages of a round trip alone."""
    with dorp.session() as session:
        bind = session.get_bind()
    note_refusal(bind, f"{dorp.url}/activities/1", "unsigned: no signature")
    assert dorp.all(select(RoundTripMessage)) == []


def test_the_message_says_nothing_of_people(dorp):
    with dorp.session() as session:
        server = get_identity(session, "server")
    small, large = (
        message_body(server, "https://x.example/1"),
        message_body(server, "https://x.example/1", 240_000),
    )
    assert set(json.loads(small)) == {"@context", "id", "type", "actor", "object"}
    assert set(json.loads(large)["summary"]) == {"x"}
    assert 240_000 <= len(large) <= 241_000


def test_every_refusal_of_the_gate_has_a_meaning():
    impossible = {"unreadable", "unknown_type", "no_address", "no_object", "wrong_actor", "foreign_id"}
    impossible |= {"foreign_object", "wrong_author", "key_unfit", "replayed"}
    assert set(KINDS) - impossible <= set(_MEANINGS)
    assert set(_MEANINGS) <= set(KINDS)
    assert refusal_of("") == "not_ours"
    assert refusal_of("surprise: x") == "other"


def test_jobs_of_a_round_trip_that_is_gone_do_nothing(dorp):
    dorp.run("federation.health.jobs.run_round_trip", "99")
    dorp.run("federation.health.jobs.finish_round_trip", "99")
    assert jobs.__doc__
