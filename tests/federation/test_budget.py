"""Bounded work: what one activity may make us ask of others, and how everything we keep of strangers ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor, RemoteKey, remember_actor
from federation.database import now
from federation.fetching.budget import MOST_FETCHES, MOST_NEW_ACTORS, Budget, BudgetSpent, spending
from federation.fetching.collections import MOST_ITEMS, MOST_PAGES, items_of
from federation.fetching.failed_fetches import FailedFetch
from federation.fetching.fetch import fetch_json
from federation.receiving import inbox
from federation.receiving.inbox import MOST_ATTEMPTS, InboxActivity
from federation.receiving.introductions import SPENT, introduce
from federation.relations.forgetting import PEERS, STRANGERS, forget_silent_peers, forget_strangers
from federation.relations.peers import Peer
from federation.relations.standing import set_rule
from federation.settings import Settings
from federation.signatures.fetch_limits import FetchCount, KeyFetch, forget_old_counts
from federation.signatures.owner_keys import ActorNeeded
from schemas.errors import GaveUp
from tests.federation.remote import ALICE, Answer, actor_of, document, key_pair, redirect

LOOPBACK = Settings(allow_loopback=True)


def test_every_request_counts_where_it_is_made(remote):
    """Redirects and second looks at the id are requests like any other."""
    remote.answers["/a"] = redirect("/b")
    remote.answers["/b"] = document({"id": f"{remote.base}/c"})
    remote.answers["/c"] = document({"id": f"{remote.base}/c"})
    with spending(Budget(fetches=5)) as purse:
        fetch_json(LOOPBACK, f"{remote.base}/a")
        assert purse.fetches == 2
        with pytest.raises(BudgetSpent):
            fetch_json(LOOPBACK, f"{remote.base}/a")
    assert len(remote.asked) == 5


def test_without_a_budget_nothing_is_counted(remote):
    remote.answers["/a"] = document({"id": f"{remote.base}/a"})
    for _again in range(40):
        fetch_json(LOOPBACK, f"{remote.base}/a")
    assert len(remote.asked) == 40


def test_an_actor_that_cannot_be_paid_for_is_not_held_against_it(runtime, settings, village, remote):
    uri = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = document(actor_of(uri, key_pair()))
    with spending(Budget(new_actors=0)), pytest.raises(BudgetSpent):
        learn_actor(runtime.database, settings, uri)
    assert remote.asked == []
    with runtime.database.session(write=False) as session:
        assert session.get(FailedFetch, uri) is None
    assert learn_actor(runtime.database, settings, uri).uri == uri


def _arrive(session, *wanted, number=1):
    """An activity that waits for these actors one after the other."""
    row = InboxActivity(
        uri=f"https://elders.example/{number}",
        actor_uri=ALICE,
        type="Create",
        document={"wanted": wanted},
        attempts=1,
    )
    _need(row, wanted[0])
    session.add(row)
    session.commit()
    return row


def _need(row, uri):
    row.state, row.error = "new", str(ActorNeeded(uri))[:500]


def test_the_budget_travels_with_the_activity_through_its_jobs(runtime, session, settings, village, remote):
    """One that always needs another actor gets three, whatever it says, and then it has failed."""
    names = [f"{remote.base}/actors/{number}" for number in range(6)]
    for at, uri in enumerate(names):
        remote.answers[f"/actors/{at}"] = document(actor_of(uri, key_pair()))
    row = _arrive(session, *names)
    for uri in names:
        if row.state == "new":
            _need(row, uri)
        session.commit()
        introduce(session, runtime.database, settings, uri)
        session.refresh(row)
    assert len(remote.asked) == MOST_NEW_ACTORS == 3
    assert (row.state, row.error, row.new_actors) == ("failed", SPENT, 3)


def test_requests_are_charged_to_all_who_wait(runtime, session, settings, village, remote):
    uri = f"{remote.base}/actors/x"
    for step in range(3):
        remote.answers[f"/{step}"] = redirect(f"/{step + 1}")
    remote.answers["/actors/x"] = redirect("/1")
    remote.answers["/3"] = document({"id": uri})
    rows = [_arrive(session, uri, number=number) for number in range(2)]
    introduce(session, runtime.database, settings, uri)
    for row in rows:
        session.refresh(row)
        assert (row.state, row.fetches, row.new_actors) == ("failed", len(remote.asked), 1)
    assert 3 <= len(remote.asked) <= 8


def test_one_that_has_spent_its_requests_asks_nothing_more(runtime, session, settings, village, remote):
    uri = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = document(actor_of(uri, key_pair()))
    row = _arrive(session, uri)
    row.fetches = MOST_FETCHES
    session.commit()
    introduce(session, runtime.database, settings, uri)
    session.refresh(row)
    assert (row.state, row.error, remote.asked) == ("failed", SPENT, [])


def test_a_server_that_is_down_costs_too(runtime, session, settings, village, remote):
    uri = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = Answer(b"", 503)
    row = _arrive(session, uri)
    introduce(session, runtime.database, settings, uri)
    session.refresh(row)
    assert (row.state, row.fetches) == ("new", 1)


def test_no_activity_takes_more_steps_than_ten():
    assert MOST_ATTEMPTS <= 10
    assert inbox.BATCH_TIME <= 1


def _pages(count, per_page=10, **changes):
    """A collection of so many pages."""
    pages = {"https://h.example/": {"first": "https://h.example/1"}}
    for number in range(1, count + 1):
        page = {"orderedItems": [f"{number}.{at}" for at in range(per_page)]}
        if number < count:
            page["next"] = f"https://h.example/{number + 1}"
        pages[f"https://h.example/{number}"] = {**page, **changes}
    return pages


def test_a_collection_is_read_to_its_end():
    pages = _pages(20, per_page=50)
    assert len(items_of(pages.__getitem__, "https://h.example/")) == 1000 == MOST_ITEMS
    embedded = {"https://h.example/": {"first": {"items": ["a"], "next": "https://h.example/2"}}}
    embedded["https://h.example/2"] = {"items": "b"}
    assert items_of(embedded.__getitem__, "https://h.example/") == ["a", "b"]


def test_an_endless_collection_is_given_up():
    with pytest.raises(GaveUp, match="20 pages"):
        items_of(_pages(MOST_PAGES + 1).__getitem__, "https://h.example/")
    with pytest.raises(GaveUp, match="1000 items"):
        items_of(_pages(20, per_page=51).__getitem__, "https://h.example/")


def test_a_collection_does_not_go_round_nor_elsewhere():
    asked = []

    def fetch(pages):
        return lambda url: asked.append(url) or pages[url]

    with pytest.raises(GaveUp, match="circle"):
        items_of(fetch(_pages(3, next="https://h.example/1")), "https://h.example/")
    with pytest.raises(GaveUp, match="another origin"):
        items_of(fetch(_pages(3, next="https://victim.example/")), "https://h.example/")
    assert len(asked) < 8
    assert not any("victim" in url for url in asked)


def test_what_a_stranger_makes_us_keep_is_forgotten(session, village, alice):
    """Remote state without expiry (CVE-2026-69132)."""
    far = "https://far.example/actors/x"
    remember_actor(session, actor_of(far, key_pair(1)))
    session.add_all([Peer(host="far.example", last_failure_at=now() - PEERS - timedelta(days=1))])
    session.add_all([Peer(host="near.example", last_failure_at=now(), alarm="clock")])
    forget_strangers(session)
    assert session.get(RemoteActor, far) is not None
    session.execute(update(RemoteActor).values(fetched_at=now() - STRANGERS - timedelta(days=1)))
    forget_strangers(session)
    forget_silent_peers(session)
    session.commit()
    session.expire_all()
    assert set(session.scalars(select(RemoteActor.uri))) == {ALICE}  # whom somebody ruled about
    assert set(session.scalars(select(RemoteKey.actor_uri))) == {ALICE}
    assert set(session.scalars(select(Peer.host))) == {"near.example"}


def test_a_suspended_actor_is_not_forgotten(session, village, alice):
    set_rule(session, ALICE, "suspend", reason="x", by="test")
    session.execute(update(RemoteActor).values(fetched_at=now() - STRANGERS - timedelta(days=1)))
    forget_strangers(session)
    assert session.scalar(select(RemoteActor.uri)) == ALICE


def test_counts_and_claims_of_fetches_end(session):
    session.add(FetchCount(host="far.example", since=now() - timedelta(minutes=5), count=30))
    session.add(FetchCount(host="near.example", since=now(), count=3))
    session.add(KeyFetch(key_id="https://far.example/x#key", until=now() - timedelta(seconds=1)))
    session.commit()
    forget_old_counts(session)
    assert list(session.scalars(select(FetchCount.host))) == ["near.example"]
    assert session.scalar(select(KeyFetch.key_id)) is None
