"""Step 6 of the skeleton's story: a Mastodon-like account, on software that shares no code with ours.

Fedify looks an account up by WebFinger, reads the actor, follows it, and receives what it
publishes; Fedify's own code judges our signatures and proofs, and ours judges Fedify's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.peer import Peer, fedify_peer
from tests.journeys.formats import publish_format, write_format
from tests.journeys.network import Network
from tests.journeys.nodes import wait_for

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """The Fedify peer."""
    with fedify_peer() as running:
        yield running


@pytest.fixture(scope="module")
def handle(real_network: Network) -> str:
    """How Austerlitz is called in the fediverse."""
    return f"@austerlitz@{real_network.node('austerlitz').host}"


@pytest.fixture(scope="module")
def actor(peer: Peer, handle: str) -> dict[str, Any]:
    """What Fedify finds under the handle."""
    found = peer.ask("lookup", handle=handle)
    assert found["actor"], found
    return dict(found)


def requests_of(network: Network) -> Any:
    """The page with the requests that Austerlitz' board sees."""
    return network.person("austerlitz", "board").visitor.get("/netwerk/verzoeken")


def test_fedify_finds_the_actor_by_its_handle(actor, handle, real_network):
    assert actor["descriptor"]["subject"] == f"acct:{handle[1:]}"
    assert actor["type"] == "Organization"
    assert actor["name"] == "Austerlitz Zorgt"
    assert actor["rsaKey"].startswith(actor["actor"] + "#")
    assert actor["multikeys"][0].startswith(actor["actor"] + "#")


def test_fedify_verifies_the_proof_of_our_actor(peer, actor):
    assert peer.ask("proof", url=actor["actor"])["proven"]


@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_both_signature_schemes_of_fedify_are_accepted(peer, actor, real_network, scheme):
    asked = peer.ask("follow", actor=actor["actor"], scheme=scheme)
    assert [(post["scheme"], post["status"]) for post in asked["posts"]] == [(scheme, 202)]
    wait_for(lambda: peer.handle in requests_of(real_network).main, "the request", 30)
    undone = peer.ask("unfollow", actor=actor["actor"], follow=asked["activity"], scheme=scheme)
    assert [(post["scheme"], post["status"]) for post in undone["posts"]] == [(scheme, 202)]
    wait_for(lambda: peer.handle not in requests_of(real_network).main, "the end of the request", 30)


def test_a_stranger_may_knock_and_nothing_more(peer, actor):
    posted = peer.ask("post", actor=actor["actor"], kind="create")
    assert {post["status"] for post in posted["posts"]} == {403}


def test_an_approved_follower_receives_the_signed_create(peer, actor, real_network):
    follow = peer.ask("follow", actor=actor["actor"])["activity"]
    wait_for(lambda: peer.handle in requests_of(real_network).main, "the request", 30)
    board = real_network.person("austerlitz", "board").visitor
    page = requests_of(real_network)
    board.submit(page, page.form(action="/toelaten"))
    accept = peer.wait_for(lambda one: one["type"] == "Accept", "the Accept")
    accepted = accept["document"]["object"]
    assert (accepted if isinstance(accepted, str) else accepted["id"]) == follow
    name = "Wandelen met de buren"
    publish_format(board, write_format(board, name))
    create = peer.wait_for(lambda one: _is_about(one, name) and one["handled"], "the Create, taken by Fedify")
    assert create["handled"] == "Create"
    assert create["proof"]
    assert create["signatureOwner"] == actor["actor"]
    thing = create["document"]["object"]
    assert (thing["type"], thing["recordType"]) == ("Article", "ActivityTemplate")
    assert "<h" in thing["content"]  # readable for software that knows nothing of templates
    served = peer.ask("proof", url=thing["id"])
    assert served["proven"]
    assert served["document"]["name"] == name


def test_a_changed_document_is_not_proven(peer, actor):
    document = peer.ask("proof", url=actor["actor"])["document"]
    assert not peer.ask("proof", document=document | {"name": "Iemand anders"})["proven"]


def test_what_a_follower_posts_is_taken_and_left_unused(peer, actor):
    for kind in ("create", "update", "delete"):
        posted = peer.ask("post", actor=actor["actor"], kind=kind)
        assert posted["posts"][-1]["status"] in {202, 403}, posted


def _is_about(activity: dict[str, Any], name: str) -> bool:
    thing = activity["document"].get("object")
    return activity["type"] == "Create" and isinstance(thing, dict) and thing.get("name") == name
