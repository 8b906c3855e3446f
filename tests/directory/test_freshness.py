"""Freshness: what time, silence and a confirmation do to an entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.freshness.rules import (
    ASK_AFTER,
    NODE_DUE_AFTER,
    NODE_STALE_AFTER,
    STALE_AFTER,
    freshness_of,
    last_sign,
)
from directory.freshness.service import SILENT_FOR, count_states, note_reached, note_unreachable, refresh
from directory.replica.entries import Entry
from directory.search.service import Selection, search_selection
from federation.database import now
from federation.relations.peers import BREAKER_FAILURES, Peer
from tests.directory.organisations import add, organisation

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("has_node", "age", "state"),
    [
        (False, timedelta(0), "fresh"),
        (False, ASK_AFTER - DAY, "fresh"),
        (False, ASK_AFTER, "due"),
        (False, STALE_AFTER, "stale"),
        (True, NODE_DUE_AFTER - DAY, "fresh"),
        (True, NODE_DUE_AFTER, "due"),
        (True, NODE_STALE_AFTER, "stale"),
    ],
)
def test_age_decides_and_a_node_is_asked_sooner(has_node, age, state):
    at = now()
    told = {"has_node": has_node, "closed_on": None, "is_unreachable": False, "at": at}
    assert freshness_of(last_sign_at=at - age, **told) == state


def test_what_ended_is_closed_and_what_does_not_answer_is_unreachable():
    at = now()
    told = {"has_node": False, "last_sign_at": at, "at": at}
    assert freshness_of(closed_on=at.date(), is_unreachable=True, **told) == "closed"
    assert freshness_of(closed_on=at.date() + DAY, is_unreachable=False, **told) == "fresh"
    assert freshness_of(closed_on=None, is_unreachable=True, **told) == "unreachable"


def test_mending_a_spelling_error_confirms_nothing():
    at = now()
    asked = (at - 200 * DAY).date()
    assert last_sign(has_node=False, confirmed_on=asked, updated_at=at).date() == asked
    assert last_sign(has_node=True, confirmed_on=asked, updated_at=at) == at


def state_of(session, uri):
    return session.scalar(select(Entry.freshness).where(Entry.uri == uri))


def test_time_makes_an_entry_due_and_the_filter_follows(session):
    old = (now() - 200 * DAY).date().isoformat()
    asked, fresh, ended = add(
        session,
        organisation("Oud", "Zeist", confirmedOn=old),
        organisation("Nieuw", "Zeist"),
        organisation("Voorbij", "Zeist", closedOn=old),
    )
    assert [state_of(session, uri) for uri in (asked, fresh, ended)] == ["due", "fresh", "closed"]
    session.execute(update(Entry).where(Entry.uri == fresh).values(updated_at=now() - 300 * DAY))
    assert refresh(session) == 1
    assert refresh(session) == 0
    found = search_selection(session, Selection(kinds=("entry",), freshness="stale"))
    assert [hit.uri for hit in found.hits] == [fresh]
    counts = {each.code: each.count for each in found.facets["freshness"]}
    assert counts == {"due": 1, "stale": 1, "closed": 1}
    assert count_states(session) == {"fresh": 0, "due": 1, "stale": 1, "unreachable": 0, "closed": 1}


def test_a_node_is_as_fresh_as_we_heard_of_it(session):
    (uri,) = add(
        session,
        {**organisation("Dorp"), "id": "https://dorp.example/actor", "inbox": "https://dorp.example/i"},
    )
    session.execute(update(Entry).values(updated_at=now() - NODE_STALE_AFTER))
    session.execute(update(Entry).values(owner_uri=uri))
    refresh(session)
    assert state_of(session, uri) == "stale"
    peer = Peer(host="dorp.example", failures=0, last_success_at=now() - DAY)
    session.add(peer)
    refresh(session)
    assert state_of(session, uri) == "fresh"
    peer.failures, peer.last_success_at = BREAKER_FAILURES, now() - SILENT_FOR - DAY
    refresh(session)
    assert state_of(session, uri) == "unreachable"
    peer.failures = BREAKER_FAILURES - 1
    refresh(session)
    assert state_of(session, uri) == "fresh"


def test_somebody_finds_that_nobody_answers(session):
    uri, other = add(session, organisation("Stil"), organisation("Anders"))
    note_unreachable(session, uri, by="Ans")
    note_unreachable(session, uri, by="Ans")
    assert (state_of(session, uri), state_of(session, other)) == ("unreachable", "fresh")
    note_reached(session, uri)
    assert state_of(session, uri) == "fresh"


def test_rebuilding_the_directory_keeps_who_is_unreachable(session):
    content = organisation("Stil")
    (uri,) = add(session, content)
    note_unreachable(session, uri)
    add(session, content)
    refresh(session)
    assert state_of(session, uri) == "unreachable"
