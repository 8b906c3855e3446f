"""kill -9 of every process of a node while a format is published or copied: nothing is lost.

Rows hold the truth: what was written goes out after a restart, and the sweep of every minute finds
what a killed worker or an emptied queue forgot.
"""

from __future__ import annotations

import pytest
from redis import Redis

from tests.journeys.connecting import live_in, record_named, rows, wait_for_record
from tests.journeys.formats import ANSWERS, copy_format, find_formats, publish_format, write_format
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.processes import living, tree

pytestmark = [pytest.mark.fault, pytest.mark.timeout(400)]
A_SWEEP = 200  # seconds: a restart, one minute until the next sweep, and a busy machine
CHILDREN = ("web", "worker", "schedule", "valkey")


@pytest.fixture(scope="module")
def network(real_network: Network) -> Network:
    """The network with Austerlitz and Elsendorp in it."""
    live_in(real_network)
    return real_network


def back_again(node: Node, name: str, killed: int) -> None:
    """Wait until the supervisor has started this process anew."""
    wait_for(lambda: node.pids().get(name, killed) != killed, f"a new {name} at {node.name}", 60, node)
    node.wait_until_ready()


@pytest.mark.parametrize("name", CHILDREN)
def test_publishing_survives_the_death_of_a_process_at_the_origin(network, name):
    node, board = network.node("austerlitz"), network.person("austerlitz", "board").visitor
    title = f"Format dat {name} overleeft"
    draft = write_format(board, title)
    if name in {"worker", "valkey"}:  # dead before the change, so that its wake-up is lost for certain
        killed = node.kill(name)
        publish_format(board, draft)
    else:
        publish_format(board, draft)
        killed = node.kill(name)
    back_again(node, name, killed)
    for place in ("hub", "elsendorp"):
        wait_for_record(network.node(place), title, A_SWEEP)


@pytest.mark.parametrize("name", ["web", "worker", "valkey"])
def test_publishing_survives_the_death_of_a_process_at_the_hub(network, name):
    hub, board = network.node("hub"), network.person("austerlitz", "board").visitor
    title = f"Format dat {name} van het netwerk overleeft"
    draft = write_format(board, title)
    killed = hub.kill(name)
    publish_format(board, draft)
    back_again(hub, name, killed)
    wait_for_record(hub, title, A_SWEEP)
    wait_for_record(network.node("elsendorp"), title, A_SWEEP)


def test_publishing_survives_the_death_of_the_supervisor(network):
    node, board = network.node("austerlitz"), network.person("austerlitz", "board").visitor
    title = "Format dat alles overleeft"
    publish_format(board, write_format(board, title))
    everybody = tree(node.pids()["supervisor"])
    node.kill("supervisor")
    wait_for(lambda: living(everybody) == [], "the children to end with it", 30)
    node.start()
    node.wait_until_ready()
    for place in ("hub", "elsendorp"):
        wait_for_record(network.node(place), title, A_SWEEP)
    board.get("/werkplek")  # whoever was signed in still is


def test_a_copy_survives_the_death_of_web_and_worker(network):
    node, board = network.node("elsendorp"), network.person("elsendorp", "board").visitor
    title = "Kopie die alles overleeft"
    address = find_formats(board, "Austerlitz Eet").links()["Austerlitz Eet"]
    draft = copy_format(board, address, title).require(ANSWERS["answer-hoe_vaak_eten_jullie_samen"])
    for name in ("web", "worker"):
        back_again(node, name, node.kill(name))
    page = board.get(draft.url)  # the draft is a row: it is still there
    publish_format(board, page)
    node.kill("worker")
    wait_for_record(network.node("austerlitz"), title, A_SWEEP)
    origin = network.person("austerlitz", "board").visitor
    wait_for(lambda: title in origin.get(address_of(network, "Austerlitz Eet")).main, "the family tree", 60)


def test_the_sweep_finds_what_an_emptied_queue_forgot(network):
    node, board = network.node("austerlitz"), network.person("austerlitz", "board").visitor
    title = "Format uit een lege wachtrij"
    draft = write_format(board, title)
    node.kill("worker")  # nobody takes the wake-up before it is gone
    publish_format(board, draft)
    queue = Redis.from_url(f"unix://{node.folder / 'valkey' / 'valkey.sock'}")
    queue.flushall()
    queue.close()
    for place in ("hub", "elsendorp"):
        wait_for_record(network.node(place), title, A_SWEEP)


def test_nothing_was_done_twice(network):
    for place in ("hub", "elsendorp"):
        found = rows(network.node(place), "SELECT name FROM record WHERE name LIKE '%overleeft'")
        names = [row["name"] for row in found]
        assert len(names) == len(set(names))
    stuck = rows(
        network.node("austerlitz"), "SELECT inbox, state FROM delivery WHERE state = 'due' AND attempts > 5"
    )
    assert stuck == []
    assert record_named(network.node("hub"), "Format dat alles overleeft") is not None


def address_of(network: Network, name: str) -> str:
    """The page of a format at Austerlitz."""
    return find_formats(network.person("austerlitz", "board").visitor, name).links()[name]
