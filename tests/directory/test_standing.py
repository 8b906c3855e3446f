"""Silence and suspension in the directory: guide, search, map, formats and the feed; and signed lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory.geography.map import draw_map
from directory.relaying.feed import FeedItem
from directory.relaying.held_items import HeldItem
from directory.relaying.signed_lists import find_publisher, read_list
from directory.replica.entries import Entry
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from directory.replica.templates import list_templates
from directory.search import reindex
from directory.search.service import Selection, search_selection
from federation.database import now
from federation.relations import deciding
from federation.relations.decisions import StandingDecision
from federation.relations.followers import Follow
from federation.relations.follows import accept_follow, end_follow, pending_requests
from federation.relations.members import Member, collection
from federation.relations.standing import PeerRule, is_allowed
from federation.relations.trusted_lists import TrustedActor, TrustedList
from federation.relations.undoing import undo
from schemas.errors import GaveUp, InvalidInput, NotAllowed
from tests.federation.remote import actor_of, key_pair, serving
from tests.federation.remote import document as answer_of
from tests.records import entry, template

NOTHING = {"entries": 0, "formats": 0, "found": 0, "facets": 0, "map": 0}


def publish(node, *documents):
    def work(session, identity):
        return [
            publish_record(session, node.settings, identity, "Create", each)["object"]["id"]
            for each in documents
        ]

    return node.do(work)


def shown(node):
    """What a visitor of this node finds."""

    def look(session, _identity):
        results = search_selection(session, Selection())
        return {
            "entries": session.scalar(select(func.count()).select_from(Entry)),
            "formats": len(list_templates(session)),
            "found": results.total,
            "facets": sum(each.count for each in results.facets.get("province", [])),
            "map": sum(cluster.count for cluster in draw_map(session, Selection()).clusters),
        }

    return node.do(look)


def decide(node, target, rule, reason="rumoer", **more):
    made = node.do(
        lambda s, _i: deciding.decide(s, node.settings, target, rule, reason=reason, by="anna", **more)
    )
    return made.id


def take_back(node, decision_id):
    node.do(lambda session, _i: undo(session, node.settings, decision_id, by="anna"))


@pytest.fixture
def three(network):
    """A hub with two villages; the first has published an entry and a format."""
    hub = network.add("land", "hub")
    first, second = network.add("een", "village"), network.add("twee", "village")
    network.join(first, hub)
    network.join(second, hub)
    publish(first, template(), entry("Initiatief"))
    network.settle()
    return hub, first, second


ALL = {"entries": 1, "formats": 1, "found": 2, "facets": 1, "map": 1}


def test_a_silenced_owner_is_heard_and_not_shown(network, three):
    _hub, first, second = three
    assert shown(second) == ALL
    decision = decide(second, first.actor_uri, "silence")
    network.settle()
    assert shown(second) == NOTHING
    publish(first, entry("Nog een"), template("Wandelclub"))
    network.settle()
    assert second.all(select(func.count()).select_from(Record)) == [4]
    assert shown(second) == NOTHING
    second.do(lambda session, _i: reindex.rebuild(session))
    assert shown(second) == NOTHING
    take_back(second, decision)
    network.settle()
    assert shown(second) == {"entries": 2, "formats": 2, "found": 4, "facets": 2, "map": 2}
    done = second.all(select(StandingDecision).order_by(StandingDecision.id))
    assert [(each.state, each.done, each.total) for each in done] == [("done", 2, 2), ("done", 4, 4)]


def test_a_rule_about_a_host_hides_all_its_owners_and_expires_by_itself(network, three):
    _hub, first, second = three
    host = first.url.removeprefix("http://")
    decide(second, host, "silence", until=now() + timedelta(days=1))
    network.settle()
    assert shown(second) == NOTHING
    second.do(lambda session, _i: setattr(session.get(PeerRule, host), "until", now()))
    second.run("directory.standing_jobs.sweep")
    network.settle()
    assert shown(second) == ALL


def test_the_work_goes_on_where_it_stopped_when_the_queue_is_lost(network, three, monkeypatch):
    _hub, first, second = three
    monkeypatch.setattr("directory.relaying.applying.BATCH", 1)
    decide(second, first.actor_uri, "silence")
    second.forget_queue()
    second.run("directory.standing_jobs.sweep")
    network.settle()
    assert shown(second) == NOTHING
    assert [each.done for each in second.all(select(StandingDecision))] == [2]


def test_whom_we_follow_ourselves_is_shown_although_silenced(network, three):
    _hub, first, second = three
    network.ask(second, first)
    network.settle()
    first.do(
        lambda session, identity: [
            accept_follow(session, first.settings, each, by="bert")
            for each in pending_requests(session, identity)
        ]
    )
    network.settle()
    decide(second, first.actor_uri, "silence")
    network.settle()
    assert shown(second) == ALL
    second.do(
        lambda session, _i: end_follow(
            session,
            second.settings,
            session.scalars(select(Follow).where(Follow.remote_uri == first.actor_uri)).one(),
            by="anna",
        )
    )
    second.run("directory.standing_jobs.sweep")
    network.settle()
    assert shown(second) == NOTHING


def test_a_hub_passes_nothing_on_of_who_it_silenced_until_it_stops(network, three):
    hub, first, second = three
    decision = decide(hub, first.actor_uri, "silence")
    network.settle()
    assert hub.all(select(func.count()).select_from(FeedItem)) == [0]
    publish(first, entry("Nog een"))
    network.settle()
    assert hub.all(select(func.count()).select_from(HeldItem)) == [3]
    assert shown(second) == ALL  # who has it keeps it; what is new does not come
    take_back(hub, decision)
    network.settle()
    assert hub.all(select(func.count()).select_from(HeldItem)) == [0]
    assert hub.all(select(func.count()).select_from(FeedItem)) == [3]
    assert shown(second)["entries"] == 2


def test_what_may_not_be_relayed_does_not_hold_up_the_rest(network, three):
    hub, first, _second = three
    decision = decide(hub, first.actor_uri, "silence")
    network.settle()
    with hub.runtime.database.session() as session:
        item = session.scalars(select(HeldItem).order_by(HeldItem.record_uri)).first()
        item.document = {**item.document, "somethingElse": "x"}
        session.commit()
    take_back(hub, decision)
    network.settle()
    assert hub.all(select(func.count()).select_from(HeldItem)) == [0]
    assert hub.all(select(func.count()).select_from(FeedItem)) == [1]


def test_a_record_withdrawn_while_it_was_silenced_stays_away(network, three):
    hub, first, second = three
    decision = decide(hub, first.actor_uri, "silence")
    network.settle()
    uri = hub.all(select(Record.uri).where(Record.type == "Organization"))[0]
    first.do(lambda session, identity: publish_record(session, first.settings, identity, "Delete", uri))
    network.settle()
    assert shown(second)["entries"] == 0
    take_back(hub, decision)
    network.settle()
    assert shown(hub)["entries"] == shown(second)["entries"] == 0


def test_nothing_comes_in_of_who_is_suspended_and_what_was_missed_is_fetched(network, three):
    _hub, first, second = three
    decision = decide(second, first.actor_uri, "suspend", "spam")
    network.settle()
    assert shown(second) == NOTHING
    publish(first, entry("Nog een"))
    network.settle()
    assert second.all(select(func.count()).select_from(Record)) == [2]
    take_back(second, decision)
    network.settle()
    assert shown(second)["entries"] == 2


def test_a_hub_that_suspends_a_member_loses_it_and_says_so(network, three):
    hub, first, second = three
    decision = decide(hub, first.actor_uri, "suspend", "spam")
    network.settle()
    assert shown(hub) == NOTHING
    assert hub.all(select(Member.actor_uri)) == [second.actor_uri]
    assert second.all(select(Member.actor_uri)) == [second.actor_uri]
    take_back(hub, decision)
    network.settle()
    assert shown(hub) == ALL
    ended = hub.all(select(Follow.state).where(Follow.remote_uri == first.actor_uri))
    assert set(ended) == {"ended"}  # connections do not come back by themselves


def test_a_signed_list_is_trusted_without_joining(network, three):
    hub, first, second = three
    alone = network.add("alleen", "village")
    assert not alone.do(lambda session, _i: is_allowed(session, first.actor_uri))

    def trust(session, _identity):
        publisher = find_publisher(session, alone.settings, hub.actor_uri)
        return deciding.trust_list(session, publisher.uri, publisher.name, by="anna")

    made = alone.do(trust)
    network.settle()
    assert set(alone.all(select(TrustedActor.actor_uri))) == {first.actor_uri, second.actor_uri}
    assert alone.do(lambda session, _i: is_allowed(session, first.actor_uri))
    row = alone.get(TrustedList, hub.actor_uri)
    assert (row.count, row.error) == (2, "")
    network.join(third := network.add("drie", "village"), hub)
    alone.do(lambda s, _i: setattr(s.get(TrustedList, hub.actor_uri), "read_at", now() - timedelta(days=2)))
    alone.do(lambda s, _i: setattr(s.get(TrustedList, hub.actor_uri), "tried_at", None))
    alone.run("directory.standing_jobs.sweep")
    network.settle()
    assert third.actor_uri in alone.all(select(TrustedActor.actor_uri))
    take_back(alone, made.id)
    assert alone.all(select(TrustedActor)) == []
    assert not alone.do(lambda session, _i: is_allowed(session, first.actor_uri))


def test_an_address_without_a_list_is_refused(network, three):
    _hub, first, second = three
    with pytest.raises(InvalidInput) as refused:
        second.do(lambda session, _i: find_publisher(session, second.settings, first.actor_uri))
    assert "address" in refused.value.fields


@pytest.mark.parametrize("proof", ["none", "another"])
def test_a_list_that_its_publisher_did_not_sign_is_not_taken_over(network, three, proof):
    hub, _first, second = three
    with serving() as server:
        uri = f"{server.base}/actors/boos"
        listed = {"id": f"{uri}/members", "type": "OrderedCollection", "first": f"{uri}/members?page=1"}
        page = {**listed, "id": listed["first"], "orderedItems": [{"id": "https://evil.example/a"}]}
        if proof == "another":
            stolen = hub.do(lambda s, i: collection(s, hub.settings, i, None))
            listed, page = stolen | {"id": listed["id"]}, stolen | {"id": page["id"]}
        actor = actor_of(uri, key_pair(), members=f"{uri}/members")
        for path, document in (("", actor), ("/members", listed), ("/members?page=1", page)):
            server.answers[f"/actors/boos{path}"] = answer_of(document)
        second.do(lambda s, _i: deciding.trust_list(s, uri, "Boos", by="anna"))
        with pytest.raises(GaveUp):
            read_list(second.runtime.database, second.settings, uri)
    assert second.all(select(TrustedActor)) == []
    assert second.get(TrustedList, uri).error


def test_asking_to_follow_who_is_suspended_is_refused(network, three):
    _hub, first, second = three
    decide(second, first.actor_uri, "suspend", "spam")
    with pytest.raises(NotAllowed):
        network.ask(second, first)
