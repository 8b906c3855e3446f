"""The words of the corpus: every process has the same, and forgets what nobody uses any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.search import service as search
from directory.search import vocabulary
from directory.search.index import index_document, remove
from directory.search.jobs import sweep
from directory.search.vocabulary import SearchWord, coarse
from federation import runtime as runtime_module
from federation.database import Database


@pytest.fixture
def other_process(runtime):
    """A connection pool of its own, so nothing that this process remembers."""
    url = runtime.database.engine.url.render_as_string(hide_password=False)
    database = Database(url, runtime.queue)
    yield database
    database.dispose()


def publish(session, number, title, *texts):
    index_document(session, f"https://b.example/objects/{number}", kind="entry", title=title, texts=texts)


def words(database):
    with database.session(write=False) as session:
        return vocabulary.lexicon(session).counts


def test_a_process_that_ran_from_the_beginning_counts_as_one_that_starts_now(runtime, session, other_process):
    publish(session, 0, "De Moestuin", "Zonnebloemen")
    session.commit()
    assert words(runtime.database)["moestuin"] == 1
    for number in range(1, 21):
        publish(session, number, f"Moestuin {number}", "Samen in de moestuin")
        session.commit()
    assert words(runtime.database) == words(other_process)
    assert words(runtime.database)["moestuin"] == coarse(21)


def test_a_word_of_what_was_taken_away_is_not_suggested(runtime, session, other_process):
    publish(session, 1, "Stichting Verhagenstein")
    publish(session, 2, "De Moestuin")
    session.commit()
    assert "verhagenstein" in words(runtime.database)
    remove(session, "https://b.example/objects/1")
    session.commit()
    for database in (runtime.database, other_process):
        assert "verhagenstein" not in words(database)
        with database.session(write=False) as asking:
            assert search.search(asking, "verhagenstien").correction is None


def test_such_a_word_is_deleted_within_the_hour(runtime, session, other_process):
    publish(session, 1, "Stichting Verhagenstein")
    publish(session, 2, "De Moestuin")
    session.commit()
    assert "verhagenstein" in words(other_process)  # and it asks no more until the row is gone
    remove(session, "https://b.example/objects/1")
    session.commit()
    runtime_module.install(runtime)
    sweep()
    assert session.scalars(select(SearchWord.word)).all() == ["moestuin"]
    assert words(other_process) == words(runtime.database) == {"moestuin": 1}


def test_forgetting_nothing_changes_nothing(runtime, session):
    publish(session, 1, "De Moestuin")
    session.commit()
    before = vocabulary.versions(session)
    vocabulary.forget_unused(session)
    assert vocabulary.versions(session) == before


def test_what_is_undone_leaves_the_next_one_in_order(runtime, session, other_process):
    publish(session, 1, "De Moestuin")
    session.commit()
    publish(session, 2, "Zweefvliegen")
    assert "zweefvliegen" in vocabulary.lexicon(session).counts
    session.rollback()
    publish(session, 2, "Springkussen")
    session.commit()
    assert words(runtime.database) == words(other_process) == {"moestuin": 1, "springkussen": 1}


def test_a_number_is_told_when_it_grew_by_a_quarter_at_most():
    told = [coarse(number) for number in range(5000)]
    assert told[:9] == list(range(9))
    assert all(known <= number <= known * 1.25 for number, known in enumerate(told))
    assert len(set(told[1000:])) < 12
