"""The gate refuses by default: every rule has the message that breaks only that rule."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.receiving.gate import admit
from federation.receiving.inbox import InboxActivity
from federation.relations.peers import Peer
from federation.relations.standing import PeerRule, set_rule
from federation.signatures.clocks import forget_wrong_clocks
from federation.signatures.message import Message
from schemas.errors import AppError, BadSignature, InvalidInput, NotAllowed
from tests.federation.conftest import BASE
from tests.federation.remote import ALICE, actor_of, key_pair, message, sign_cavage, sign_rfc9421

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For checks that no database can change: once is enough."""

INBOX = f"{BASE}/inbox"
SCHEMES = ("rfc9421", "cavage")


def note(**changes):
    """A Create that Alice may send."""
    thing = {
        "id": "https://elders.example/objects/1",
        "type": "Note",
        "attributedTo": ALICE,
        "content": "Dag",
    }
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://elders.example/activities/1",
        "type": "Create",
        "actor": ALICE,
        "object": thing,
    }
    return {**activity, **changes}


def signed(scheme: str, activity=None, **options) -> Message:
    return message(note() if activity is None else activity, url=INBOX, actor=ALICE, scheme=scheme, **options)


def with_header(found: Message, name: str, value: str | None) -> Message:
    kept = [(key, text) for key, text in found.headers if key.lower() != name.lower()]
    return replace(found, headers=tuple(kept + ([(name, value)] if value is not None else [])))


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(InboxActivity))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_well_signed_message_is_kept_once_and_a_replay_changes_nothing(session, settings, alice, scheme):
    assert admit(session, settings, signed(scheme)) == "accepted"
    session.commit()
    assert admit(session, settings, signed(scheme)) == "known"
    session.commit()
    assert count(session) == 1
    row = session.scalar(select(InboxActivity))
    assert (row.uri, row.type, row.object_type, row.state) == (note()["id"], "Create", "Note", "new")


Change = Callable[[Message], Message]


def _header(name: str, value: str | None) -> Change:
    return lambda found: with_header(found, name, value)


def _edit(name: str, old: str, new: str) -> Change:
    def change(found: Message) -> Message:
        value = found.header(name)
        assert old in value, "the case tests nothing"
        return with_header(found, name, value.replace(old, new))

    return change


def _extra_digest(found: Message) -> Message:
    """A body that was changed, with an uncovered header that fits it."""
    body = found.body.replace(b"Dag", b"Nee")
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    changed = replace(found, body=body)
    if found.header("signature-input"):
        return with_header(changed, "Digest", f"SHA-256={digest}")
    return with_header(changed, "Content-Digest", f"sha-256=:{digest}:")


def _both_schemes(found: Message) -> Message:
    other = "cavage" if found.header("signature-input") else "rfc9421"
    names = {name for name, _ in found.headers}
    more = tuple(pair for pair in signed(other).headers if pair[0] not in names or pair[0] == "Signature")
    return replace(found, headers=found.headers + more)


def _tampered_signature(found: Message) -> Message:
    value = found.header("signature")
    at = value.rindex("=:") - 6 if found.header("signature-input") else value.rindex('"') - 8
    flipped = "A" if value[at] != "A" else "B"
    return with_header(found, "Signature", value[:at] + flipped + value[at + 1 :])


BOTH: dict[str, Change] = {
    "unsigned": lambda found: with_header(with_header(found, "Signature", None), "Signature-Input", None),
    "empty signature": _header("Signature", ""),
    "rubbish signature": _header("Signature", "\x01;;,=="),
    "another signature": _tampered_signature,
    "both schemes": _both_schemes,
    "another body": lambda found: replace(found, body=found.body.replace(b"Dag", b"Nee")),
    "extra digest header": _extra_digest,
    "another path": lambda found: replace(found, url=f"{BASE}/actors/dorp/inbox"),
    "a query added": lambda found: replace(found, url=f"{INBOX}?x=1"),
    "another method": lambda found: replace(found, method="PUT"),
    "another host": _header("Host", "evil.example"),
    "no host": _header("Host", None),
    "two hosts": _header("Host", "127.0.0.1:8101, evil.example"),
    "a host with rubbish": _header("Host", "127.0.0.1:8101\\@evil.example"),
    "for another node": lambda found: replace(found, url="https://other.example/inbox"),
}
CAVAGE: dict[str, Change] = {
    "no digest header": _header("Digest", None),
    "an empty digest": _header("Digest", "SHA-256="),
    "an unknown digest": _header("Digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg=="),
    "digest uncovered": _edit("Signature", " digest", ""),
    "host uncovered": _edit("Signature", " host", ""),
    "date uncovered": _edit("Signature", " date", ""),
    "target uncovered": _edit("Signature", "(request-target) ", ""),
    "a field twice": _edit("Signature", " host", " host host"),
    "a field that is not there": _edit("Signature", " host", " host x-absent"),
    "no headers list": _edit("Signature", 'headers="', 'heders="'),
    "no key id": _edit("Signature", "keyId=", "kid="),
    "a key id that is no address": _edit("Signature", f'keyId="{ALICE}', 'keyId="file:///etc/passwd'),
    "a part twice": _edit("Signature", "keyId=", 'keyId="x",keyId='),
    "created not a number": _edit("Signature", "keyId=", 'created="soon",keyId='),
    "created with rsa-sha256": _edit("Signature", " date", " date (created)"),
    "expired": _edit("Signature", "keyId=", "expires=1500000000,keyId="),
    "created long ago": _edit("Signature", "keyId=", "created=1500000000,keyId="),
    "created beyond all times": _edit("Signature", "keyId=", "created=999999999999,keyId="),
    "algorithm none": _edit("Signature", "rsa-sha256", "none"),
    "algorithm hmac": _edit("Signature", "rsa-sha256", "hmac-sha256"),
    "algorithm ed25519 with an RSA key": _edit("Signature", "rsa-sha256", "ed25519"),
    "a date that is none": _header("Date", "yesterday"),
    "a signature that is no base64": _edit("Signature", 'signature="', 'signature="!'),
    "an endless header": lambda found: with_header(
        found, "Signature", found.header("signature") + "," * 9000
    ),
}
RFC9421: dict[str, Change] = {
    "no digest header": _header("Content-Digest", None),
    "an empty digest": _header("Content-Digest", ""),
    "an unknown digest": _header("Content-Digest", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"),
    "digest uncovered": _edit("Signature-Input", ' "content-digest"', ""),
    "method uncovered": _edit("Signature-Input", '"@method" ', ""),
    "target uncovered": _edit("Signature-Input", '"@target-uri" ', ""),
    "authority without path": _edit("Signature-Input", '"@target-uri"', '"@authority"'),
    "an unknown component": _edit("Signature-Input", '"@method"', '"@method" "x-forwarded-for"'),
    "a component with a parameter": _edit("Signature-Input", '"content-digest"', '"content-digest";sf'),
    "a component of a response": _edit("Signature-Input", '"@method"', '"@method";req'),
    "a component twice": _edit("Signature-Input", '"@method"', '"@method" "@method"'),
    "no created": _edit("Signature-Input", ";created=", ";nonce="),
    "created is a text": _edit("Signature-Input", ";created=", ';created="x";nonce='),
    "expired": _edit("Signature-Input", ";keyid=", ";expires=1500000000;keyid="),
    "another algorithm": _edit("Signature-Input", ";keyid=", ';alg="hmac-sha256";keyid='),
    "the algorithm of another key": _edit("Signature-Input", ";keyid=", ';alg="rsa-v1_5-sha256";keyid='),
    "no key id": _edit("Signature-Input", ";keyid=", ";tag="),
    "a key id that is no address": _edit("Signature-Input", f'keyid="{ALICE}', 'keyid="urn:x:'),
    "an unknown parameter": _edit("Signature-Input", ";keyid=", ";admin=?1;keyid="),
    "another label": _edit("Signature", "sig1=", "sig2="),
    "a label twice": lambda found: with_header(
        found, "Signature-Input", ", ".join([found.header("signature-input")] * 2)
    ),
    "rubbish input": _header("Signature-Input", "sig1=((((;"),
    "an item for a list": _header("Signature-Input", 'sig1="@method";created=1'),
    "not ASCII": _header("Signature-Input", "sig1=(é)"),
    "empty input": _header("Signature-Input", ""),
    "too many signatures": _header("Signature-Input", ", ".join(f"s{n}=()" for n in range(50))),
    "an endless header": _header("Signature-Input", "sig1=" + "(" * 100_000),
}
CASES = [
    *[(scheme, name, change) for scheme in SCHEMES for name, change in BOTH.items()],
    *[("cavage", name, change) for name, change in CAVAGE.items()],
    *[("rfc9421", name, change) for name, change in RFC9421.items()],
]


@ON_SQLITE
@pytest.mark.parametrize(("scheme", "name", "change"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_nobody_vouches_for(session, settings, alice, scheme, name, change):
    with pytest.raises(BadSignature):
        admit(session, settings, change(signed(scheme)))
    session.rollback()
    assert count(session) == 0


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("hours", "accepted"), [(-2, False), (-0.2, False), (-0.05, True), (0.9, True), (1.2, False), (48, False)]
)
def test_a_signature_counts_for_an_hour(session, settings, alice, scheme, hours, accepted):
    """Received this many hours after it was signed; negative: signed in the future."""
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        found = signed(scheme)
    with time_machine.travel(start + timedelta(hours=hours), tick=False):
        found = replace(found, received_at=datetime.now(UTC))
        if accepted:
            assert admit(session, settings, found) == "accepted"
            return
        with pytest.raises(BadSignature):
            admit(session, settings, found)


def _now(found: Message) -> int:
    return int(found.received_at.timestamp())


TARGET, HOST, DATE, DIGEST = "(request-target)", "host", "date", "digest"
HONEST_CAVAGE: dict[str, Change] = {
    "nothing covered but the date": lambda found: sign_cavage(found, [DATE]),
    "target uncovered": lambda found: sign_cavage(found, [HOST, DATE, DIGEST]),
    "host uncovered": lambda found: sign_cavage(found, [TARGET, DATE, DIGEST]),
    "date uncovered": lambda found: sign_cavage(found, [TARGET, HOST, DIGEST]),
    "digest uncovered": lambda found: sign_cavage(found, [TARGET, HOST, DATE]),
    "(created) with rsa-sha256": lambda found: sign_cavage(
        found, [TARGET, HOST, "(created)", DIGEST], created=_now(found)
    ),
    "created long ago": lambda found: sign_cavage(
        found, [TARGET, HOST, "(created)", DIGEST], algorithm="hs2019", created=1_500_000_000
    ),
    "created in the future, date right": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, "(created)", DIGEST], algorithm="hs2019", created=_now(found) + 900
    ),
    "expired": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, "(expires)", DIGEST], algorithm="hs2019", expires=_now(found) - 900
    ),
    "date long ago": lambda found: sign_cavage(
        with_header(found, "Date", "Fri, 14 Jul 2017 02:40:00 GMT"), [TARGET, HOST, DATE, DIGEST]
    ),
    "signed for another host": lambda found: sign_cavage(
        with_header(found, "Host", "evil.example"), [TARGET, HOST, DATE, DIGEST]
    ),
    "a digest of another body": lambda found: sign_cavage(
        with_header(found, "Digest", "SHA-256=" + "A" * 43 + "="), [TARGET, HOST, DATE, DIGEST]
    ),
    "a digest we do not know": lambda found: sign_cavage(
        with_header(found, "Digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg=="), [TARGET, HOST, DATE, DIGEST]
    ),
    "the digest twice": lambda found: sign_cavage(
        with_header(found, "Digest", ",".join([found.header("Digest")] * 2)), [TARGET, HOST, DATE, DIGEST]
    ),
    "a covered digest that fails beside one that fits": lambda found: sign_cavage(
        with_header(_extra_digest(found), "X", None), [TARGET, HOST, DATE, DIGEST]
    ),
    "a field twice": lambda found: sign_cavage(found, [TARGET, HOST, HOST, DATE, DIGEST]),
    "algorithm rsa-sha512": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, DIGEST], algorithm="rsa-sha512"
    ),
    "algorithm ed25519 with an RSA key": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, DIGEST], algorithm="ed25519"
    ),
}
METHOD, URI, CONTENT = '"@method"', '"@target-uri"', '"content-digest"'
HONEST_RFC9421: dict[str, Change] = {
    "method uncovered": lambda found: sign_rfc9421(found, [URI, CONTENT]),
    "target uncovered": lambda found: sign_rfc9421(found, [METHOD, CONTENT]),
    "authority without path": lambda found: sign_rfc9421(found, [METHOD, '"@authority"', CONTENT]),
    "authority and path without the query": lambda found: sign_rfc9421(
        replace(found, url=f"{found.url}?x=1"), [METHOD, '"@authority"', '"@path"', CONTENT]
    ),
    "digest uncovered": lambda found: sign_rfc9421(found, [METHOD, URI]),
    "no created": lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], created=None),
    "created long ago": lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], created=1_500_000_000),
    "created in the future": lambda found: sign_rfc9421(
        found, [METHOD, URI, CONTENT], created=_now(found) + 900
    ),
    "expired": lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], expires=_now(found) - 900),
    "no key id": lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], keyid=None),
    "the algorithm of another key": lambda found: sign_rfc9421(
        found, [METHOD, URI, CONTENT], alg="rsa-v1_5-sha256"
    ),
    "an unknown component": lambda found: sign_rfc9421(
        with_header(found, "X-Forwarded-For", "::1"), [METHOD, URI, CONTENT, '"x-forwarded-for"']
    ),
    "a digest of another body": lambda found: sign_rfc9421(
        with_header(found, "Content-Digest", "sha-256=:" + "A" * 43 + "=:"), [METHOD, URI, CONTENT]
    ),
    "a covered digest that fails beside one that fits": lambda found: sign_rfc9421(
        _extra_digest(found), [METHOD, URI, CONTENT]
    ),
    "signed for another node": lambda found: sign_rfc9421(
        replace(with_header(found, "Host", "evil.example"), url="http://evil.example/inbox"),
        [METHOD, URI, CONTENT],
    ),
    "signed with another key": lambda found: sign_rfc9421(
        found, [METHOD, URI, CONTENT], key=key_pair(1).ed25519
    ),
    "the key of another kind": lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], key=key_pair().rsa),
}
HONEST = [
    *[("cavage", name, change) for name, change in HONEST_CAVAGE.items()],
    *[("rfc9421", name, change) for name, change in HONEST_RFC9421.items()],
]


@ON_SQLITE
@pytest.mark.parametrize(
    ("scheme", "name", "change"), HONEST, ids=[f"{case[0]}: {case[1]}" for case in HONEST]
)
def test_a_valid_signature_over_too_little_or_at_the_wrong_time_is_refused(
    session, settings, alice, scheme, name, change
):
    """Here the cryptography is right: only the policy stands in the way."""
    with pytest.raises(BadSignature):
        admit(session, settings, change(signed(scheme)))


ACCEPTED: list[Change] = [
    lambda found: sign_cavage(found, [TARGET, HOST, DATE, DIGEST]),
    lambda found: sign_cavage(found, [TARGET, HOST, DATE, DIGEST, "content-type"], algorithm="hs2019"),
    lambda found: sign_cavage(
        found,
        [TARGET, HOST, "(created)", "(expires)", DIGEST],
        algorithm="hs2019",
        created=_now(found),
        expires=_now(found) + 300,
    ),
    lambda found: sign_cavage(replace(found, url=f"{INBOX}?a=b&c"), [TARGET, HOST, DATE, DIGEST]),
    lambda found: sign_cavage(
        with_header(found, "Digest", found.header("Digest").replace("SHA-256", "sha-256")),
        [TARGET, HOST, DATE, DIGEST],
    ),
    lambda found: with_header(found, "Signature", found.header("Signature").replace('",', '", ')),
    lambda found: with_header(found, "Content-Digest", "sha-256=:AAAA:"),
]
ACCEPTED_RFC9421: list[Change] = [
    lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT]),
    lambda found: sign_rfc9421(
        found, [METHOD, URI, CONTENT, '"date"', '"host"', '"content-type"'], alg="ed25519"
    ),
    lambda found: sign_rfc9421(found, [METHOD, '"@authority"', '"@path"', CONTENT]),
    lambda found: sign_rfc9421(
        replace(found, url=f"{INBOX}?a=b"), [METHOD, '"@authority"', '"@path"', '"@query"', CONTENT]
    ),
    lambda found: sign_rfc9421(found, [METHOD, URI, CONTENT], expires=_now(found) + 300, nonce="n", tag="t"),
    lambda found: with_header(found, "Digest", "SHA-256=AAAA"),
]


@ON_SQLITE
@pytest.mark.parametrize(
    ("scheme", "change"),
    [*[("cavage", change) for change in ACCEPTED], *[("rfc9421", change) for change in ACCEPTED_RFC9421]],
)
def test_all_the_ways_in_which_good_software_signs(session, settings, alice, scheme, change):
    assert admit(session, settings, change(signed(scheme))) == "accepted"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_signatures_and_the_one_with_our_key_counts(session, settings, alice, scheme):
    """RFC 9421 allows several; draft-cavage has one, and a second makes it unreadable."""
    found = signed(scheme)
    if scheme == "cavage":
        doubled = with_header(found, "Signature", f"{found.header('signature')}, {found.header('signature')}")
        with pytest.raises(BadSignature):
            admit(session, settings, doubled)
        return
    key = "https://elders.example/other#key"
    first = f'other=("@method" "@target-uri" "content-digest");created=1700000000;keyid="{key}", '
    stale = with_header(found, "Signature-Input", first + found.header("signature-input"))
    stale = with_header(stale, "Signature", "other=:AAAA:, " + found.header("signature"))
    assert admit(session, settings, stale) == "accepted"


OTHER = "https://elders.example/actors/bob"


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "changes",
    [
        {"actor": OTHER},
        {"id": "https://victim.example/activities/1"},
        {"id": "http://elders.example/activities/1"},
        {"id": "https://elders.example:8443/activities/1"},
        {"object": {**note()["object"], "id": "https://victim.example/objects/1"}},
        {"object": {**note()["object"], "attributedTo": OTHER}},
        {"object": {**note()["object"], "attributedTo": [ALICE, OTHER]}},
        {"object": {"id": "https://elders.example/objects/1", "type": "Note"}},
        {"object": "https://elders.example/objects/1"},
        {"type": "Update", "object": {"id": OTHER, "type": "Organization"}},
        {"type": "Delete", "object": "https://victim.example/objects/1"},
        {"type": "Delete", "object": {"id": "https://victim.example/objects/1", "type": "Tombstone"}},
        {
            "type": "Undo",
            "object": {"id": "https://elders.example/follows/1", "type": "Follow", "actor": OTHER},
        },
        {
            "type": "Undo",
            "object": {"id": "https://victim.example/follows/1", "type": "Follow", "actor": ALICE},
        },
    ],
    ids=str,
)
def test_an_actor_speaks_for_itself_only(session, settings, alice, scheme, changes):
    set_rule(session, OTHER, "allow", reason="", by="test")
    session.commit()
    with pytest.raises(BadSignature):
        admit(session, settings, signed(scheme, note(**changes)))


@ON_SQLITE
@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://ELDERS.example:443/activities/1"},
        {"id": "https://elders.example./activities/1"},
        {"type": "Update", "object": {"id": ALICE, "type": "Organization"}},
        {"type": "Delete", "object": "https://elders.example/objects/1"},
        {"type": "Announce", "object": [note()]},
        {"actor": {"id": ALICE, "type": "Organization"}},
    ],
    ids=str,
)
def test_what_is_written_otherwise_and_means_the_same_is_accepted(session, settings, alice, changes):
    assert admit(session, settings, signed("rfc9421", note(**changes))) == "accepted"


def _nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


BODIES = {
    "not JSON": b"hello",
    "not an object": b"[]",
    "not UTF-8": b'{"id":"\xff"}',
    "a repeated key": json.dumps(note())
    .encode()
    .replace(b'"type": "Create"', b'"type": "Create", "type": "Like"'),
    "a repeated key inside": json.dumps(note())
    .encode()
    .replace(b'"type": "Note"', b'"type": "Note", "type": "X"'),
    "too deep": _nested(40),
    "absurdly deep": _nested(40_000),
    "a long array": json.dumps(note(to=["https://a.example/"] * 101)).encode(),
    "many tags": json.dumps(note(tag=[{}] * 51)).encode(),
    "NaN": json.dumps(note()).encode().replace(b'"Dag"', b"NaN"),
    "infinite": json.dumps(note()).encode().replace(b'"Dag"', b"1e999"),
    "a huge number": json.dumps(note()).encode().replace(b'"Dag"', b"9" * 5000),
    "a zero character": json.dumps(note(name="a\x00b")).encode(),
    "half a character": json.dumps(note()).encode().replace(b'"Dag"', b'"\\ud800"'),
    "an unknown type": json.dumps(note(type="Explode")).encode(),
    "two types": json.dumps(note(type=["Create", "Delete"])).encode(),
    "no type": json.dumps(note(type=None)).encode(),
    "no actor": json.dumps(note(actor=None)).encode(),
    "two actors": json.dumps(note(actor=[ALICE, OTHER])).encode(),
    "an actor that is no address": json.dumps(note(actor="javascript:alert(1)")).encode(),
    "no id": json.dumps(note(id=None)).encode(),
    "an endless id": json.dumps(note(id="https://elders.example/" + "a" * 3000)).encode(),
    "no object": json.dumps(note(object=None)).encode(),
    "two objects": json.dumps(note(object=[note()["object"]] * 2)).encode(),
    "an endless type": json.dumps(note(object={"id": ALICE, "type": "T" * 300})).encode(),
    "too large": json.dumps(note(content="x" * 300_000)).encode(),
}


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", BODIES)
def test_what_cannot_be_read_without_doubt_is_refused(session, settings, alice, scheme, name):
    with pytest.raises(InvalidInput):
        admit(session, settings, signed(scheme, BODIES[name]))


@ON_SQLITE
@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "application/json",
        "text/html",
        "application/ld+json",
        'application/ld+json; profile="https://evil.example"',
        "application/activity+json; charset=utf-16",
        "multipart/form-data; boundary=x",
    ],
)
def test_only_the_two_media_types_are_read(session, settings, alice, media_type):
    with pytest.raises(InvalidInput):
        admit(session, settings, with_header(signed("rfc9421"), "Content-Type", media_type))


def test_the_other_media_type_is_read(session, settings, alice):
    media_type = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert admit(session, settings, with_header(signed("rfc9421"), "Content-Type", media_type)) == "accepted"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_stranger_may_only_ask_to_follow(session, settings, alice, scheme):
    session.execute(delete(PeerRule))
    session.commit()
    with pytest.raises(NotAllowed):
        admit(session, settings, signed(scheme))
    follow = {"id": "https://elders.example/follows/1", "type": "Follow", "actor": ALICE, "object": BASE}
    assert admit(session, settings, signed(scheme, follow)) == "accepted"
    undo = {"id": "https://elders.example/undo/1", "type": "Undo", "actor": ALICE, "object": follow}
    assert admit(session, settings, signed(scheme, undo)) == "accepted"


@pytest.mark.parametrize("target", [ALICE, "elders.example"])
def test_who_is_blocked_may_not_even_ask(session, settings, alice, target):
    set_rule(session, target, "suspend", reason="spam", by="test")
    session.commit()
    follow = {"id": "https://elders.example/follows/1", "type": "Follow", "actor": ALICE, "object": BASE}
    with pytest.raises(NotAllowed):
        admit(session, settings, signed("cavage", follow))


def test_the_farewell_of_a_stranger_is_forgotten_without_asking_anybody(session, settings, village):
    gone = "https://gone.example/actors/x"
    activity = {"id": f"{gone}#delete", "type": "Delete", "actor": gone, "object": gone}
    unsigned = replace(signed("cavage", activity), headers=(("Content-Type", "application/activity+json"),))
    assert admit(session, settings, unsigned) == "forgotten"
    assert count(session) == 0


def test_the_farewell_of_somebody_we_know_needs_a_signature(session, settings, alice):
    activity = {"id": f"{ALICE}#delete", "type": "Delete", "actor": ALICE, "object": ALICE}
    unsigned = replace(signed("cavage", activity), headers=(("Content-Type", "application/activity+json"),))
    with pytest.raises(AppError):
        admit(session, settings, unsigned)


def test_a_neighbour_cannot_answer_for_anothers_key(session, settings, alice):
    """Bob, on Alice's server, lists her key id with a key of his own."""
    theirs = actor_of(OTHER, key_pair(1))
    theirs["publicKey"]["id"] = f"{ALICE}#main-key"
    remember_actor(session, theirs)
    session.commit()
    assert admit(session, settings, signed("cavage")) == "accepted"
    with pytest.raises(BadSignature):
        admit(session, settings, signed("cavage", keys=key_pair(1)))


def test_an_rsa_key_signs_rfc9421_too(session, settings, alice):
    """As Mastodon does."""
    assert admit(session, settings, signed("rfc9421", key_id=f"{ALICE}#main-key")) == "accepted"


def test_an_ed25519_key_signs_cavage_too(session, settings, alice):
    assert admit(session, settings, signed("cavage", key_id=f"{ALICE}#ed25519-key")) == "accepted"


def test_a_known_key_needs_no_fetch(session, settings, alice, monkeypatch):
    import federation.signatures.key_fetching as module

    monkeypatch.setattr(module, "fetch_signed", lambda *_args, **_options: pytest.fail("fetched"))
    assert admit(session, settings, signed("cavage")) == "accepted"
    assert session.get(RemoteActor, ALICE) is not None


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_peer_with_a_wrong_clock_is_noted_until_its_clock_is_right(session, settings, alice, scheme):
    late = replace(signed(scheme), received_at=datetime.now(UTC) - timedelta(minutes=20))
    with pytest.raises(BadSignature):
        admit(session, settings, late)
    assert 1100 < session.get(Peer, "elders.example").clock_skew < 1300
    assert session.get(Peer, "elders.example").alarm == "clock"
    admit(session, settings, signed(scheme))
    forget_wrong_clocks(session, ["elders.example"])  # as the job does with whom it heard
    session.commit()
    peer = session.get(Peer, "elders.example", populate_existing=True)
    assert (peer.clock_skew, peer.alarm) == (None, "")


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nobody_else_raises_an_alarm_about_a_clock(session, settings, alice, scheme):
    """A wrong time counts only when the peer's own key signed it, and an old message is no clock."""
    late = datetime.now(UTC) - timedelta(minutes=20)
    forged = replace(signed(scheme, keys=key_pair(1)), received_at=late)
    touched = replace(_tampered_signature(signed(scheme)), received_at=late)
    for found in (forged, touched):
        with pytest.raises(BadSignature):
            admit(session, settings, found)
    assert session.get(Peer, "elders.example") is None
    assert admit(session, settings, signed(scheme)) == "accepted"
    session.commit()
    with pytest.raises(BadSignature):
        admit(session, settings, replace(signed(scheme), received_at=late))
    assert session.get(Peer, "elders.example") is None


@ON_SQLITE
def test_the_clock_of_a_stranger_or_an_old_message_is_nobodys_news(session, settings, alice):
    with pytest.raises(BadSignature):
        admit(session, settings, replace(signed("cavage"), received_at=datetime.now(UTC) + timedelta(days=3)))
    session.execute(delete(PeerRule))
    session.commit()
    follow = {"id": f"{ALICE}/f", "type": "Follow", "actor": ALICE, "object": BASE}
    with pytest.raises(BadSignature):
        admit(
            session,
            settings,
            replace(signed("cavage", follow), received_at=datetime.now(UTC) + timedelta(hours=3)),
        )
    assert session.get(Peer, "elders.example") is None
