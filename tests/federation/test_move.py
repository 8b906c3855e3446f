"""Moving to another address: ours, and that of others."""

from __future__ import annotations

import json
import urllib.request
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from directory.keys import moving
from directory.replica import families, templates
from directory.replica.records import Record
from federation.actors.discovery import webfinger
from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.receiving.inbox import InboxActivity, Received
from federation.receiving.moves_inbox import actor_moved
from federation.relations.actor_moves import ActorMove
from federation.relations.deciding import decide
from federation.relations.decisions import BY_MOVE, history, in_progress
from federation.relations.followers import Follow
from federation.relations.follows import accept_follow, receive_follow
from federation.relations.members import Member
from federation.relations.standing import PeerRule, is_blocked, lift_rule, set_rule
from federation.relations.undoing import undo
from federation.sending.delivery import Delivery
from schemas.errors import Conflict, InvalidInput, NotAllowed
from tests.federation.remote import ALICE, actor_of, key_pair
from tests.key_changes import deliver_all, own_keys, publish, record, retry
from tests.records import template


@pytest.fixture
def joined(network):
    """A hub, a village that moves and one that reads."""
    hub = network.add("land", "hub")
    mover, reader = network.add("austerlitz", "village"), network.add("elsendorp", "village")
    network.join(mover, hub)
    network.join(reader, hub)
    return hub, mover, reader


def move(network, node, *, force=False):
    """Move to the other name of the same machine: the server answers at both."""
    old = node.actor_uri
    new = f"http://localhost:{node.port}"
    go(node, new, force=force)
    node.actor_uri = node.do(lambda _, identity: identity.actor_uri)
    network.settle()
    deliver_all(network, node)  # what a stranger may not send yet
    retry(network, *network.nodes)
    return old, node.actor_uri


def fetch(uri):
    """A document as software asks for it."""
    asked = urllib.request.Request(uri, headers={"Accept": "application/activity+json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def go(node, address, *, force=False):
    """The operator's command."""
    node.do(lambda session, _: moving.move(session, node.settings, address, force=force))


def follows_of(node, uri):
    return {(row.direction, row.state) for row in node.all(select(Follow).where(Follow.remote_uri == uri))}


def test_a_village_moves_and_keeps_what_it_had(network, joined):
    hub, mover, reader = joined
    uri = publish(mover, "Create", template())
    network.settle()
    old, new = move(network, mover)
    assert new != old
    assert refusals(hub) == []
    assert follows_of(hub, new) == {("in", "accepted"), ("out", "accepted")}
    assert follows_of(hub, old) <= {("in", "ended")}
    for node in (hub, reader):
        assert node.get(Member, (hub.actor_uri, old)) is None
        assert list(node.get(Member, (hub.actor_uri, new)).keys.values()) == own_keys(mover)
    (moved,) = hub.all(select(Record).where(Record.owner_uri == new, Record.type == "ActivityTemplate"))
    assert record(hub, uri).deleted_at
    assert moved.document["alsoKnownAs"] == [uri]
    assert record(reader, moved.uri).document == moved.document
    assert record(reader, uri).deleted_at


def test_what_was_published_before_the_move_can_be_changed_after_it(network, joined):
    hub, mover, reader = joined
    uri = publish(mover, "Create", template())
    network.settle()
    move(network, mover)
    changed = publish(mover, "Update", {**template("Anders"), "id": uri, "version": 2})
    network.settle()
    assert changed != uri
    assert record(reader, changed).name == "Anders"
    assert publish(mover, "Delete", uri) == changed
    network.settle()
    assert record(hub, changed).deleted_at


def test_the_family_of_a_template_finds_it_at_its_new_address(network, joined):
    _hub, mover, reader = joined
    uri = publish(mover, "Create", template())
    network.settle()
    source = {"id": uri, "version": 1, "contentHash": "sha256:" + "0" * 64}
    copy = publish(reader, "Create", template("Elsendorp Eet", copiedFrom=source))
    network.settle()
    move(network, mover)
    for node in (mover, reader):
        with node.session() as session:
            now_at = templates.current_uri(session, uri)
            assert now_at != uri
            assert templates.count_copies(session, [now_at]) == {now_at: 1}
            assert families.family(session, copy).uri == now_at


def test_an_alias_never_stands_in_for_a_record_of_somebody_else(network, joined):
    hub, mover, reader = joined
    uri = publish(mover, "Create", template())
    network.settle()
    thief = publish(reader, "Create", template("Nep", alsoKnownAs=[uri]))
    network.settle()
    with hub.session() as session:
        assert templates.current_uri(session, uri) == uri
        assert templates.names_of(session, thief) == [thief]
    publish(mover, "Delete", uri)
    network.settle()
    with hub.session() as session:
        assert templates.current_uri(session, uri) == uri


def test_the_old_address_says_where_we_went_and_webfinger_knows_both(network, joined):
    _hub, mover, _reader = joined
    old, new = move(network, mover)
    with mover.session() as session:
        for resource in (old, new, f"acct:austerlitz@127.0.0.1:{mover.port}"):
            answer = webfinger(session, resource)
            assert answer["subject"] == f"acct:austerlitz@localhost:{mover.port}"
    document = fetch(new)
    assert old in document["alsoKnownAs"]
    assert "movedTo" not in document
    former = fetch(old)
    assert (former["id"], former["movedTo"]) == (old, new)


def test_a_move_is_taken_over_once(network, joined):
    hub, mover, _reader = joined
    old, new = move(network, mover)
    hub.do(
        lambda session, _: (
            session.execute(
                update(InboxActivity).where(InboxActivity.type == "Move").values(state="new", due_at=now())
            ).rowcount
        )
    )
    hub.run("federation.jobs.process_inbox")
    network.settle()
    assert len(hub.all(select(ActorMove).where(ActorMove.old_uri == old))) == 1
    assert follows_of(hub, new) == {("in", "accepted"), ("out", "accepted")}


def test_one_move_in_thirty_days_unless_the_operator_says_so(network, joined):
    _hub, mover, _reader = joined
    move(network, mover)
    with pytest.raises(Conflict):
        go(mover, "https://elders.example", force=False)
    with pytest.raises(Conflict):  # never back: that would be a loop
        go(mover, mover.url, force=True)
    with pytest.raises(InvalidInput):
        go(mover, f"http://localhost:{mover.port}", force=True)


def test_a_move_without_the_new_actors_word_is_refused(network, joined):
    hub, mover, reader = joined
    forge(network, hub, mover, target=reader.actor_uri)
    assert follows_of(hub, mover.actor_uri) == {("in", "accepted"), ("out", "accepted")}
    assert hub.get(ActorMove, mover.actor_uri) is None
    assert states(hub) == {"failed"}


def test_an_unproven_move_does_not_take_a_membership(network, joined):
    """Whoever holds the address and its HTTP key, but not the key of the list."""
    hub, mover, _reader = joined
    old = mover.actor_uri
    hub.stop()
    go(mover, f"http://localhost:{mover.port}", force=False)
    mover.actor_uri = mover.do(lambda _, identity: identity.actor_uri)
    mover.do(lambda session, _: session.execute(delete(Delivery)).rowcount)  # its own words never arrive
    hub.start()
    forge(network, hub, mover, target=mover.actor_uri, actor=old)
    assert hub.get(Member, (hub.actor_uri, old)) is not None
    assert hub.get(Member, (hub.actor_uri, mover.actor_uri)) is None


def test_a_block_on_the_old_address_counts_for_the_new_one(network, joined):
    hub, mover, _reader = joined
    old = mover.actor_uri
    hub.do(lambda session, _: set_rule(session, old, "suspend", reason="test", by="test").target)
    _old, new = move(network, mover)
    hub.do(lambda session, _: arrived(session, mover, old, new))
    retry(network, hub)
    with hub.session() as session:
        assert is_blocked(session, new)


def test_a_rule_goes_along_with_what_lies_under_it_and_with_a_row_in_the_history(
    session, settings, village, alice
):
    new = remember_actor(session, actor_of(NEW_ALICE, key_pair(), alsoKnownAs=[alice.uri]))
    until = now() + timedelta(days=7)
    decide(session, settings, alice.uri, "allow", reason="buren", by="Ria")
    decide(session, settings, alice.uri, "silence", reason="te druk", by="Ria", until=until)
    actor_moved(Received(session, settings, alice.uri, moved_to(alice.uri, new.uri), alice.uri))
    kept = session.get(PeerRule, new.uri)
    assert (kept.word, kept.reason, kept.by, kept.until) == ("silence", "te druk", "Ria", until)
    (made,) = history(session, target=new.uri).decisions
    assert (made.word, made.reason, made.by, made.before) == ("silence", "te druk", BY_MOVE, {})
    assert made in in_progress(session)  # its records are still to be hidden
    assert lift_rule(session, new.uri).word == "allow"


def test_what_was_decided_about_the_new_address_stays(session, settings, village, alice):
    new = remember_actor(session, actor_of(NEW_ALICE, key_pair(), alsoKnownAs=[alice.uri]))
    decide(session, settings, new.uri, "silence", reason="te druk", by="Jan")
    actor_moved(Received(session, settings, alice.uri, moved_to(alice.uri, new.uri), alice.uri))
    assert session.get(PeerRule, new.uri).word == "silence"
    assert [row.by for row in history(session, target=new.uri).decisions] == ["Jan"]


def test_a_rule_whose_time_is_over_does_not_go_along(session, settings, village, alice):
    new = remember_actor(session, actor_of(NEW_ALICE, key_pair(), alsoKnownAs=[alice.uri]))
    rule = set_rule(session, alice.uri, "silence", reason="x", by="Ria", until=now() - timedelta(days=1))
    rule.over_allow = False
    actor_moved(Received(session, settings, alice.uri, moved_to(alice.uri, new.uri), alice.uri))
    assert session.get(PeerRule, new.uri) is None
    assert not history(session, target=new.uri).total


@pytest.mark.parametrize("target", [ALICE, "elders.example"])
def test_a_suspension_goes_along_and_is_in_the_history_and_can_be_undone(
    session, settings, village, alice, target
):
    new = remember_actor(session, actor_of(NEW_ALICE, key_pair(), alsoKnownAs=[alice.uri]))
    decide(session, settings, new.uri, "allow", reason="", by="Jan")
    decide(session, settings, target, "suspend", reason="spam", by="Ria")
    for _again in range(2):
        actor_moved(Received(session, settings, alice.uri, moved_to(alice.uri, new.uri), alice.uri))
    made, before = history(session, target=new.uri).decisions
    assert (made.word, made.reason, made.by) == ("suspend", "spam", BY_MOVE)
    assert (before.word, made.before["word"]) == ("allow", "allow")
    assert session.get(PeerRule, new.uri).over_allow
    undo(session, settings, made.id, by="Jan")
    assert session.get(PeerRule, new.uri).word == "allow"


NEW_ALICE = "https://new.example/users/alice"


def moved_to(old, new):
    return {"type": "Move", "actor": old, "object": old, "target": new}


def forge(network, hub, mover, *, target, actor=None):
    """A Move that passed the gate, without a proof."""
    hub.do(lambda session, _: arrived(session, mover, actor or mover.actor_uri, target))
    retry(network, hub)
    retry(network, hub)


def arrived(session, mover, actor, target):
    """Put a Move in the inbox as the gate does."""
    uri = f"{mover.url}/activities/forged"
    document = {"id": uri, "type": "Move", "actor": actor, "object": actor, "target": target}
    session.add(InboxActivity(uri=uri, actor_uri=actor, type="Move", document=document))


def states(hub):
    return {row.state for row in hub.all(select(InboxActivity).where(InboxActivity.type == "Move"))}


def refusals(node):
    """The Moves that were not taken over, with their reasons."""
    query = select(InboxActivity).where(InboxActivity.type == "Move", InboxActivity.state != "done")
    return [(row.state, row.error) for row in node.all(query)]


def test_a_follower_on_other_software_takes_its_follow_along(session, settings, village, alice):
    """Mastodon proves nothing; its follow is no membership, and the new account names the old one."""
    new_uri = "https://new.example/users/alice"
    follow = receive_follow(session, village, alice, f"{alice.uri}/follow")
    accept_follow(session, settings, follow, by="board")
    new = remember_actor(session, actor_of(new_uri, key_pair(), type="Person", alsoKnownAs=[alice.uri]))
    activity = {"type": "Move", "actor": alice.uri, "object": alice.uri, "target": new_uri}
    for _again in range(2):
        actor_moved(Received(session, settings, alice.uri, activity, alice.uri))
    assert (follow.remote_uri, follow.state) == (new_uri, "accepted")
    elsewhere = {**activity, "target": village.actor_uri}
    with pytest.raises(NotAllowed):  # where it went first is where it is
        actor_moved(Received(session, settings, alice.uri, elsewhere, alice.uri))
    back = {"type": "Move", "actor": new_uri, "object": new_uri, "target": alice.uri}
    remember_actor(session, actor_of(alice.uri, key_pair(), alsoKnownAs=[new_uri]))
    with pytest.raises(NotAllowed):  # a loop
        actor_moved(Received(session, settings, new_uri, back, new_uri))
    assert session.get(ActorMove, new.uri) is None


def test_a_hub_whose_new_list_is_known_already_moves_too(session, settings, village, alice):
    new = remember_actor(session, actor_of(NEW_ALICE, key_pair(), alsoKnownAs=[alice.uri]))
    known, other = "https://one.example/actors/a", "https://two.example/actors/a"
    for hub_uri, uri, key in ((alice.uri, known, "old"), (alice.uri, other, "only"), (new.uri, known, "new")):
        member = Member(hub_uri=hub_uri, actor_uri=uri, key_id=f"{uri}#{key}", key_multibase=key)
        session.add(member)
    session.flush()
    actor_moved(Received(session, settings, alice.uri, moved_to(alice.uri, new.uri), alice.uri))
    session.expire_all()
    kept = {(row.hub_uri, row.actor_uri): row.key_multibase for row in session.scalars(select(Member))}
    assert kept == {(new.uri, known): "new", (new.uri, other): "only"}


def test_nobody_moves_another(session, settings, village, alice):
    bob, target = "https://elders.example/bob", village.actor_uri
    activity = {"type": "Move", "actor": alice.uri, "object": bob, "target": target}
    with pytest.raises(NotAllowed):
        actor_moved(Received(session, settings, alice.uri, activity, bob))
