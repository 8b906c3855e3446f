"""Fedify, which shares no code with ours, reads our records: types, texts, languages, moments, places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.federation.wire.conftest import Told, told
from tests.interop.peer import Peer, fedify_peer

pytestmark = [pytest.mark.interop, pytest.mark.timeout(120)]
__all__ = ["told"]

TYPES = {
    "ActivityTemplate": "Article",
    "OutcomeRelease": "Article",
    "PublicEvent": "Event",
    "Story": "Article",
}


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """The Fedify peer."""
    with fedify_peer() as running:
        yield running


def read(peer: Peer, document: dict[str, Any]) -> dict[str, Any]:
    """Fedify's typed view; it fetches no actor here, so it says nothing of the proof."""
    return dict(peer.ask("read", document=document))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fedify_finds_what_matters_in_each_of_our_records(peer: Peer, told: Told) -> None:
    for kind, plain in TYPES.items():
        thing = told[kind]["object"]
        seen = read(peer, thing)
        assert seen["type"] == plain, kind
        assert seen["name"] == thing["name"]
        assert seen["content"] == thing["content"]
        assert seen["summary"] == thing["summary"]
        assert seen["url"] == thing["url"]
        assert seen["languages"] == ["nl", "nl"]
        assert seen["attributedTo"] == thing["attributedTo"]
        assert seen["isPublic"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fedify_reads_the_moment_and_the_place_of_an_event(peer: Peer, told: Told) -> None:
    seen = read(peer, told["PublicEvent"]["object"])
    starts_at = datetime.fromisoformat(seen["startTime"].replace("Z", "+00:00"))
    ends_at = datetime.fromisoformat(seen["endTime"].replace("Z", "+00:00"))
    assert starts_at == told.occurrence.starts_at
    assert ends_at == told.occurrence.ends_at
    assert seen["place"] == {"type": "Place", "name": "Dorpshuis"}
