"""A real node with its real worker tests itself from outside; so does its administrator at the terminal."""

from __future__ import annotations

import pytest

from tests.journeys.connecting import live_in
from tests.journeys.nodes import wait_for
from tests.journeys.visitor import Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", ["austerlitz", "hub"])
def test_a_round_trip_from_the_page(real_network, name):
    live_in(real_network)
    node, visitor = real_network.node(name), real_network.person(name).visitor
    page = visitor.get("/netwerk/gezondheid")
    sent = visitor.send(page, page.form(action="/netwerk/proef"))

    def over() -> Page | None:
        again = visitor.get(sent.url.removeprefix(visitor.base_url))
        return None if "Bezig" in again.main else again

    done = wait_for(over, "the round trip to end", 60, node)
    assert "Alles werkt" in done.main, done.main
    assert "Alles werkt" in visitor.get("/netwerk/gezondheid").main


def test_a_round_trip_from_the_terminal(real_network):
    node = real_network.node("austerlitz")
    said = node.command("doctor", "--round-trip")
    assert said.count("✓") == 11, said
    assert "✗" not in said


def test_another_village_is_seen_well_and_tested(real_network):
    live_in(real_network)
    visitor = real_network.person("austerlitz").visitor
    host = real_network.node("hub").host
    page = visitor.get(f"/netwerk/gezondheid/{host}").require("Alles goed")
    sent = visitor.send(page, page.form(action=f"/netwerk/gezondheid/{host}/proef"))

    def over() -> Page | None:
        again = visitor.get(sent.url.removeprefix(visitor.base_url))
        return None if "Bezig" in again.main else again

    done = wait_for(over, "the test of the hub to end", 60, real_network.node("austerlitz"))
    assert "Alles werkt" in done.main, done.main
