"""What a search asks of the database: few questions, and none that grows with what was written lately."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, event, text

from directory.examples.data import examples
from directory.search import facet_sets, vocabulary
from directory.search.facet_sets import FacetSet
from directory.search.service import remove, search, search_beside
from tests.directory.organisations import add, organisation

UNSORTED = (
    "SELECT gin_clean_pending_list('ix_search_token_title') + "
    "gin_clean_pending_list('ix_search_token_anywhere')"
)
MOST = 7
"""Versions, synonyms, words (three on PostgreSQL), the order by name, the rows."""


@pytest.fixture
def asked(session):
    """The statements of this session, as they come."""
    statements: list[str] = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("query", ["eettafel", "zorgcoöperatie utrecht", "xyzzyq", ""])
def test_a_search_asks_few_questions(session, asked, query):
    add(session, *examples(120))
    session.commit()
    search(session, query)
    asked.clear()
    search(session, query)
    assert len(asked) <= MOST


def test_what_stands_beside_a_list_does_not_look_for_the_words_again(session, asked):
    add(session, *examples(40))
    session.commit()
    kinds = ("entry", "story")
    results = search(session, "samen eten", kinds=("template",))
    alone = search_beside(session, "samen eten", kinds)
    asked.clear()
    assert search_beside(session, "samen eten", kinds, matched=results.matched) == alone
    assert alone[0].kind == "entry"
    assert not [each for each in asked if "search_token" in each]


def test_nothing_that_was_indexed_waits_to_be_sorted_in(session):
    """PostgreSQL reads all that waits at every search; SQLite's index has no such list."""
    add(session, *examples(60))
    add(session, organisation("De Late", "Urk"), first=70)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        assert session.scalar(text(UNSORTED)) == 0
    assert search(session, "late").hits[0].title == "De Late"


def test_the_sets_are_read_again_after_every_change_and_only_then(runtime, session, asked):
    add(session, *examples(20))
    session.commit()
    with runtime.database.session(write=False) as other:
        assert search(other, "").total == 20
        before = vocabulary.versions(other).sets
        asked.clear()
        search(other, "")
        assert not [each for each in asked if "search_facet_set" in each]
    add(session, organisation("De Nieuwe", theme=["eating"]), first=70)
    session.commit()
    with runtime.database.session(write=False) as other:
        assert vocabulary.versions(other).sets > before
        assert search(other, "").total == 21
    remove(session, "https://hub.example/objects/70")
    session.commit()
    with runtime.database.session(write=False) as other:
        assert search(other, "").total == 20


def test_what_is_not_committed_is_counted_by_its_own_session_alone(runtime, session):
    add(session, *examples(20))
    session.commit()
    add(session, organisation("De Nieuwe"), first=70)
    assert search(session, "").total == 21
    seen: list[int] = []

    def look() -> None:
        with runtime.database.session(write=False) as other:
            seen.append(search(other, "").total)

    other = threading.Thread(target=look)
    other.start()
    other.join(20)
    assert seen == [20]
    session.rollback()
    assert search(session, "").total == 20


def test_a_copy_of_the_sets_serves_who_asks_for_other_facets_too(session):
    add(session, *examples(20))
    session.commit()
    themes = facet_sets.load(session, ["theme"])
    session.execute(delete(FacetSet).where(FacetSet.name == "theme"))
    assert facet_sets.load(session, ["theme", "province"]).items() >= themes.items()
    session.rollback()
    assert {name for name, _code in facet_sets.load(session, ["theme", "province"])} == {"theme", "province"}
