"""Who may speak to us: every mode and standing at the gate, rules about hosts, decisions and undoing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.receiving.gate import admit
from federation.relations import deciding
from federation.relations.decisions import StandingDecision, history
from federation.relations.followers import Follow
from federation.relations.members import Member
from federation.relations.standing import (
    PeerRule,
    blocked_targets,
    check_may_send,
    is_allowed,
    is_blocked,
    is_covered,
    policy,
    set_rule,
)
from federation.relations.targets import read_target
from federation.relations.trusted_lists import add_list, store_trusted
from federation.relations.undoing import undo
from federation.sending.dead_letters import retry
from federation.sending.delivery import Delivery
from federation.sending.outbox import publish
from federation.sending.suspended import drop_suspended
from schemas.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.federation.conftest import BASE
from tests.federation.messages import signed
from tests.federation.remote import ALICE, actor_of, key_pair
from tests.records import template

HOST = "elders.example"
HUB = "https://hub.example/actors/hub"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def follow(session, village, uri, direction, state="accepted"):
    session.add(
        Follow(
            identity_id=village.id,
            remote_uri=uri,
            direction=direction,
            state=state,
            activity_uri=f"{uri}/{direction}",
        )
    )


def stand(session, village, standing):
    """Give Alice a standing with us."""
    for word in standing.split("+"):
        if word in {"allow", "silence", "suspend"}:
            set_rule(session, ALICE, word, reason="because", by="test")
        elif word.startswith("host-"):
            set_rule(session, HOST, word.removeprefix("host-"), reason="because", by="test")
        elif word == "follower":
            follow(session, village, ALICE, "in")
        elif word in {"accepted", "pending", "rejected"}:
            follow(session, village, ALICE, "out", word)
        elif word == "member":
            follow(session, village, HUB, "out")
            session.add(Member(hub_uri=HUB, actor_uri=ALICE, key_id="x", key_multibase="z"))
        elif word == "listed":
            add_list(session, HUB, "Lijst", by="test")
            session.flush()
            store_trusted(session, HUB, [{"id": ALICE, "name": "Alice"}])
    session.flush()


ANYTHING, ASK, NOTHING = "anything", "ask", "nothing"
TABLE = [
    # standing                      allowlist  open       closed
    ("stranger", ASK, ANYTHING, NOTHING),
    ("follower", ANYTHING, ANYTHING, ASK),
    ("accepted", ANYTHING, ANYTHING, ANYTHING),
    ("pending", ANYTHING, ANYTHING, ANYTHING),
    ("rejected", ANYTHING, ANYTHING, ANYTHING),
    ("member", ANYTHING, ANYTHING, ASK),
    ("listed", ANYTHING, ANYTHING, ASK),
    ("allow", ANYTHING, ANYTHING, ANYTHING),
    ("host-allow", ANYTHING, ANYTHING, ANYTHING),
    ("silence", ASK, ANYTHING, NOTHING),
    ("member+silence", ANYTHING, ANYTHING, ASK),
    ("allow+silence", ANYTHING, ANYTHING, ANYTHING),
    ("suspend", NOTHING, NOTHING, NOTHING),
    ("member+suspend", NOTHING, NOTHING, NOTHING),
    ("listed+suspend", NOTHING, NOTHING, NOTHING),
    ("follower+accepted+host-suspend", NOTHING, NOTHING, NOTHING),
    ("allow+suspend", NOTHING, NOTHING, NOTHING),
    ("allow+host-suspend", NOTHING, NOTHING, NOTHING),
    ("host-allow+suspend", NOTHING, NOTHING, NOTHING),
]
CASES = [
    pytest.param(standing, mode, expected, id=f"{mode}-{standing}")
    for standing, *row in TABLE
    for mode, expected in zip(("allowlist", "open", "closed"), row, strict=True)
]


@pytest.fixture
def known(session, village):
    """Alice, whose key we have and who is nobody to us."""
    actor = remember_actor(session, actor_of(ALICE, key_pair()))
    session.commit()
    return actor


@ON_SQLITE
@pytest.mark.parametrize(("standing", "mode", "expected"), CASES)
def test_the_gate_takes_exactly_what_mode_and_standing_allow(
    session, settings, village, known, standing, mode, expected
):
    stand(session, village, standing)
    deciding.change_policy(session, by="test", mode=mode)
    session.commit()
    asking = {"id": f"https://{HOST}/f/1", "type": "Follow", "actor": ALICE, "object": BASE}
    flag = {"id": f"https://{HOST}/flags/1", "type": "Flag", "actor": ALICE, "object": [BASE], "content": "x"}
    taken = []
    for name, message in (("create", None), ("flag", flag), ("ask", asking)):
        try:
            taken.append((name, admit(session, settings, signed("rfc9421", message))))
            session.commit()
        except NotAllowed:
            continue
    accepted = {name for name, answer in taken if answer == "accepted"}
    assert accepted == {ANYTHING: {"create", "flag", "ask"}, ASK: {"ask"}, NOTHING: set()}[expected]


@pytest.mark.parametrize(("standing", "mode", "expected"), CASES)
def test_the_questions_agree_with_the_gate(session, village, known, standing, mode, expected):
    stand(session, village, standing)
    deciding.change_policy(session, by="test", mode=mode)
    assert is_allowed(session, ALICE) == (expected == ANYTHING)
    assert is_blocked(session, ALICE) == ("suspend" in standing)
    for asks in (True, False):
        if expected == ANYTHING or (asks and expected == ASK):
            check_may_send(session, ALICE, asks=asks)
        else:
            with pytest.raises(NotAllowed):
                check_may_send(session, ALICE, asks=asks)


@ON_SQLITE
@pytest.mark.parametrize(
    ("target", "actor", "is_about"),
    [
        ("dorp.example", "https://dorp.example/actors/a", True),
        ("dorp.example", "https://www.dorp.example/actors/a", True),
        ("dorp.example", "https://a.b.c.dorp.example:8443/actors/a", True),
        ("dorp.example", "https://mijndorp.example/actors/a", False),
        ("dorp.example", "https://dorp.example.elders.example/actors/a", False),
        ("www.dorp.example", "https://dorp.example/actors/a", False),
        ("dorp.example:8443", "https://dorp.example:8443/a", True),
        ("dorp.example:8443", "https://dorp.example/a", False),
        ("xn--drp-sna.example", "https://dörp.example/a", True),
        ("127.0.0.1", "http://127.0.0.1:8101/a", True),
        ("0.0.1", "http://127.0.0.1:8101/a", False),
        ("https://dorp.example/actors/a", "https://dorp.example/actors/a", True),
        ("https://dorp.example/actors/a", "https://dorp.example/actors/b", False),
    ],
)
def test_a_rule_about_a_host_covers_its_subdomains_and_nothing_else(session, target, actor, is_about):
    set_rule(session, target, "suspend", reason="spam", by="test")
    assert is_blocked(session, actor) is is_about
    assert is_covered(actor, blocked_targets(session)) is is_about


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("dorp.example", "dorp.example"),
        ("  DORP.Example. ", "dorp.example"),
        ("https://Dorp.example", "dorp.example"),
        ("https://dorp.example:443/", "dorp.example"),
        ("http://127.0.0.1:8102/", "127.0.0.1:8102"),
        ("dorp.example:8443", "dorp.example:8443"),
        ("dörp.example", "xn--drp-sna.example"),
        (f"@alice@{HOST}", ALICE),
        (f"alice@{HOST.upper()}", ALICE),
        (ALICE, ALICE),
    ],
)
def test_what_people_type_is_understood(session, settings, known, typed, target):
    known.username = "alice"
    session.commit()
    assert read_target(session, settings, typed) == target


@ON_SQLITE
@pytest.mark.parametrize(
    "typed", ["", "dorp", "nl", "een dorp.example", "https://", "@@", "ftp://dorp.example", "x" * 3000, "a@"]
)
def test_what_cannot_be_understood_is_told(session, settings, village, typed):
    with pytest.raises(InvalidInput) as refused:
        read_target(session, settings, typed)
    assert "target" in refused.value.fields


@ON_SQLITE
@pytest.mark.parametrize("typed", [BASE, "127.0.0.1", "127.0.0.1:8101", f"{BASE}/actors/dorp"])
def test_nobody_makes_a_rule_about_themselves(session, settings, village, typed):
    village_uri = village.actor_uri
    with pytest.raises(InvalidInput):
        read_target(session, settings, village_uri if typed.endswith("dorp") else typed)


def test_a_rule_needs_a_reason_and_a_time_to_come(session, settings, village):
    for rule in ("silence", "suspend"):
        with pytest.raises(InvalidInput) as refused:
            deciding.decide(session, settings, HOST, rule, reason="  ", by="anna")
        assert "reason" in refused.value.fields
    past = now() - timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        deciding.decide(session, settings, HOST, "suspend", reason="spam", by="anna", until=past)
    assert "until" in refused.value.fields
    assert session.scalars(select(PeerRule)).all() == []


def test_every_decision_stays_and_the_newest_can_be_undone(session, settings, village):
    allowed = deciding.decide(session, settings, HOST, "allow", reason="", by="anna")
    suspended = deciding.decide(session, settings, HOST, "suspend", reason="spam", by="bert")
    with pytest.raises(Conflict):
        deciding.decide(session, settings, HOST, "suspend", reason="spam", by="bert")
    with pytest.raises(Conflict):
        undo(session, settings, allowed.id, by="anna")
    undone = undo(session, settings, suspended.id, by="anna")
    assert (undone.word, undone.undoes_id) == ("allow", suspended.id)
    assert is_allowed(session, ALICE)
    again = undo(session, settings, undone.id, by="bert")
    assert again.word == "suspend"
    assert session.get(PeerRule, HOST).reason == "spam"
    page = history(session)
    assert [each.word for each in page.decisions] == ["suspend", "allow", "suspend", "allow"]
    assert page.undoable == {again.id}
    with pytest.raises(NotFound):
        undo(session, settings, 999, by="anna")


def test_what_lay_under_a_rule_is_back_when_it_is_lifted(session, settings, village):
    deciding.decide(session, settings, HOST, "allow", reason="", by="anna")
    deciding.decide(session, settings, HOST, "silence", reason="rumoer", by="anna")
    deciding.decide(session, settings, HOST, "suspend", reason="spam", by="anna")
    assert deciding.lift(session, settings, HOST, by="anna").word == "allow"
    assert deciding.lift(session, settings, HOST, by="anna").word == ""
    with pytest.raises(NotFound):
        deciding.lift(session, settings, HOST, by="anna")


def test_a_rule_with_an_end_holds_no_longer_than_that(session, settings, village):
    until = now() + timedelta(days=1)
    decision = deciding.decide(session, settings, HOST, "suspend", reason="spam", by="anna", until=until)
    assert is_blocked(session, ALICE)
    assert deciding.expire(session, settings) == 0
    rule = session.get(PeerRule, HOST)
    rule.until = now() - timedelta(seconds=1)
    session.flush()
    assert not is_blocked(session, ALICE)  # at once, before any sweep
    assert blocked_targets(session) == set()
    assert deciding.expire(session, settings) == 1
    assert session.get(PeerRule, HOST) is None
    ended = history(session).decisions[0]
    assert (ended.by, ended.word) == ("omzien", "")
    assert history(session).undoable == frozenset()
    with pytest.raises(Conflict):
        undo(session, settings, decision.id, by="anna")


def test_an_expired_rule_over_an_allow_leaves_the_allow(session, settings, village):
    set_rule(session, ALICE, "allow", reason="", by="anna")
    set_rule(session, ALICE, "suspend", reason="spam", by="anna", until=now() - timedelta(seconds=1))
    assert is_allowed(session, ALICE)
    deciding.expire(session, settings)
    assert session.get(PeerRule, ALICE).word == "allow"


def test_the_policy_changes_and_goes_back(session, settings, village):
    assert (policy(session).mode, policy(session).signed_reads) == ("allowlist", True)
    assert deciding.change_policy(session, by="anna", mode="allowlist") == []
    made = deciding.change_policy(session, by="anna", mode="closed", signed_reads=False)
    assert [each.kind for each in made] == ["mode", "reads"]
    undo(session, settings, made[0].id, by="bert")
    undo(session, settings, made[1].id, by="bert")
    assert (policy(session).mode, policy(session).signed_reads) == ("allowlist", True)
    assert policy(session).changed_by == "bert"
    with pytest.raises(InvalidInput):
        deciding.change_policy(session, by="anna", mode="wide")  # type: ignore[arg-type]


def test_suspending_ends_follows_and_drops_what_waits(session, settings, village, known):
    for direction in ("in", "out"):
        follow(session, village, ALICE, direction)
    other = remember_actor(session, actor_of("https://dorp.example/actors/b", key_pair(1)))
    session.commit()
    publish(session, settings, village, "Create", template(), also_to=[ALICE, other.uri])
    deciding.decide(session, settings, "elders.example", "suspend", reason="spam", by="anna")
    session.commit()
    states = {row.host: (row.state, row.reason_code) for row in session.scalars(select(Delivery))}
    assert states == {"elders.example": ("discarded", "suspended"), "dorp.example": ("due", "")}
    assert {each.state for each in session.scalars(select(Follow))} == {"ended"}
    publish(session, settings, village, "Create", template(), also_to=[ALICE])
    assert drop_suspended(session) == 0  # nothing was addressed to it any more


def test_suspending_one_actor_leaves_its_neighbours_on_a_shared_inbox_alone(session, settings, village):
    one = actor_of(ALICE, key_pair()) | {"endpoints": {"sharedInbox": f"https://{HOST}/inbox"}}
    two_uri = f"https://{HOST}/actors/bob"
    two = actor_of(two_uri, key_pair(1)) | {"endpoints": {"sharedInbox": f"https://{HOST}/inbox"}}
    for document in (one, two):
        remember_actor(session, document)
    publish(session, settings, village, "Create", template(), also_to=[ALICE, two_uri])
    publish(session, settings, village, "Follow", ALICE, also_to=[ALICE], public=False)
    deciding.decide(session, settings, ALICE, "suspend", reason="spam", by="anna")
    session.flush()
    session.expire_all()
    rows = {row.inbox: row.state for row in session.scalars(select(Delivery))}
    assert rows == {f"https://{HOST}/inbox": "due", one["inbox"]: "discarded"}


def test_nobody_sends_to_who_is_suspended_by_trying_a_dead_letter_again(session, settings, village, known):
    publish(session, settings, village, "Create", template(), also_to=[ALICE])
    row = session.scalars(select(Delivery)).one()
    row.state, row.reason_code = "gave_up", "expired"
    deciding.decide(session, settings, HOST, "suspend", reason="spam", by="anna")
    retry(session, HOST)
    session.expire_all()
    assert (row.state, row.reason_code) == ("discarded", "suspended")


def test_a_list_only_allows(session, settings, village, known):
    stand(session, village, "listed")
    assert is_allowed(session, ALICE)
    decision = deciding.decide(session, settings, HOST, "suspend", reason="spam", by="anna")
    assert not is_allowed(session, ALICE)
    undo(session, settings, decision.id, by="anna")
    removed = deciding.distrust_list(session, HUB, by="anna")
    assert not is_allowed(session, ALICE)
    undo(session, settings, removed.id, by="anna")
    store_trusted(session, HUB, [{"id": ALICE}, {"id": "geen adres"}, {}, {"id": HUB}])
    assert is_allowed(session, ALICE)
    with pytest.raises(Conflict):
        deciding.trust_list(session, HUB, "Lijst", by="anna")


def test_decisions_are_never_removed(session, settings, village):
    for reason in ("een", "twee", "drie"):
        deciding.decide(session, settings, HOST, "silence", reason=reason, by="anna")
    assert len(session.scalars(select(StandingDecision)).all()) == 3
