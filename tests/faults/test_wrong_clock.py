"""A village whose clock is an hour ahead: refused with an alarm, never banned, welcome once it is right."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.journeys.connecting import join, record_named, rows, wait_for_record
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.program import Program
from tests.parts import postgres_server

pytestmark = [pytest.mark.fault, pytest.mark.timeout(400)]
AN_HOUR_AHEAD = (
    "import runpy, sys, time, time_machine;"
    "time_machine.travel(time.time() + 3600, tick=True).start();"
    "sys.argv = ['deploy', 'up'];"
    "runpy.run_module('deploy', run_name='__main__', alter_sys=True)"
)


@pytest.fixture
def network() -> Iterator[Network]:
    """A hub and a village that joined it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oz-")))
        built = Network(folder, stack.enter_context(postgres_server()))
        stack.callback(built.close)
        built.start("hub", "dorp")
        built.begin_hub()
        built.begin_village("dorp", "Dorp Zorgt", "Austerlitz", "board")
        join(built, "dorp", "Dorp Zorgt")
        yield built


def test_a_clock_that_is_an_hour_off_is_an_alarm_and_no_ban(network):
    hub, village = network.node("hub"), network.node("dorp")
    program = Program(network.person("dorp", "board"))

    restart(village, "-c", AN_HOUR_AHEAD)
    publish(program, "Format van morgen")
    skew = wait_for(lambda: skew_of(hub, village), "the alarm", 60, hub, village)
    assert 3500 < skew < 3700
    assert record_named(hub, "Format van morgen") is None
    assert rows(hub, "SELECT target FROM peer_rule") == []
    assert [row["breaker_until"] for row in rows(hub, "SELECT breaker_until FROM peer")] == [None]

    restart(village, "-m", "deploy", "up")
    publish(program, "Format van vandaag")
    wait_for_record(hub, "Format van vandaag", 90)
    wait_for(lambda: skew_of(hub, village) is None, "the alarm to end", 30, hub)


def restart(node: Node, *program: str) -> None:
    """Stop a node and start it with another clock."""
    node.stop()
    node.program = program
    node.start()
    node.wait_until_ready()


def publish(program: Program, name: str) -> None:
    """Write and publish a format."""
    body = {"name": name, "sections": [{"key": "goal", "text": "Op tijd komen."}]}
    draft = program.post("/templates", body)
    program.post(f"/templates/{draft['id']}/publish")


def skew_of(hub: Node, village: Node) -> float | None:
    """How many seconds ahead the hub thinks the village's clock is."""
    found = rows(hub, "SELECT clock_skew FROM peer WHERE host = :host", host=village.host)
    return found[0]["clock_skew"] if found else None
