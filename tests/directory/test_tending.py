"""The index after an upgrade, made anew a part at a time; and PostgreSQL's figures about it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from directory.examples.data import examples
from directory.search import jobs, tending
from directory.search import service as search
from directory.search.documents import SearchFacet
from directory.search.facet_sets import FacetSet
from directory.search.vocabulary import SearchVersion
from tests.directory.organisations import add, organisation


@pytest.fixture
def corpus(session):
    """Records that are all indexed."""
    add(session, *examples(30), organisation("De Oude Eik", "Zeist", phase="mature"))
    session.commit()
    return session


def as_before_an_upgrade(session):
    """The index without what this version adds."""
    session.execute(delete(SearchFacet).where(SearchFacet.name == "phase"))
    session.execute(delete(FacetSet))
    session.execute(update(SearchVersion).values(layout=0))
    session.commit()


def tend_all(session):
    parts = 1
    while tending.tend_some(session):
        session.commit()
        parts += 1
    session.commit()
    return parts


def test_a_new_node_has_nothing_to_do(session, corpus):
    tend_all(corpus)
    assert not tending.is_due(corpus)


def test_after_an_upgrade_everything_is_found_by_what_is_new(corpus, monkeypatch):
    monkeypatch.setattr(tending, "BATCH", 10)
    as_before_an_upgrade(corpus)
    assert search.search(corpus, "eik", phase="mature").total == 0
    assert tending.is_due(corpus)
    assert tend_all(corpus) >= 5
    assert search.search(corpus, "oude eik", phase="mature").hits[0].title == "De Oude Eik"
    assert search.search(corpus, "", kinds=("entry",)).total == 31
    assert not tending.is_due(corpus)


def test_it_goes_on_where_it_was_stopped(corpus, monkeypatch):
    monkeypatch.setattr(tending, "BATCH", 10)
    as_before_an_upgrade(corpus)
    tending.tend_some(corpus)
    corpus.commit()
    reached = corpus.scalar(select(SearchVersion.rebuilt_to))
    assert reached
    tending.tend_some(corpus)
    corpus.rollback()  # as when the worker is killed
    assert corpus.scalar(select(SearchVersion.rebuilt_to)) == reached
    tend_all(corpus)
    counts = {each.code: each.count for each in search.search(corpus, "", kinds=("entry",)).facets["phase"]}
    assert sum(counts.values()) == 31


def test_the_job_does_all_of_it(corpus, runtime):
    as_before_an_upgrade(corpus)
    jobs.tend()
    with runtime.database.session(write=False) as reader:
        assert not tending.is_due(reader)


def test_postgresql_looks_at_its_tables_again_after_they_grew(session):
    add(session, *examples(150))
    session.commit()
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    assert tending.is_due(session) == is_postgresql
    tend_all(session)
    assert not tending.is_due(session)
    if is_postgresql:
        rows = session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'search_document'"))
        assert rows == 150
