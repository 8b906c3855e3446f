"""The gate and signatures: what does not vouch for a message, and all that does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.receiving.gate import admit
from federation.signatures.message import Message
from schemas.errors import BadSignature
from tests.federation.messages import (
    CONTENT,
    INBOX,
    METHOD,
    ON_SQLITE,
    OTHER,
    SCHEMES,
    URI,
    Change,
    count,
    signed,
    with_header,
)
from tests.federation.remote import ALICE, actor_of, key_pair, sign_cavage, sign_rfc9421
from tests.federation.spoiled_messages import CASES, extra_digest


@ON_SQLITE
@pytest.mark.parametrize(("scheme", "name", "change"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_nobody_vouches_for(session, settings, alice, scheme, name, change):
    with pytest.raises(BadSignature):
        admit(session, settings, change(signed(scheme)))
    session.rollback()
    assert count(session) == 0


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
        with_header(extra_digest(found), "X", None), [TARGET, HOST, DATE, DIGEST]
    ),
    "a field twice": lambda found: sign_cavage(found, [TARGET, HOST, HOST, DATE, DIGEST]),
    "algorithm rsa-sha512": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, DIGEST], algorithm="rsa-sha512"
    ),
    "algorithm ed25519 with an RSA key": lambda found: sign_cavage(
        found, [TARGET, HOST, DATE, DIGEST], algorithm="ed25519"
    ),
}
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
        extra_digest(found), [METHOD, URI, CONTENT]
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
