"""The sets of documents by value are what the rows say, whatever happened; and pages are in one order."""

from __future__ import annotations

import random
import threading

import pytest
from sqlalchemy import delete, func, insert, select, update

from directory.examples.data import examples
from directory.freshness import service as freshness
from directory.geography.places import resolve_place
from directory.replica import entries
from directory.replica.entries import Entry, EntryArea
from directory.search import facet_sets, ranking, reindex, synonym_changes, vocabulary
from directory.search import index as search_index
from directory.search.documents import SearchDocument, SearchFacet
from directory.search.facet_sets import EXAMPLE, RECORD, FacetSet
from directory.search.folding import fold
from directory.search.selection import FACETS
from directory.search.service import Near, Selection, search, search_selection
from tests.directory.organisations import add, organisation

ALL = {RECORD, EXAMPLE, *FACETS, "municipality"}


def assert_right(session) -> None:
    """The sets are those that would be made anew."""
    kept = facet_sets.load(session, ALL)
    assert all(kept.values())
    session.execute(delete(FacetSet))
    assert facet_sets.load(session, ALL) == kept


def test_sets_follow_what_is_written_changed_and_removed(session):
    chance = random.Random(4)
    contents = list(examples(40))
    for _step in range(12):
        first = chance.randrange(30)
        add(session, *chance.sample(contents, 5), first=first)
        entries.remove(session, f"https://hub.example/objects/{chance.randrange(40)}")
        uris = session.scalars(select(Entry.uri).limit(3)).all()
        session.execute(update(Entry).where(Entry.uri.in_(uris)).values(closed_on=func.current_date()))
        freshness.refresh(session, uris)
    assert_right(session)


def test_documents_with_far_numbers_are_counted_once(session):
    """As when many were there before: their sets stand in several blocks."""
    numbers = (65_530, 65_536, 140_000, 400_000)
    for number in numbers:
        row = {"id": number, "uri": f"https://far.example/{number}", "key": str(number), "kind": "entry"}
        row |= {"title": "Ver", "sort_title": "ver", "summary": "", "places": "", "words": ""}
        session.execute(insert(SearchDocument), [{**row, "is_example": False}])
        session.execute(insert(SearchFacet), [{"document_id": number, "name": "theme", "code": "eating"}])
    facet_sets.build(session)
    assert session.scalars(select(FacetSet.block).where(FacetSet.name == "theme")).all() == [0, 1, 2, 6]
    assert list(facet_sets.load(session, [RECORD])[RECORD, "entry"]) == list(numbers)
    found = search(session, "", kinds=("entry",), theme="eating")
    assert (found.total, found.facets["theme"][0].count) == (4, 4)
    search_index.remove_documents(session, ["https://far.example/140000", "https://far.example/65530"])
    assert list(facet_sets.load(session, ["theme"])["theme", "eating"]) == [65_536, 400_000]
    assert_right(session)


def test_what_is_undone_leaves_no_set(session):
    add(session, *examples(5))
    session.commit()
    before = facet_sets.load(session, ALL)
    add(session, organisation("De Spijt", "Urk"), first=70)
    session.rollback()
    assert facet_sets.load(session, ALL) == before


def test_two_who_write_at_once_lose_nothing_of_each_other(runtime):
    beginning = threading.Event()

    def write():
        with runtime.database.session() as second:
            beginning.set()
            add(second, *examples(6), first=50)
            second.commit()

    with runtime.database.session() as first:
        add(first, *examples(5))
        other = threading.Thread(target=write)
        other.start()
        beginning.wait(20)
        add(first, organisation("De Late", "Urk"), first=30)
        first.commit()
        other.join(20)
        assert search(first, "", kinds=("entry",)).total == 12
        assert_right(first)


def test_a_database_without_sets_is_counted_all_the_same_and_gets_them_with_the_next_change(session):
    add(session, *examples(20))
    before = search(session, "").facets
    session.execute(delete(FacetSet))
    assert facet_sets.is_missing(session)
    assert search(session, "").facets == before
    add(session, organisation("De Nieuwe"), first=70)
    assert not facet_sets.is_missing(session)
    assert_right(session)


def test_a_rebuild_makes_them_anew(session):
    add(session, *examples(20))
    before = facet_sets.load(session, ALL)
    reindex.rebuild(session)
    after = facet_sets.load(session, ALL)
    assert {key: len(found) for key, found in after.items()} == {k: len(v) for k, v in before.items()}
    assert_right(session)


@pytest.mark.parametrize("few", [0, 400])
@pytest.mark.parametrize("query", ["", "eettafel", "samen eten zeist", "koffie"])
def test_pages_by_relevance_and_name_follow_one_another(session, monkeypatch, few, query):
    """However many there are: a small set is sorted by the database, of a large one the names are walked."""
    monkeypatch.setattr(ranking, "FEW", few)
    add(session, *examples(90))
    whole = search(session, query, per_page=500)
    pages = [search(session, query, per_page=7, page=page) for page in range(1, whole.pages * 14 + 14)]
    assert [hit for page in pages for hit in page.hits] == whole.hits
    assert len(whole.hits) == whole.total
    by_name = search_selection(session, Selection(query), sort="name", per_page=500).hits
    names = [fold(hit.title) for hit in by_name]
    assert names == sorted(names)
    assert {hit.uri for hit in by_name} == {hit.uri for hit in whole.hits}


def test_the_nearest_are_the_nearest_of_all(session):
    add(session, *examples(120))
    urk = resolve_place("Urk")
    near = Near(urk.latitude, urk.longitude)
    found = search_selection(session, Selection(kinds=("entry",), near=near), sort="distance", per_page=200)
    distances = {}
    rows = session.execute(
        select(Entry.uri, EntryArea.latitude, EntryArea.longitude).join(
            EntryArea, EntryArea.document_id == Entry.document_id
        )
    )
    for uri, latitude, longitude in rows:
        distances[uri] = min(distances.get(uri, 9e9), near.km_to(latitude, longitude))
    shown = [round(distances[hit.uri], 6) for hit in found.hits]
    assert shown == sorted(shown)
    assert len(shown) == 120
    second = search_selection(
        session, Selection(kinds=("entry",), near=near), sort="distance", per_page=9, page=2
    )
    assert second.hits == found.hits[9:18]


def test_the_end_of_a_savepoint_shares_nothing_that_may_be_undone(session):
    """What a session changed is its own until the whole transaction ends."""
    add(session, organisation("Eerste", "Zeist"))
    synonym_changes.record(session, "stamtafel", ["stamtafel", "soepcafé"], by="Ans")
    kept = session.begin_nested()
    kept.commit()
    undone = session.begin_nested()
    undone.rollback()
    marks = (facet_sets._DIRTY, vocabulary._DIRTY, synonym_changes._DIRTY)
    assert all(session.info.get(mark) for mark in marks)
    session.commit()
    assert not any(session.info.get(mark) for mark in marks)
