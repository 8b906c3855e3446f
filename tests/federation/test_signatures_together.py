"""Signatures in company: several on one message, keys of every size, and copies that come late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import delete

from federation import jobs
from federation.actors.actor_documents import keys_in
from federation.actors.keys import pem_of
from federation.receiving.gate import admit
from federation.receiving.inbox import InboxActivity, forget_old_activities
from federation.signatures.policy import MOST_AGE, MOST_SKEW
from schemas.errors import BadSignature
from tests.federation.messages import CONTENT, METHOD, ON_SQLITE, URI, signed, with_header
from tests.federation.remote import ALICE, actor_of, key_pair, sign_rfc9421

SCHEMES = ("rfc9421", "cavage")


def both(first, second):
    """One message with the signatures of two."""
    joined = first
    for name in ("Signature-Input", "Signature"):
        text = second.header(name).replace("sig1=", "sig2=", 1)
        joined = with_header(joined, name, f"{joined.header(name)}, {text}")
    return joined


@ON_SQLITE
@pytest.mark.parametrize("valid", ["first", "second", "both"])
def test_one_valid_signature_among_several_is_enough(session, settings, alice, valid):
    """By two keys that we know, as software that changes its keys sends them."""
    found = signed("rfc9421")
    ours = {
        "first": sign_rfc9421(found, [METHOD, URI, CONTENT]),
        "second": sign_rfc9421(found, [METHOD, URI, CONTENT], key=key_pair().rsa, keyid=f"{ALICE}#main-key"),
    }
    if valid == "first":
        ours["second"] = sign_rfc9421(
            found, [METHOD, URI, CONTENT], key=key_pair(1).rsa, keyid=f"{ALICE}#main-key"
        )
    if valid == "second":
        ours["first"] = sign_rfc9421(found, [METHOD, URI, CONTENT], key=key_pair(1).ed25519)
    assert admit(session, settings, both(ours["first"], ours["second"])) == "accepted"


@ON_SQLITE
def test_of_several_signatures_none_of_which_is_valid_none_counts(session, settings, alice):
    found = signed("rfc9421")
    forged = sign_rfc9421(found, [METHOD, URI, CONTENT], key=key_pair(1).ed25519)
    other = sign_rfc9421(found, [METHOD, URI, CONTENT], key=key_pair(1).rsa, keyid=f"{ALICE}#main-key")
    uncovered = sign_rfc9421(found, [METHOD, URI])
    for second in (other, uncovered):
        with pytest.raises(BadSignature):
            admit(session, settings, both(forged, second))


def _pem(key):
    return pem_of(key.public_key())


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("1024 bits", lambda: _pem(generate_private_key(65537, 1024))),
        ("exponent 3", lambda: _pem(generate_private_key(3, 2048))),
        ("an elliptic curve", lambda: _pem(ec.generate_private_key(ec.SECP256R1()))),
        ("no key", lambda: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
    ],
)
def test_keys_of_other_sizes_and_kinds_are_not_taken(kind, make):
    theirs = actor_of(ALICE, key_pair(), assertionMethod=[])
    theirs["publicKey"]["publicKeyPem"] = make()
    assert keys_in(theirs) == {}, kind


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_copy_that_comes_after_its_row_was_forgotten_is_too_old(session, settings, alice, scheme):
    """The row is the memory of a replay; it outlives the signature many times over."""
    assert jobs.MEMORY > 10 * (MOST_AGE + 2 * MOST_SKEW)
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        found = signed(scheme)
        assert admit(session, settings, found) == "accepted"
        session.commit()
    with time_machine.travel(start + jobs.MEMORY + timedelta(seconds=1), tick=False):
        for row in session.query(InboxActivity):
            row.state = "done"
        forget_old_activities(session, datetime.now(UTC) - jobs.MEMORY)
        session.commit()
        assert session.query(InboxActivity).count() == 0
        with pytest.raises(BadSignature, match="too long ago"):
            admit(session, settings, replace(found, received_at=datetime.now(UTC)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_while_the_signature_is_valid_the_row_is_there(session, settings, alice, scheme):
    found = signed(scheme)
    assert admit(session, settings, found) == "accepted"
    session.commit()
    session.execute(delete(InboxActivity).where(InboxActivity.received_at < datetime.now(UTC) - jobs.MEMORY))
    later = datetime.now(UTC) + MOST_AGE
    with time_machine.travel(later, tick=False):
        assert admit(session, settings, replace(found, received_at=later)) == "known"
