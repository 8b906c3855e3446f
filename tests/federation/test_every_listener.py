"""Every listener of the inbox against everything that must not reach it.

The listeners are taken from the registry and the refusals from one table, so a new listener cannot be
forgotten. Each case breaks one rule only, is logged with that rule's word, and leaves no row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

import node.listeners  # noqa: F401  # fills the registry
from federation.receiving import inbox
from federation.receiving.inbox import ANY
from federation.receiving.refusals import KINDS
from federation.signatures.message import Message
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.objects import OBJECTS, wire_type
from tests.federation.conftest import BASE
from tests.federation.messages import with_header
from tests.federation.refusing import BOB, MALLORY, STRANGER, RefusingNode, refusing_node
from tests.federation.remote import ALICE, key_pair, message, sign_cavage, sign_rfc9421
from tests.federation.spoiled_messages import BOTH

LISTENERS = inbox.listeners()
SCHEMES = ("rfc9421", "cavage")
INBOX = f"{BASE}/inbox"
OWN_OBJECT = {"Create", "Update", "Delete", "Undo"}
OURS = f"{BASE}/actors/dorp"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory, redis_url) -> Iterator[RefusingNode]:
    with refusing_node(tmp_path_factory.mktemp("refusing"), redis_url) as built:
        yield built


@dataclass(frozen=True)
class Sent:
    """A message in the making: what is said, by whom, and how it is signed."""

    activity: dict[str, Any]
    scheme: str
    signer: str = ALICE
    number: int = 0

    def signed(self) -> Message:
        return message(
            self.activity, url=INBOX, actor=self.signer, scheme=self.scheme, keys=key_pair(self.number)
        )

    def saying(self, **changes: Any) -> Sent:
        return replace(self, activity={**self.activity, **changes})

    def by(self, actor: str, number: int) -> Sent:
        """The same, said and signed by another actor in its own name."""
        text = json.dumps(self.activity).replace(ALICE, actor)
        origin = actor.split("/actors/", maxsplit=1)[0]
        text = text.replace("https://elders.example", origin)
        return replace(self, activity=json.loads(text), signer=actor, number=number)


def activity_for(activity_type: str, object_type: str) -> dict[str, Any]:
    """What a listener listens to, as Alice may send it."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"https://elders.example/activities/{activity_type}-{object_type.strip('*')}",
        "type": activity_type,
        "actor": ALICE,
        "object": _carried(activity_type, object_type),
    }


def _carried(activity_type: str, object_type: str) -> Any:
    if object_type in set(FOREIGN_ACTOR_TYPES) - {"Organization"}:
        return {"id": ALICE, "type": object_type}
    if object_type != ANY:
        kind = wire_type(object_type) if object_type in OBJECTS else {"type": object_type}
        speaker = {} if object_type in OBJECTS else {"actor": ALICE}
        return {"id": "https://elders.example/objects/1", "attributedTo": ALICE, **speaker, **kind}
    if activity_type == "Undo":
        return {"id": "https://elders.example/follows/1", "type": "Follow", "actor": ALICE, "object": OURS}
    if activity_type in {"Delete", "Announce", "Add", "Remove", "Accept", "Reject"}:
        return "https://elders.example/objects/1"
    return ALICE if activity_type == "Move" else OURS


def _honest(sent: Sent, left_out: str) -> Message:
    """Signed rightly, over all but one thing."""
    found = sent.signed()
    if sent.scheme == "cavage":
        fields = [name for name in ("(request-target)", "host", "date", "digest") if name != left_out]
        return sign_cavage(found, fields)
    names = {"(request-target)": '"@target-uri"', "digest": '"content-digest"', "host": '"@target-uri"'}
    covered = [name for name in ('"@method"', '"@target-uri"', '"content-digest"') if name != names[left_out]]
    return sign_rfc9421(found, covered + (['"@path"'] if left_out == "host" else []))


def _at(sent: Sent, seconds: int) -> Message:
    """Signed rightly, at another time."""
    found = sent.signed()
    moment = int(found.received_at.timestamp()) + seconds
    if sent.scheme == "rfc9421":
        return sign_rfc9421(found, ['"@method"', '"@target-uri"', '"content-digest"'], created=moment)
    fields = ["(request-target)", "host", "(created)", "digest"]
    return sign_cavage(found, fields, algorithm="hs2019", created=moment)


def _expired(sent: Sent) -> Message:
    found = sent.signed()
    moment = int(found.received_at.timestamp())
    if sent.scheme == "rfc9421":
        covered = ['"@method"', '"@target-uri"', '"content-digest"']
        return sign_rfc9421(found, covered, created=moment - 1200, expires=moment - 900)
    fields = ["(request-target)", "host", "date", "(expires)", "digest"]
    return sign_cavage(found, fields, algorithm="hs2019", expires=moment - 900)


def _for_another_host(sent: Sent) -> Message:
    return replace(
        message(sent.activity, url="https://other.example/inbox", actor=ALICE, scheme=sent.scheme), url=INBOX
    )


def _foreign_key(sent: Sent) -> Message:
    key_id = f"{MALLORY}#{'ed25519-key' if sent.scheme == 'rfc9421' else 'main-key'}"
    return message(sent.activity, url=INBOX, actor=ALICE, scheme=sent.scheme, key_id=key_id, keys=key_pair(2))


def _foreign_object(sent: Sent) -> Sent:
    thing = sent.activity["object"]
    elsewhere = "https://victim.example/objects/1"
    return sent.saying(object={**thing, "id": elsewhere} if isinstance(thing, dict) else elsewhere)


def _another_body(sent: Sent) -> Message:
    found = sent.signed()
    return replace(found, body=found.body.replace(b"activitystreams", b"activitystreams#"))


def _side_stepped(sent: Sent) -> Message:
    """The body was changed, and a header that the signature does not cover fits it."""
    other = "cavage" if sent.scheme == "rfc9421" else "rfc9421"
    changed = _another_body(sent)
    fitting = message(changed.body, url=INBOX, actor=ALICE, scheme=other)
    name = "Digest" if other == "cavage" else "Content-Digest"
    return with_header(changed, name, fitting.header(name))


def _both(sent: Sent) -> Message:
    other = replace(sent, scheme="cavage" if sent.scheme == "rfc9421" else "rfc9421").signed()
    found = sent.signed()
    names = {name for name, _ in found.headers}
    more = tuple(pair for pair in other.headers if pair[0] not in names or pair[0] == "Signature")
    return replace(found, headers=found.headers + more)


@dataclass(frozen=True)
class Case:
    """One way of not being believed, the word for it, and where it applies."""

    kind: str
    make: Callable[[Sent], Message]
    applies: Callable[[str, str], bool] = lambda _type, _object: True


def _owns(activity_type: str, _object_type: str) -> bool:
    return activity_type in OWN_OBJECT


def _is_not_asking(activity_type: str, object_type: str) -> bool:
    return activity_type not in {"Follow", "Undo"}


CASES = {
    "unsigned": Case("unsigned", lambda sent: BOTH["unsigned"](sent.signed())),
    "digest not covered": Case("coverage", lambda sent: _honest(sent, "digest")),
    "target not covered": Case("coverage", lambda sent: _honest(sent, "(request-target)")),
    "host not covered": Case("coverage", lambda sent: _honest(sent, "host")),
    "stale": Case("clock", lambda sent: _at(sent, -2 * 3600)),
    "from the future": Case("clock", lambda sent: _at(sent, 900)),
    "expired": Case("expired", _expired),
    "another body": Case("digest", _another_body),
    "digest side-stepped": Case("digest", _side_stepped),
    "both schemes": Case("malformed", _both),
    "for another host": Case("other_host", _for_another_host),
    "another target": Case("forged", lambda sent: replace(sent.signed(), url=f"{OURS}/inbox")),
    "a key of another origin": Case("foreign_key", _foreign_key),
    "a key of a neighbour": Case(
        "wrong_actor",
        lambda sent: message(sent.activity, url=INBOX, actor=BOB, scheme=sent.scheme, keys=key_pair(1)),
    ),
    "the name of a neighbour": Case(
        "wrong_actor", lambda sent: replace(sent.by(BOB, 0), signer=ALICE).signed()
    ),
    "a forged signature": Case("forged", lambda sent: replace(sent, number=3).signed()),
    "an id of another origin": Case(
        "foreign_id", lambda sent: sent.saying(id="https://victim.example/activities/1").signed()
    ),
    "an object of another origin": Case(
        "foreign_object", lambda sent: _foreign_object(sent).signed(), applies=_owns
    ),
    "somebody suspended": Case("suspended", lambda sent: sent.by(MALLORY, 2).signed()),
    "a stranger": Case("stranger", lambda sent: sent.by(STRANGER, 3).signed(), applies=_is_not_asking),
}


TABLE = [
    pytest.param(*listener, scheme, name, id=f"{'-'.join(listener)} {scheme} {name}")
    for listener in LISTENERS
    for name, case in CASES.items()
    for scheme in SCHEMES
    if case.applies(*listener)
]


@pytest.mark.parametrize(("activity_type", "object_type", "scheme", "name"), TABLE)
def test_it_is_refused_for_its_own_reason_and_leaves_no_trace(
    refusing, activity_type, object_type, scheme, name
):
    before = refusing.rows()
    case = CASES[name]
    found = case.make(Sent(activity_for(activity_type, object_type), scheme))
    assert refusing.admit(found) == ("refused", case.kind)
    assert changed(before, refusing.rows()) <= ({"peer"} if case.kind == "clock" else set())


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """The tables that have another number of rows."""
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("listener", LISTENERS, ids="-".join)
def test_the_same_message_in_order_is_accepted(refusing, listener, scheme):
    """So that the refusals above are those of the rule, and not of a message that nobody would take."""
    assert refusing.admit(Sent(activity_for(*listener), scheme).signed()) == ("accepted", "")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("listener", LISTENERS, ids="-".join)
def test_what_comes_again_is_known(refusing, listener, scheme):
    from federation.receiving.gate import admit

    found = Sent(activity_for(*listener), scheme).signed()
    with refusing.runtime.database.session() as session:
        assert admit(session, refusing.settings, found) == "accepted"
        assert admit(session, refusing.settings, replace(found, received_at=datetime.now(UTC))) == "known"


def test_the_registry_is_not_empty_and_every_word_is_stated():
    assert len(LISTENERS) >= 15
    assert {case.kind for case in CASES.values()} <= set(KINDS)
