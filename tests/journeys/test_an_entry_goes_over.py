"""An entry of the hub between real nodes: it is confirmed, merged, and taken over by its own village."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from directory.geography.places import resolve_place
from tests.journeys.connecting import join, record_named, rows, wait_for_record
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.program import Program
from tests.journeys.visitor import Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

NAME, TWIN = "Samen Zorgen Elsendorp", "Samen Zorgen Elsendorp e.o."
OURS = "Elsendorp Samen"


@pytest.fixture(scope="module")
def network(real_network: Network) -> Network:
    """A hub with two members; Elsendorp has published its profile."""
    for village, name in (("austerlitz", "Austerlitz Zorgt"), ("elsendorp", OURS)):
        visitor = real_network.person(village).visitor
        if not visitor.get("/netwerk").soup.select(".connections .badge.good"):
            join(real_network, village, name)
    board = real_network.person("elsendorp").visitor
    page = board.get("/ons-dorp/bewerken")
    page = board.submit(page, page.form(field="summary"), {"summary": "Wij zorgen samen."})
    board.submit(page, page.form(action="/ons-dorp/publiceren"))
    wait_for_record(real_network.node("hub"), OURS)
    wait_for_record(real_network.node("austerlitz"), OURS)
    return real_network


@pytest.fixture(scope="module")
def coordinator(network: Network) -> Program:
    """The coordinator's own program."""
    return Program(network.person("hub"), "read", "write:directory")


def listed(coordinator: Program, name: str, website: str) -> dict[str, Any]:
    """An entry about Elsendorp that the coordinator adds."""
    initiative = {
        "kind": "neighbour_care",
        "areas": [resolve_place("Elsendorp").as_area()],
        "contact": {"website": website},
        "foundedOn": 2011,
    }
    made: dict[str, Any] = coordinator.post("/listings", {"name": name, "initiative": initiative})
    return made


def gone(node: Node, uri: str) -> bool:
    """Whether this node knows that a record ended."""
    found = rows(node, "SELECT deleted_at FROM record WHERE uri = :uri", uri=uri)
    return bool(found and found[0]["deleted_at"])


def wait_until_gone(node: Node, uri: str) -> None:
    """Until this node knows that a record ended."""
    wait_for(lambda: gone(node, uri), f"the end of {uri} at {node.name}", 40, node)


def test_what_the_hub_confirms_and_merges_reaches_another_node(network, coordinator):
    austerlitz, site = network.node("austerlitz"), network.node("elsendorp").url
    first, twin = listed(coordinator, NAME, site), listed(coordinator, TWIN, site)
    for name in (NAME, TWIN):
        assert "confirmedOn" not in wait_for_record(austerlitz, name)["document"]["initiative"]
    coordinator.post(f"/freshness/{first['id']}/confirm", {"note": "Gebeld."})
    wait_for(
        lambda: "confirmedOn" in wait_for_record(austerlitz, NAME)["document"]["initiative"],
        "the confirmation at austerlitz",
        40,
        austerlitz,
    )
    visitor = network.person("hub").visitor
    page = visitor.get("/werkkamer/dubbelen")
    visitor.submit(page, page.form(button="Nu opnieuw zoeken"))
    uris = {first["uri"], twin["uri"]}
    pair = wait_for(
        lambda: pair_of(coordinator, uris), "the pair among the duplicates", 40, network.node("hub")
    )
    coordinator.post(f"/duplicates/{pair['id']}/merge", {"stays": first["uri"]})
    wait_until_gone(austerlitz, twin["uri"])
    assert record_named(austerlitz, NAME)
    assert TWIN in str(wait_for_record(austerlitz, NAME)["document"]["initiative"]["otherNames"])


def pair_of(coordinator: Program, uris: set[str]) -> dict[str, Any] | None:
    """The question whether these two entries are one."""
    pairs = coordinator.get("/duplicates")["items"]
    return next((each for each in pairs if {each["left"], each["right"]} == uris), None)


def claim(network: Network, uri: str, way: str, button: str = "") -> tuple[Page, str]:
    """Elsendorp claims its entry on the page that the guide leads to; the page of the claim, and its path."""
    board = network.person("elsendorp").visitor
    key = rows(network.node("elsendorp"), "SELECT key FROM entry WHERE uri = :uri", uri=uri)[0]["key"]
    assert "Dit zijn wij" in board.get(f"/gids/{key}").links()
    page = board.get(f"/netwerk/overnemen/nieuw/{key}")
    shown = board.submit(page, page.form(field="way"), {"way": way}, button=button)
    return shown, shown.url.removeprefix(board.base_url)


def wait_for_words(network: Network, path: str, words: str) -> None:
    """Until the village's page of its claim says so."""
    board = network.person("elsendorp").visitor
    wait_for(lambda: words in board.get(path).main, f"“{words}” on {path}", 60, *network.nodes.values())


def test_a_village_on_the_website_of_its_entry_takes_it_over_and_the_hub_takes_that_back(
    network, coordinator
):
    hub, austerlitz = network.node("hub"), network.node("austerlitz")
    entry = wait_for_record(network.node("elsendorp"), NAME)
    _page, path = claim(network, entry["uri"], "website", "dit overnemen")
    wait_for_words(network, path, "Van u")
    for node in (hub, austerlitz, network.node("elsendorp")):
        wait_until_gone(node, entry["uri"])
        told = wait_for_record(node, OURS)["document"]["initiative"]
        assert (told["foundedOn"], NAME in told["otherNames"]) == (2011, True), "its facts came along"
    key = rows(hub, "SELECT key FROM listing WHERE uri = :uri", uri=entry["uri"])[0]["key"]
    for node in (hub, austerlitz):
        old = requests.get(f"{node.url}/gids/{key}", timeout=10, headers={"Accept": "text/html"})
        assert old.history, f"the old address leads on at {node.name}"
        assert OURS in old.text
    village = network.person("hub").visitor.get(f"/gids/{key}")
    before = next(url for text, url in village.links().items() if f"Geschiedenis van {NAME}" in text)
    network.person("hub").visitor.get(before).require(NAME, "Overgenomen door het eigen dorp")
    (decided,) = coordinator.get("/listing-claims/received", decided=True)["items"]
    assert (decided["state"], decided["provenBy"]) == ("granted", "website")
    coordinator.post(f"/listing-claims/received/{decided['id']}/undo")
    wait_for_words(network, path, "Teruggedraaid door de hub")
    assert wait_for_record(austerlitz, NAME)["uri"] != entry["uri"]
    page = network.person("elsendorp").visitor.get(path)
    network.person("elsendorp").visitor.submit(page, page.form(button="Overnemen terugdraaien"))
    wait_for(lambda: not founded(austerlitz), "the profile as it was before", 60, austerlitz)


def founded(node: Node) -> int | None:
    """The year that Elsendorp tells of itself."""
    year: int | None = wait_for_record(node, OURS)["document"]["initiative"].get("foundedOn")
    return year


def test_a_letter_proves_it_too_and_its_code_is_in_no_message(network):
    hub, visitor = network.node("hub"), network.person("hub").visitor
    entry = wait_for_record(network.node("elsendorp"), NAME)
    _page, path = claim(network, entry["uri"], "letter")
    wait_for_words(network, path, "De coördinator stuurt een brief")
    page = visitor.get("/werkkamer/overnames").require(OURS, NAME)
    page = visitor.get(next(url for text, url in page.links().items() if NAME in text))
    letter = visitor.submit(page, page.form(action="/brief"))
    code = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", letter.main)[-1]
    wait_for_words(network, path, "brief met een code onderweg")
    board = network.person("elsendorp").visitor
    page = board.get(path)
    board.submit(page, page.form(field="code"), {"code": code.upper()})
    wait_for_words(network, path, "Van u")
    wait_until_gone(network.node("austerlitz"), entry["uri"])
    sent = rows(network.node("elsendorp"), "SELECT document FROM published_activity")
    heard = rows(hub, "SELECT document FROM inbox_activity")
    assert code not in str([*sent, *heard])
