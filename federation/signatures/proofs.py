"""Integrity proofs (FEP-8b32, W3C eddsa-jcs-2022): a document vouches for itself.

The hash of the canonical proof options and the hash of the canonical document are signed with
Ed25519. A relayed document is believed because its owner's key signed it, whoever brought it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jcs  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.actors.keys import KeyPair
from federation.bovine_adapter import decode_base58, decode_multikey, encode_base58
from federation.database import now
from federation.fetching.origins import same_origin
from federation.signatures.policy import MOST_SKEW
from schemas.errors import BadSignature
from schemas.objects import Document

_FIXED = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}


def sign(document: Document, keys: KeyPair, key_id: str, created: datetime) -> Document:
    """A copy of ``document`` with a proof by the Ed25519 key ``key_id``, dated ``created``."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    options = {
        **_context_of(bare),
        **_FIXED,
        "verificationMethod": key_id,
        "created": created.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return {**bare, "proof": {**options, "proofValue": _sign(keys.ed25519, options, bare)}}


class UnknownKey(BadSignature):
    """The proof is by a key of the owner's origin that is not one of the owner's keys as we know them."""


def verify(document: Document, *, owner_uri: str, keys: Mapping[str, str]) -> str:
    """The key of ``owner_uri`` (multibase) that signed exactly this document; BadSignature otherwise.

    The caller says which ``keys`` (key id → multibase) are the owner's: from the owner's own
    actor document or from the member list of a hub. The proof's verification method chooses
    among them. What the document or its proof says about keys is never believed.
    """
    proof = _proof_of(document)
    bare = {name: value for name, value in document.items() if name != "proof"}
    _check_owner(bare, owner_uri)
    _check_options(proof, owner_uri)
    _check_times(proof)
    multibase = keys.get(proof["verificationMethod"])
    if multibase is None:
        raise UnknownKey(f"{proof['verificationMethod'][:500]} is not a known key of {owner_uri}")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in proof and proof["@context"] != bare.get("@context"):
        raise BadSignature("the proof's context is not the document's")
    try:
        key, value = decode_multikey(multibase), decode_base58(proof["proofValue"])
    except ValueError as error:
        raise BadSignature(f"proof: {error}") from None
    # Fedify leaves the context out of the written proof and signs as if it were there
    message = _message({**_context_of(bare), **options}, bare)
    try:
        key.verify(value, message)
    except InvalidSignature:
        raise BadSignature("the proof does not fit the document and the key") from None
    return multibase


def owner_of(document: Document) -> str | None:
    """Who is responsible for a document: actor of an activity, author of an object, an actor itself."""
    for name in ("actor", "attributedTo"):
        if name in document:
            value = document[name]
            return value if isinstance(value, str) else None
    uri = document.get("id")
    return uri if isinstance(uri, str) else None


def _sign(key: Ed25519PrivateKey, options: dict[str, Any], bare: Document) -> str:
    return encode_base58(key.sign(_message(options, bare)))


def _message(options: dict[str, Any], bare: Document) -> bytes:
    try:
        return b"".join(hashlib.sha256(jcs.canonicalize(part)).digest() for part in (options, bare))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadSignature(f"the document has no canonical form: {error}") from None


def _context_of(bare: Document) -> dict[str, Any]:
    return {"@context": bare["@context"]} if "@context" in bare else {}


def _proof_of(document: Document) -> dict[str, Any]:
    proof = document.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict):
        raise BadSignature("no proof, or more than one")
    if not all(isinstance(proof.get(name), str) for name in ("verificationMethod", "proofValue", "created")):
        raise BadSignature("the proof is incomplete")
    return proof


def _check_owner(bare: Document, owner_uri: str) -> None:
    if owner_of(bare) != owner_uri:
        raise BadSignature(f"the document does not say that it is of {owner_uri}")
    uri = bare.get("id")
    if not isinstance(uri, str) or not same_origin(uri, owner_uri):
        raise BadSignature("the document's id is not of its owner's origin")


def _check_options(proof: dict[str, Any], owner_uri: str) -> None:
    for name, value in _FIXED.items():
        if proof.get(name) != value:
            raise BadSignature(f"the proof's {name} is not {value}")
    if not same_origin(proof["verificationMethod"], owner_uri):
        raise BadSignature("the proof's key is not of the owner's origin")


def _check_times(proof: dict[str, Any]) -> None:
    if _instant(proof["created"]) > now() + MOST_SKEW:
        raise BadSignature("the proof is from the future")
    if "expires" in proof and _instant(proof["expires"]) < now():
        raise BadSignature("the proof has expired")


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise BadSignature("a time in the proof cannot be read") from None
    if instant.tzinfo is None:
        raise BadSignature("a time in the proof has no zone")
    return instant
