"""The cheapest check first: what each refusal costs, counted on the real parts.

Each message breaks one rule and all that come after it. It is refused for the first, and nothing that
a later check would need was paid: no statement, no cryptography, no question to another server.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from federation.signatures.message import Message
from tests.federation.conftest import BASE
from tests.federation.messages import note, with_header
from tests.federation.refusing import MALLORY, RefusingNode, refusing_node
from tests.federation.remote import ALICE, Answer, key_pair, message, serving, sign_rfc9421
from tests.federation.spoiled_messages import BOTH

INBOX = f"{BASE}/inbox"
COVERED = ['"@method"', '"@target-uri"', '"content-digest"']


@pytest.fixture(scope="module")
def refusing(tmp_path_factory, redis_url) -> Iterator[RefusingNode]:
    with refusing_node(tmp_path_factory.mktemp("order"), redis_url) as built:
        yield built


@dataclass(frozen=True)
class Step:
    """One check of the pipeline: its word, how to break it, and what may have been paid until then."""

    kind: str
    statements: int
    verifications: int = 0


STEPS = (
    Step("too_large", 0),
    Step("media_type", 0),
    Step("unreadable", 0),
    Step("unknown_type", 0),
    Step("no_address", 0),
    Step("no_object", 0),
    Step("suspended", 7),
    Step("unsigned", 8),
    Step("coverage", 8),
    Step("digest", 8),
    Step("foreign_key", 12),
    Step("clock", 12, 1),
    Step("forged", 12, 4),
)
"""In the order of the gate. Statements: at most so many, transactions not counted.

A wrong time costs one verification with a key we have, to tell a peer's clock from anybody's message.
A forged signature costs four: the quick ways only ever say yes, and what they leave is judged once more.
"""


def _message(broken: set[str], stranger: str) -> Message:
    """A message that breaks these rules and no other; ``stranger``: a server that must not be asked."""
    activity = dict(note())
    if "suspended" in broken:
        activity |= {"actor": MALLORY, "id": "https://bad.example/1"}
    if "unknown_type" in broken:
        activity["type"] = "Explode"
    if "no_address" in broken:
        activity["id"] = "urn:x"
    if "no_object" in broken:
        activity["object"] = None
    body = json.dumps(activity)
    if "unreadable" in broken:
        body = body[:-1] + ', "type": "Create"}'
    if "too_large" in broken:
        body = body + " " * 300_000
    return _signed(body.encode(), broken, stranger)


def _signed(body: bytes, broken: set[str], stranger: str) -> Message:
    found = message(body, url=INBOX, actor=ALICE, scheme="rfc9421")
    if "digest" in broken:
        wrong = base64.b64encode(b"x" * 32).decode()
        found = with_header(found, "Content-Digest", f"sha-256=:{wrong}:")
    created = int(found.received_at.timestamp()) - (7200 if "clock" in broken else 0)
    key_id = f"{stranger}/actors/x#key" if "foreign_key" in broken else f"{ALICE}#ed25519-key"
    key = key_pair(1 if "forged" in broken else 0).ed25519
    covered = COVERED[:1] if "coverage" in broken else COVERED
    found = sign_rfc9421(found, covered, key=key, created=created, keyid=key_id)
    if "unsigned" in broken:
        found = BOTH["unsigned"](found)
    if "media_type" in broken:
        found = with_header(found, "Content-Type", "text/html")
    return found


def _needs(cost: list[str]) -> list[str]:
    return [statement for statement in cost if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT"))]


@pytest.mark.parametrize("at", range(len(STEPS)), ids=[step.kind for step in STEPS])
def test_it_is_refused_by_the_first_check_and_pays_for_no_later_one(refusing, at):
    step = STEPS[at]
    with serving() as stranger:
        stranger.answers["/actors/x"] = Answer(b"{}")
        found = _message({later.kind for later in STEPS[at:]}, stranger.base)
        with refusing.counting() as cost:
            assert refusing.admit(found) == ("refused", step.kind)
        assert stranger.asked == []
    assert len(_needs(cost.statements)) <= step.statements
    assert cost.verifications <= step.verifications


def test_a_message_that_breaks_nothing_passes(refusing):
    """So that the table above is one of rules, and not of a message that nobody would take."""
    with refusing.counting() as cost:
        assert refusing.admit(_message(set(), "https://far.example")) == ("accepted", "")
    assert cost.verifications == 1


def test_the_counters_count(refusing):
    with refusing.counting() as cost:
        refusing.admit(_message({"forged"}, "https://far.example"))
    assert cost.statements
    assert 1 <= cost.verifications <= 4


def test_an_oversized_body_of_a_blocked_host_costs_no_statement_in_the_whole_application(refusing):
    """From the socket on: through the application as it is served."""
    from node.app import create_app

    app = create_app(refusing.settings, refusing.runtime)
    found = _message({step.kind for step in STEPS}, "https://far.example")
    client = app.test_client()
    client.post("/inbox", base_url=BASE, data=b"{}", content_type="application/activity+json")
    with refusing.counting() as cost:
        headers = [(name, value) for name, value in found.headers if name != "Host"]
        answer = client.post("/inbox", base_url=BASE, headers=headers, data=found.body)
    assert answer.status_code == 413
    assert _needs(cost.statements) == []
    assert cost.verifications == 0


def test_a_storm_of_farewells_costs_a_look_each_and_leaves_nothing(refusing):
    """Delete storms: a large server closes, and a thousand actors nobody here knew say goodbye."""
    before = refusing.rows()
    with serving() as gone, refusing.counting() as cost:
        for number in range(200):
            actor = f"{gone.base}/actors/{number}"
            found = _farewell(actor, key_id=f"{actor}#main-key")
            assert refusing.admit(found) == ("forgotten", "")
        assert gone.asked == []
    assert refusing.rows() == before
    assert cost.verifications == 0
    assert len(_needs(cost.statements)) <= 200 * 2


def _farewell(actor: str, **options: Any) -> Message:
    activity = {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "object": actor}
    return message(activity, url=INBOX, actor=actor, scheme="cavage", **options)


def test_a_known_key_needs_no_fetch_and_one_verification(refusing):
    for scheme in ("rfc9421", "cavage"):
        found = message(note(), url=INBOX, actor=ALICE, scheme=scheme)
        with refusing.counting() as cost:
            assert refusing.admit(replace(found)) == ("accepted", "")
        assert cost.verifications == 1
