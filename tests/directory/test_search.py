"""Search: one set of ranking tests, run on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.examples.data import examples
from directory.geography.places import resolve_place
from directory.replica.records import Record
from directory.replica.showing import show_records
from directory.search import index as search_index
from directory.search import service as search
from directory.search import vocabulary
from directory.search.service import Near, Selection, index_document, remove, search_selection
from federation.database import now
from tests.directory.organisations import add, organisation
from tests.records import event, story

NOW = "2026-01-01T00:00:00Z"
AUSTERLITZ_EET = "https://austerlitz.example/objects/eet"


@pytest.fixture
def corpus(session):
    """A small network: one template, some initiatives, one release."""
    index_document(
        session,
        AUSTERLITZ_EET,
        kind="template",
        title="Austerlitz Eet",
        texts=["Om de week eten 25 mensen samen aan de eettafel in het dorpshuis.", "Vrijwilligers koken."],
        place_names=["Austerlitz"],
    )
    index_document(
        session,
        "https://a.example/objects/rijdt",
        kind="template",
        title="Austerlitz Rijdt",
        texts=["Vervoer."],
    )
    index_document(
        session,
        "https://a.example/objects/cijfer",
        kind="outcome",
        title="Eters aan tafel",
        texts=["eettafel"],
    )
    add(
        session,
        organisation(
            "Dorpskeuken De Pan", "Hoogeloon", summary="Elke dinsdag een dorpseettafel.", themes=["eating"]
        ),
        organisation("Klusteam De Hamer", "Zeist", summary="Voor alle klussen in huis.", themes=["odd_jobs"]),
        organisation(
            "Stadsdorp De Brug", "Zeist", summary="Een lamp of kraan: onze klussendienst komt langs."
        ),
        organisation(
            "Zorgcoöperatie De Eik", "Esbeek", summary="Tegen eenzaamheid van ouderen.", themes=["visiting"]
        ),
        organisation("Rijdende Helden", "Helenaveen", "Liessel", summary="Wij brengen u met de plusbus."),
    )
    session.commit()
    return session


def titles(session, query: str, **options) -> list[str]:
    return [hit.title for hit in search.search(session, query, **options).hits]


@pytest.mark.parametrize(
    "query", ["eettafel", "samen eten", "etetafel", "eetafel", "Eettafels", "maaltijd", "mee-eten"]
)
def test_austerlitz_eet_is_found_by_its_words_synonyms_and_typing_errors(corpus, query):
    assert "Austerlitz Eet" in titles(corpus, query)
    assert "Dorpskeuken De Pan" in titles(corpus, query)
    assert "Klusteam De Hamer" not in titles(corpus, query)


def test_a_correction_is_told_and_a_known_word_is_not_corrected(corpus):
    assert search.search(corpus, "etetafel").correction == "eettafel"
    assert search.search(corpus, "eettafels").correction is None


def test_a_title_weighs_more_than_a_text_and_the_word_itself_more_than_a_relative(corpus):
    assert titles(corpus, "klusteam")[0] == "Klusteam De Hamer"
    assert titles(corpus, "klussen") == ["Klusteam De Hamer", "Stadsdorp De Brug"]


def test_inflections_and_compounds_are_found(corpus):
    assert titles(corpus, "eenzame ouderen") == ["Zorgcoöperatie De Eik"]
    assert titles(corpus, "cooperatie") == ["Zorgcoöperatie De Eik"]
    assert titles(corpus, "keuken") == ["Dorpskeuken De Pan"]


def test_all_words_must_match_and_if_none_has_all_the_closest_are_shown(corpus):
    assert titles(corpus, "klussen zeist lamp") == ["Stadsdorp De Brug"]
    closest = search.search(corpus, "klussen helenaveen plusbus")
    assert closest.is_partial
    assert closest.hits[0].title == "Rijdende Helden"
    assert not search.search(corpus, "klussen zeist").is_partial


def test_an_initiative_is_found_by_place_municipality_and_province(corpus):
    assert titles(corpus, "hoogeloon") == titles(corpus, "bladel") == ["Dorpskeuken De Pan"]
    assert "Rijdende Helden" in titles(corpus, "Noord-Brabant")


def test_only_the_kinds_asked_for_are_found(corpus):
    assert titles(corpus, "eettafel", kinds=("outcome",)) == ["Eters aan tafel"]
    assert titles(corpus, "eettafel", kinds=("template",)) == ["Austerlitz Eet"]


def test_filters_combine_and_each_facet_counts_as_if_it_were_still_open(corpus):
    results = search.search(corpus, "", province="NL-NB", theme="eating")
    assert [hit.title for hit in results.hits] == ["Dorpskeuken De Pan"]
    assert {each.code: each.count for each in results.facets["province"]} == {"NL-NB": 1}
    assert {each.code: each.count for each in results.facets["theme"]} == {"eating": 1, "visiting": 1}
    everything = search.search(corpus, "", kinds=("entry",))
    assert {each.code: each.count for each in everything.facets["province"]} == {"NL-NB": 3, "NL-UT": 2}
    assert search.search(corpus, "", kinds=("entry",), municipality="GM0355").total == 2


def test_pages_hold_every_record_once(corpus):
    seen = [
        title for page in (1, 2, 3) for title in titles(corpus, "", kinds=("entry",), page=page, per_page=2)
    ]
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen)
    assert search.search(corpus, "", kinds=("entry",), per_page=2).pages == 3


def test_the_nearest_come_first_when_sorted_by_distance(corpus):
    zeist = resolve_place("Zeist")
    selection = Selection(kinds=("entry",), near=Near(zeist.latitude, zeist.longitude))
    found = search_selection(corpus, selection, sort="distance")
    assert {hit.title for hit in found.hits[:2]} == {"Klusteam De Hamer", "Stadsdorp De Brug"}
    assert found.hits[-1].title == "Rijdende Helden"


def test_a_distance_leaves_out_what_is_farther_from_every_place_of_an_initiative(corpus):
    zeist = resolve_place("Zeist")

    def within(km, **filters):
        near = Near(zeist.latitude, zeist.longitude, km)
        return search_selection(corpus, Selection(kinds=("entry",), near=near, **filters))

    close = within(5)
    assert {hit.title for hit in close.hits} == {"Klusteam De Hamer", "Stadsdorp De Brug"}
    assert {each.code: each.count for each in close.facets["province"]} == {"NL-UT": 2}
    assert within(5, theme="odd_jobs").total == 1
    assert within(400).total == 5
    hoogeloon = resolve_place("Hoogeloon")
    far = Near(zeist.latitude, zeist.longitude).km_to(hoogeloon.latitude, hoogeloon.longitude)
    assert "Dorpskeuken De Pan" in [hit.title for hit in within(far + 1).hits]
    assert "Dorpskeuken De Pan" not in [hit.title for hit in within(far - 1).hits]


def test_phase_and_target_group_are_filters_with_counts(corpus):
    add(
        corpus,
        organisation("De Oude Eik", "Zeist", phase="mature", targetGroups=["older_people", "lonely"]),
        organisation("De Jonge Eik", "Zeist", phase="idea", targetGroups=["young_people"]),
        first=70,
    )
    assert titles(corpus, "eik", kinds=("entry",), phase="idea") == ["De Jonge Eik"]
    results = search.search(corpus, "eik", target_group="lonely")
    assert [hit.title for hit in results.hits] == ["De Oude Eik"]
    assert {each.code: each.count for each in results.facets["target_group"]} == {
        "older_people": 1, "lonely": 1, "young_people": 1,
    }  # fmt: skip
    assert [(each.code, each.count) for each in results.facets["phase"]] == [("mature", 1)]


def shown(session, kind, content):
    """A record, shown as it is after its checks."""
    content |= {"attributedTo": "https://v.example/actors/dorp", "published": NOW, "updated": NOW}
    record = Record(uri=content["id"], type=kind, name=content["name"])
    record.owner_uri, record.document = "https://v.example/actors/dorp", content
    record.updated_at = record.received_at = now()
    record.verified_with = "z6Mk"
    session.add(record)
    session.flush()
    show_records(session, [record])
    return record


def test_events_and_stories_are_found_until_their_day_has_passed(corpus):
    shown(corpus, "PublicEvent", {**event(name="Samen aan tafel"), "id": "https://v.example/1"})
    record = shown(corpus, "Story", {**story(name="Tafelheer"), "id": "https://v.example/2"})
    everything = ("event", "story", "template")
    found = search.search(corpus, "tafel", kinds=("event", "story")).hits
    assert {(hit.kind, hit.title) for hit in found} == {("event", "Samen aan tafel"), ("story", "Tafelheer")}
    beside = search.search_beside(corpus, "tafel", everything)
    assert [(each.kind, each.total) for each in beside] == [("event", 1), ("story", 1), ("template", 1)]
    with time_machine.travel(now() + timedelta(days=40_000), tick=False):
        assert [each.kind for each in search.search_beside(corpus, "tafel", everything)] == ["template"]
    record.deleted_at = now()
    show_records(corpus, [record])
    assert titles(corpus, "tafelheer", kinds=("story",)) == []


def test_a_changed_record_is_found_by_its_new_words_only(corpus):
    index_document(
        corpus, AUSTERLITZ_EET, kind="template", title="Austerlitz Danst", texts=["Elke week stijldansen."]
    )
    corpus.commit()
    assert titles(corpus, "stijldansen") == ["Austerlitz Danst"]
    assert "Austerlitz Danst" not in titles(corpus, "eettafel")


def test_a_removed_record_is_gone_from_results_and_counts(corpus):
    before = search.search(corpus, "").total
    remove(corpus, AUSTERLITZ_EET)
    remove(corpus, "https://never.example/seen")
    corpus.commit()
    assert search.search(corpus, "").total == before - 1
    assert "Austerlitz Eet" not in titles(corpus, "samen eten")


def test_words_of_another_process_are_noticed(corpus, runtime):
    assert search.search(corpus, "trampolines").total == 0
    corpus.rollback()  # lets go of the write lock
    with runtime.database.session() as other:
        index_document(
            other,
            "https://b.example/objects/1",
            kind="entry",
            title="Het Springkussen",
            texts=["Trampolines."],
        )
        other.commit()
    assert titles(corpus, "trampoline") == ["Het Springkussen"]
    assert search.search(corpus, "trampolinse").correction == "trampolines"


def test_what_is_undone_is_not_remembered(corpus, runtime):
    index_document(corpus, "https://b.example/objects/2", kind="entry", title="Zweefvliegen", texts=[])
    assert titles(corpus, "zweefvliegen") == ["Zweefvliegen"]
    corpus.rollback()
    assert "zweefvliegen" not in vocabulary.lexicon(corpus).counts
    assert titles(corpus, "zweefvliegen") == []


def test_the_index_can_be_emptied_and_filled_again(corpus):
    search_index.clear(corpus)
    corpus.commit()
    assert search.search(corpus, "eettafel").total == 0
    add(corpus, organisation("Eetclub De Lepel", summary="Samen eten."), first=50)
    corpus.commit()
    assert titles(corpus, "eettafel") == ["Eetclub De Lepel"]


def test_the_order_of_arrival_does_not_matter(session):
    contents = [{**each, "id": f"https://h.example/{n}"} for n, each in enumerate(examples(60))]
    queries = ("eettafel", "klussen", "samen eten", "mantelzorg", "huiskamer")
    add(session, *reversed(contents))
    session.commit()
    reverse = [titles(session, query) for query in queries]
    search_index.clear(session)
    add(session, *contents, first=100)
    session.commit()
    assert [titles(session, query) for query in queries] == reverse
    assert all(reverse[:3])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_search(corpus, query):
    assert search.search(corpus, query).total >= 0


@pytest.mark.parametrize(
    "query", ['"', "eet*", "title:eet", "a AND OR NOT", "'); DROP TABLE entry;--", "(", "&|!", "\x00eet"]
)
def test_the_operators_of_the_databases_are_just_text(corpus, query):
    search.search(corpus, query)
    assert "Austerlitz Eet" in titles(corpus, "eettafel")
