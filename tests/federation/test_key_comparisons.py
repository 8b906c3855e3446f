"""Keys in the lists of hubs are compared with the origins at leisure, and who is at fault is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from federation.actors.keys import ed25519_key_id, multibase_of
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.database import now
from federation.relations import key_comparisons
from federation.relations.agreements import KeyAgreement
from federation.relations.key_comparisons import compare_some, differences, due_members
from federation.relations.members import Member, store
from federation.relations.peers import Peer
from federation.signatures.owner_keys import owner_keys
from schemas.errors import BadSignature
from tests.federation.remote import actor_of, key_pair

OWNER = "https://dorp.example/actors/dorp"
HUB, OTHER = "https://land.example/actors/hub", "https://provincie.example/actors/hub"


def multibase(number):
    return multibase_of(key_pair(number).ed25519.public_key())


def tell(session, number):
    """The village's own document names this key."""
    remember_actor(session, actor_of(OWNER, key_pair(number)))


def list_key(session, number, hub=HUB):
    """A hub's list, as it is read each hour, names this key."""
    key = {"id": ed25519_key_id(OWNER), "type": "Multikey", "controller": OWNER}
    key["publicKeyMultibase"] = multibase(number)
    store(session, hub, {"id": OWNER, "type": "Organization", "name": "Dorp", "assertionMethod": [key]})
    session.flush()


def fetch_again(session):
    """The origin was asked again since the list changed."""
    session.execute(update(RemoteActor).values(fetched_at=now() + timedelta(seconds=1)))
    session.expire_all()


def alarms(session):
    session.flush()
    return {peer.host for peer in session.scalars(select(Peer).where(Peer.alarm == "key_mismatch"))}


def test_agreement_is_remembered_with_its_date(session):
    tell(session, 0)
    list_key(session, 0)
    row = session.get(KeyAgreement, (HUB, OWNER))
    assert (row.agreed_keys, row.blamed) == ([multibase(0)], "")
    assert row.agreed_at is not None
    assert set(owner_keys(session, OWNER).values()) == {multibase(0)}


def test_a_hub_that_lists_a_false_key_does_not_silence_a_village_it_agreed_with_before(session):
    tell(session, 0)
    list_key(session, 0)
    list_key(session, 1)
    fetch_again(session)
    assert set(owner_keys(session, OWNER).values()) == {multibase(0)}
    assert alarms(session) == {"land.example"}
    (difference,) = differences(session)
    assert (difference.at_fault, difference.listed, difference.at_origin) == (
        "hub",
        (multibase(1),),
        (multibase(0),),
    )
    list_key(session, 0)
    assert alarms(session) == set()
    assert differences(session) == []


def test_another_hub_that_agrees_with_the_village_decides(session):
    tell(session, 0)
    list_key(session, 0)
    list_key(session, 1, OTHER)
    fetch_again(session)
    assert set(owner_keys(session, OWNER).values()) == {multibase(0)}
    assert alarms(session) == {"provincie.example"}


def test_a_village_whose_address_was_taken_over_is_not_believed(session):
    tell(session, 0)
    list_key(session, 0)
    tell(session, 1)
    list_key(session, 0)
    fetch_again(session)
    with pytest.raises(BadSignature, match="different keys"):
        owner_keys(session, OWNER)
    assert alarms(session) == {"dorp.example"}
    assert differences(session)[0].at_fault == "member"


def test_where_nothing_was_ever_agreed_nobody_is_believed(session):
    tell(session, 1)
    list_key(session, 0)
    fetch_again(session)
    with pytest.raises(BadSignature, match="different keys"):
        owner_keys(session, OWNER)


def members(session, number):
    for at in range(number):
        uri = f"https://dorp{at}.example/actors/dorp"
        session.add(
            Member(hub_uri=HUB, actor_uri=uri, key_id=ed25519_key_id(uri), key_multibase=multibase(0))
        )
    session.flush()


def asked(session, uris, at):
    for uri in uris:
        session.merge(KeyAgreement(hub_uri=HUB, actor_uri=uri, agreed_keys=[], blamed="", asked_at=at))
    session.flush()


def test_two_thousand_members_are_covered_in_about_a_week_a_few_an_hour(session):
    members(session, 2000)
    fetched = 0
    while due := due_members(session):
        assert len(due) <= key_comparisons.MOST_AT_A_TIME
        asked(session, due, now())
        fetched += len(due)
    assert fetched * 24 * 7 >= 2000
    assert fetched * 24 <= 400


def test_the_longest_unasked_go_first_and_differing_ones_before_all(session, monkeypatch):
    monkeypatch.setattr(key_comparisons, "HOURS", 1)
    members(session, 4)
    uris = [f"https://dorp{at}.example/actors/dorp" for at in range(4)]
    asked(session, uris[:1], now() - timedelta(days=1))
    asked(session, uris[1:2], now() - timedelta(days=9))
    asked(session, uris[2:3], now() - timedelta(days=8))
    assert due_members(session) == [uris[3], uris[1], uris[2]]
    differs = (KeyAgreement.actor_uri == uris[0],)
    session.execute(update(KeyAgreement).where(*differs).values(blamed="hub"))
    assert due_members(session)[0] == uris[0]


def test_a_member_is_fetched_and_compared_by_the_job(network):
    hub, village, other = (
        network.add("land", "hub"),
        network.add("een", "village"),
        network.add("twee", "village"),
    )
    network.join(village, hub)
    network.join(other, hub)
    village.do(lambda s, _i: s.execute(delete(KeyAgreement)))
    village.run("directory.jobs.sweep")
    network.settle()
    village.run("directory.jobs.compare_keys")
    (row,) = village.all(select(KeyAgreement).where(KeyAgreement.actor_uri == other.actor_uri))
    assert row.agreed_keys == [other.do(lambda _s, identity: identity.ed25519_multibase)]
    assert row.asked_at is not None
    assert village.do(lambda s, _i: due_members(s)) == []


def test_an_origin_that_does_not_answer_has_its_turn_next_week_and_keeps_its_agreement(network):
    hub, village, other = (
        network.add("land", "hub"),
        network.add("een", "village"),
        network.add("twee", "village"),
    )
    network.join(village, hub)
    network.join(other, hub)
    village.run("directory.jobs.compare_keys")
    other.stop()
    week_ago = now() - timedelta(days=8)
    village.do(lambda s, _i: s.execute(update(KeyAgreement).values(asked_at=week_ago)))
    assert compare_some(village.runtime.database, village.settings) == 0
    (row,) = village.all(select(KeyAgreement).where(KeyAgreement.actor_uri == other.actor_uri))
    assert row.agreed_keys
    assert row.asked_at > week_ago
