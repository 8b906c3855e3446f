"""Entries: a projection of the organisations of the network."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from directory.replica import entries
from directory.replica.entries import Entry, EntryArea, get_entry
from directory.search import service as search
from directory.search.documents import SearchDocument, SearchFacet
from directory.search.facet_sets import FacetSet
from directory.search.service import key_of
from schemas.errors import NotFound
from tests.directory.organisations import add, organisation

FULL = {
    "kind": "care_cooperative",
    "legalForm": "cooperative",
    "phase": "running",
    "themes": ["eating", "housing"],
    "targetGroups": ["everyone"],
    "foundedOn": 2012,
    "volunteersBand": "100-249",
    "membersBand": "500+",
    "hasSupporter": True,
    "contact": {"website": "https://zorgt.example", "email": None, "telephone": "0343 123456"},
    "sourceName": "Eigen opgave",
}


def test_an_entry_tells_what_its_owner_told(session):
    (uri,) = add(session, organisation("Austerlitz Zorgt", "Austerlitz", "Zeist", summary="Samen.", **FULL))
    entry = get_entry(session, key_of(uri))
    assert (entry.name, entry.kind, entry.founded_on, entry.has_supporter) == (
        "Austerlitz Zorgt", "care_cooperative", 2012, True,
    )  # fmt: skip
    assert [(area.name, area.municipality_code) for area in entry.areas] == [
        ("Austerlitz", "GM0355"),
        ("Zeist", "GM0355"),
    ]
    assert entry.contact["website"] == "https://zorgt.example"
    assert not entry.has_node
    assert not entry.is_example


def test_a_changed_entry_replaces_the_old_one_with_its_places(session):
    (uri,) = add(session, organisation("Oud", "Austerlitz", "Zeist", "Driebergen-Rijsenburg"))
    add(session, organisation("Nieuw", "Esbeek"))
    session.expire_all()
    assert get_entry(session, key_of(uri)).name == "Nieuw"
    assert session.scalar(select(func.count()).select_from(EntryArea)) == 1
    assert search.search(session, "oud").total == 0


def test_a_removed_entry_leaves_nothing(session):
    (uri,) = add(session, organisation("Weg", "Austerlitz", **FULL))
    entries.remove(session, uri)
    entries.remove(session, uri)
    for table in (Entry, EntryArea, SearchDocument, SearchFacet, FacetSet):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    with pytest.raises(NotFound):
        get_entry(session, key_of(uri))


def test_an_actor_is_an_entry_with_a_node_and_its_html_becomes_text(session):
    actor = organisation("Dorp", summary="<p>Wij &amp; jullie</p><p>samen<script>alert(1)</script></p>")
    (uri,) = add(session, {**actor, "inbox": "https://dorp.example/inbox"})
    entry = get_entry(session, key_of(uri))
    assert entry.has_node
    assert entry.summary.split() == ["Wij", "&", "jullie", "samen"]


def test_an_actor_that_stops_telling_about_itself_leaves_the_directory(session):
    add(session, organisation("Dorp"))
    add(session, {**organisation("Dorp"), "initiative": None})
    assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_one_entry_twice_in_a_batch_is_stored_once(session):
    content = {**organisation("Dubbel"), "id": "https://hub.example/objects/same"}
    add(session, content, {**content, "name": "Dubbel en laatst"})
    assert session.scalars(select(Entry.name)).all() == ["Dubbel en laatst"]
