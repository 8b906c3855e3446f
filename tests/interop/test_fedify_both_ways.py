"""Fedify and a node follow one another, tell one another of changes, and change their keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from federation.actors.actor_documents import keys_in
from federation.actors.discovery import lookup
from federation.actors.identities import get_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.relations.followers import Follow
from federation.relations.follows import request_follow
from federation.settings import load_settings
from federation.signatures.proofs import verify
from schemas.errors import BadSignature
from tests.interop.peer import Peer, fedify_peer
from tests.journeys.formats import change_section, publish_format, write_format
from tests.journeys.inside import inside
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
NAME = "Samen tuinieren"


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """A Fedify peer of this story alone."""
    with fedify_peer() as running:
        yield running


@pytest.fixture(scope="module")
def node(real_network: Network) -> Node:
    """Austerlitz, a running node."""
    return real_network.node("austerlitz")


@pytest.fixture(scope="module")
def actor_uri(node: Node) -> str:
    """Its cooperative."""
    return f"{node.url}/actors/austerlitz"


@pytest.fixture(scope="module")
def friends(peer: Peer, node: Node, actor_uri: str, real_network: Network) -> None:
    """Each follows the other."""
    settings = load_settings(node.environment)
    with inside(node) as session:
        remote = lookup(session, settings, peer.handle)
        request_follow(session, settings, get_identity(session, "cooperative"), remote)
    wait_for(lambda: state_of(node, peer, "out") == "accepted", "Fedify's yes", 30, node)
    peer.ask("follow", actor=actor_uri)
    board = real_network.person("austerlitz", "board").visitor
    page = wait_for(lambda: _with_request(board.get("/netwerk/verzoeken"), peer), "the request", 30, node)
    card = next(card for card in page.soup.select("li") if peer.handle in card.get_text(" ") and card.form)
    board.submit(page, card.select_one('form[action*="toelaten"]'))
    peer.wait_for(lambda one: one["type"] == "Accept", "our yes")


def _with_request(page: Any, peer: Peer) -> Any:
    return page if peer.handle in page.main else None


def state_of(node: Node, peer: Peer, direction: str) -> str | None:
    """How a follow between the two stands."""
    query = select(Follow.state).where(Follow.remote_uri == peer.actor, Follow.direction == direction)
    with inside(node) as session:
        return session.scalar(query)


def test_each_follows_the_other(friends, node, peer):
    assert state_of(node, peer, "out") == "accepted"
    assert state_of(node, peer, "in") == "accepted"
    follow = peer.wait_for(lambda one: one["type"] == "Follow", "our Follow")
    assert follow["handled"] == "Follow"
    assert follow["proof"]


def test_fedify_hears_of_a_format_its_new_version_and_its_end(friends, peer, actor_uri, real_network):
    board = real_network.person("austerlitz", "board").visitor
    page = publish_format(board, write_format(board, NAME))
    page = publish_format(board, change_section(board, page, "goal", "Samen buiten zijn."))
    board.submit(page, page.form(action="/intrekken"))
    heard = {}
    for kind in ("Create", "Update", "Delete"):
        heard[kind] = peer.wait_for(lambda one, kind=kind: _is_ours(one, kind, heard), kind)
        assert heard[kind]["handled"] == kind
        assert heard[kind]["proof"]
        assert heard[kind]["signatureOwner"] == actor_uri
    about = {_id_of(one["document"]["object"]) for one in heard.values()}
    assert len(about) == 1


def _is_ours(one: dict[str, Any], kind: str, heard: dict[str, Any]) -> bool:
    thing = one["document"].get("object")
    if one["type"] != kind or not one["handled"]:
        return False
    first = heard.get("Create")
    return (first is None and isinstance(thing, dict) and thing.get("name") == NAME) or (
        first is not None and _id_of(thing) == _id_of(first["document"]["object"])
    )


def _id_of(thing: Any) -> str:
    return thing if isinstance(thing, str) else str(thing["id"])


@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_we_take_fedifys_create_update_and_delete(friends, node, peer, actor_uri, scheme):
    note = None
    for kind in ("create", "update", "delete"):
        posted = peer.ask("post", actor=actor_uri, kind=kind, scheme=scheme, note=note)
        note = posted["note"]
        assert [(post["scheme"], post["status"]) for post in posted["posts"]] == [(scheme, 202)]
        row = _processed(node, posted["activity"])
        assert (row.type, row.scheme) == (kind.title(), scheme)
        assert row.state in {"done", "ignored"}, row.error


def _processed(node: Node, uri: str) -> InboxActivity:
    """The row of a message, once a worker has dealt with it."""

    def look() -> InboxActivity | None:
        with inside(node) as session:
            row = session.scalar(select(InboxActivity).where(InboxActivity.uri == uri))
        return row if row is not None and row.state != "new" else None

    found: InboxActivity = wait_for(look, f"{uri} to be processed", 30, node)
    return found


def test_we_verify_fedifys_proofs(friends, peer, actor_uri):
    sent = peer.ask("post", actor=actor_uri, kind="create")["posts"][-1]["document"]
    sent.pop("signature", None)  # an LD signature is put on after the proof; we read none
    actor = requests.get(peer.actor, headers={"Accept": "application/activity+json"}, timeout=20).json()
    keys = {key_id: text for key_id, (kind, text) in keys_in(actor).items() if kind == "ed25519"}
    assert verify(sent, owner_uri=peer.actor, keys=keys) in keys.values()
    with pytest.raises(BadSignature):
        verify(sent | {"published": "2026-01-01T00:00:00Z"}, owner_uri=peer.actor, keys=keys)


def test_a_changed_key_of_fedify_is_fetched_once_it_may_have_changed(friends, node, peer, actor_uri):
    peer.ask("rotate")
    refused = peer.ask("post", actor=actor_uri, kind="create", scheme="cavage")
    assert {post["status"] for post in refused["posts"]} == {401}
    with inside(node) as session:
        session.get_one(RemoteActor, peer.actor).fetched_at = now() - timedelta(hours=2)
    taken = peer.ask("post", actor=actor_uri, kind="create", scheme="cavage")
    assert taken["posts"][-1]["status"] == 202


def test_fedify_finds_our_new_keys(friends, node, peer, actor_uri):
    """After an emergency: the old keys are gone at once, and Fedify asks us for the new ones."""
    before = requests.get(actor_uri, headers={"Accept": "application/activity+json"}, timeout=20).json()
    node.command("rotate-keys", "--leaked", "--yes")
    after = wait_for(
        lambda: _document_with_other_keys(actor_uri, before), "new keys at our address", 60, node
    )
    update = peer.wait_for(
        lambda one: one["type"] == "Update" and _id_of(one["document"]["object"]) == actor_uri,
        "our Update",
    )
    assert update["signatureOwner"] == actor_uri
    assert set(keys_in(after)).isdisjoint(keys_in(before))
    assert peer.ask("proof", url=actor_uri)["proven"]


def _document_with_other_keys(actor_uri: str, before: dict[str, Any]) -> dict[str, Any] | None:
    present = requests.get(actor_uri, headers={"Accept": "application/activity+json"}, timeout=20).json()
    return present if set(keys_in(present)).isdisjoint(keys_in(before)) else None
