"""What the doctor says of the network, and the round trip from the command line."""

from __future__ import annotations

import threading
import time
from argparse import Namespace
from datetime import timedelta

import pytest

from deploy import network_examinations
from deploy.refusals import Refused
from deploy.words import sentence, speak
from federation.database import now
from federation.health.round_trips import RoundTrip, Step, keep_steps
from federation.receiving.inbox import InboxActivity
from federation.relations.peers import Peer
from tests.small_network import Network, SmallNode


@pytest.fixture
def dorp(network: Network) -> SmallNode:
    """A village; the doctor speaks English."""
    speak("en")
    return network.add("dorp", "village")


def add(node: SmallNode, *rows: object) -> None:
    """Write rows."""
    with node.session() as session:
        session.add_all(rows)
        session.commit()


def refusal(look, node: SmallNode) -> str:
    """What an examination says is wrong."""
    with pytest.raises(Refused) as caught:
        look(node.settings)
    return sentence(caught.value)


def test_a_healthy_network_in_one_line(dorp):
    text = network_examinations.network(dorp.settings)
    assert text == "0 to send, 0 later, 0 not delivered; 0 servers in a pause"
    assert "doctor --round-trip" in network_examinations.reachable(dorp.settings)


def test_warnings_hosts_and_late_work_are_named(dorp):
    add(dorp, Peer(host="weg.example", failures=5, breaker_until=now() + timedelta(minutes=9)))
    assert "1 servers in a pause" in refusal(network_examinations.network, dorp)
    add(dorp, Peer(host="laat.example", failures=0, clock_skew=420.0))
    assert "The clock of laat.example is 7 minutes fast." in refusal(network_examinations.network, dorp)
    long_ago = now() - timedelta(minutes=10)
    add(dorp, InboxActivity(uri="u", actor_uri="a", type="View", document={}, due_at=long_ago))
    assert "Is the worker running?" in refusal(network_examinations.network, dorp)


def test_the_last_round_trip_is_told(dorp):
    trip = RoundTrip(state="failed", results={})
    keep_steps(trip, [Step("connect", "failed", 1, "certificate", "x")])
    add(dorp, trip)
    assert "certificate" in refusal(network_examinations.reachable, dorp)
    add(dorp, RoundTrip(state="passed", results={}))
    assert network_examinations.reachable(dorp.settings).startswith("yes, tested at")
    add(dorp, RoundTrip(state="asked", results={}, asked_at=now() - timedelta(minutes=5)))
    assert "worker does not run" in refusal(network_examinations.reachable, dorp)


def test_a_round_trip_from_the_command_line(dorp, capsys):
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            dorp.drain()
            time.sleep(0.1)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert network_examinations.make_round_trip(Namespace(), dorp.settings)
    finally:
        over.set()
        worker.join()
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("✗")] == []
    assert len([line for line in lines if line.startswith("✓")]) == 11
    assert network_examinations.reachable(dorp.settings).startswith("yes, tested at")


def test_without_a_worker_it_says_so(dorp, capsys, monkeypatch):
    monkeypatch.setattr(network_examinations, "PATIENCE", -5.0)
    assert not network_examinations.make_round_trip(Namespace(), dorp.settings)
    assert "the worker does not run" in capsys.readouterr().out


def test_before_set_up_there_is_nothing_to_test(omzien, tmp_path):
    folder = str(tmp_path / "node")
    assert omzien("migrate", "--data", folder)[0] == 0
    status, text = omzien("doctor", "--round-trip", "--data", folder)
    assert status == 1
    assert "nog niet ingericht" in text
