"""Integrity proofs: the published vectors pass, and every change is noticed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from bovine.crypto.multibase import multibase_to_private_key
from hypothesis import given
from hypothesis import strategies as st

from federation.actors.keys import KeyPair, ed25519_key_id, multibase_of
from federation.signatures.proofs import sign, verify
from schemas.errors import BadSignature
from tests.federation.remote import ALICE, key_pair

KEY = multibase_of(key_pair().ed25519.public_key())
KEY_ID = ed25519_key_id(ALICE)
KEYS = {KEY_ID: KEY}
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

# FEP-8b32, fep-8b32.feature (Creative Commons CC0 1.0): https://codeberg.org/fediverse/fep
FEP_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
FEP_ACTOR = "https://server.example/users/alice"
FEP_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
FEP_PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
FEP_KEYS = {ed25519_key_id(FEP_ACTOR): FEP_PUBLIC}
FEP_DOCUMENT = {
    "@context": FEP_CONTEXT,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": FEP_ACTOR,
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": FEP_ACTOR,
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
FEP_PROOF = {
    "@context": FEP_CONTEXT,
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": f"{FEP_ACTOR}#ed25519-key",
    "proofPurpose": "assertionMethod",
    "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
    "created": "2023-02-24T23:36:38Z",
}


def test_the_vector_of_the_fep_is_made_and_verified():
    keys = KeyPair(key_pair().rsa, multibase_to_private_key(FEP_SECRET))
    made = sign(FEP_DOCUMENT, keys, f"{FEP_ACTOR}#ed25519-key", datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    assert made == {**FEP_DOCUMENT, "proof": FEP_PROOF}
    verify(made, owner_uri=FEP_ACTOR, keys=FEP_KEYS)


# W3C vc-di-eddsa: https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-jcs-2022
W3C_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
W3C_VALUE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"


def test_the_vector_of_the_w3c_is_made():
    """Made only: a credential of a DID is no document of an actor, so our policy refuses it."""
    keys = KeyPair(key_pair().rsa, multibase_to_private_key(FEP_SECRET))
    method = f"did:key:{FEP_PUBLIC}#{FEP_PUBLIC}"
    made = sign(W3C_DOCUMENT, keys, method, datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    assert made["proof"]["proofValue"] == W3C_VALUE
    with pytest.raises(BadSignature):
        verify(made, owner_uri="https://vc.example/issuers/5678", keys={method: FEP_PUBLIC})


def test_a_proof_that_leaves_its_context_out_is_verified_too():
    """As Fedify writes it."""
    proof = {name: value for name, value in FEP_PROOF.items() if name != "@context"}
    verify({**FEP_DOCUMENT, "proof": proof}, owner_uri=FEP_ACTOR, keys=FEP_KEYS)


def activity(**changes):
    document = {"@context": FEP_CONTEXT, "id": "https://elders.example/a/1", "type": "Create", "actor": ALICE}
    return {**document, "object": {"name": "Eet", "n": [1, 2.5, None, True]}, **changes}


def signed(document=None, at=AT):
    return sign(document or activity(), key_pair(), KEY_ID, at)


def refuse(document, *, owner=ALICE, key=KEY):
    with pytest.raises(BadSignature):
        verify(document, owner_uri=owner, keys={KEY_ID: key})


def test_a_document_vouches_for_itself_and_an_old_proof_is_replaced():
    verify(signed(signed()), owner_uri=ALICE, keys=KEYS)
    without_context = activity()
    del without_context["@context"]
    verify(signed(without_context), owner_uri=ALICE, keys=KEYS)


def _paths(value, path=()):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _paths(item, (*path, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _paths(item, (*path, at))
    else:
        yield path


PATHS = list(_paths(signed()))


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_every_value_counts(path):
    document = copy.deepcopy(signed())
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "https://elders.example/other" if isinstance(place[path[-1]], str) else 7
    refuse(document)


def test_nothing_can_be_added_or_left_out():
    refuse({**signed(), "extra": 1})
    shorter = signed()
    del shorter["object"]
    refuse(shorter)
    refuse({**signed(), "proof": {**signed()["proof"], "nonce": "x"}})


def test_whose_document_and_whose_key():
    refuse(signed(), owner="https://elders.example/actors/bob")
    refuse(signed(), key=multibase_of(key_pair(1).ed25519.public_key()))
    refuse(signed(), key="zrubbish")
    refuse(signed(activity(actor="https://elders.example/actors/bob")))
    refuse(signed(activity(id="https://victim.example/a/1")))
    refuse(signed(activity(actor=[ALICE])))
    foreign = sign(activity(), key_pair(), "https://victim.example/actors/x#ed25519-key", AT)
    refuse(foreign)


@pytest.mark.parametrize(
    "proof",
    [
        None,
        [],
        "x",
        {},
        [FEP_PROOF, FEP_PROOF],
        {**FEP_PROOF, "type": "Ed25519Signature2020"},
        {**FEP_PROOF, "cryptosuite": "eddsa-rdfc-2022"},
        {**FEP_PROOF, "proofPurpose": "authentication"},
        {**FEP_PROOF, "proofValue": "rubbish"},
        {**FEP_PROOF, "proofValue": "z" + "1" * 5000},
        {**FEP_PROOF, "proofValue": 1},
        {**FEP_PROOF, "created": "yesterday"},
        {**FEP_PROOF, "created": "2023-02-24T23:36:38"},
        {**FEP_PROOF, "@context": FEP_CONTEXT[:1]},
        {**FEP_PROOF, "verificationMethod": "did:key:x"},
    ],
    ids=str,
)
def test_a_proof_of_another_kind_is_none(proof):
    with pytest.raises(BadSignature):
        verify({**FEP_DOCUMENT, "proof": proof}, owner_uri=FEP_ACTOR, keys=FEP_KEYS)


def test_a_proof_from_the_future_or_past_its_end_is_refused():
    refuse(signed(at=datetime.now(UTC) + timedelta(minutes=10)))
    verify(signed(at=datetime.now(UTC) + timedelta(minutes=1)), owner_uri=ALICE, keys=KEYS)


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.text()
            | st.integers(-(2**53), 2**53)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.booleans()
            | st.none(),
            st.lists,
            max_leaves=8,
        ),
        max_size=6,
    )
)
def test_whatever_is_signed_verifies_after_a_journey_as_json(extra):
    """Key order, spaces and escapes may change on the way."""
    import json

    document = {**{f"x{name}": value for name, value in extra.items()}, **activity()}
    try:
        travelled = json.loads(json.dumps(signed(document), sort_keys=True, indent=1))
    except (BadSignature, UnicodeEncodeError):
        return  # half a character: never read from a stranger, see documents.py
    verify(travelled, owner_uri=ALICE, keys=KEYS)
