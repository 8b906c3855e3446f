"""Reading the actor documents of others: only what we need, bounded and checked.

Each is fetched from its own address; nothing in it is believed about another origin.
"""

from __future__ import annotations

from typing import Any

from federation.actors.keys import PublicKey, read_rsa_pem
from federation.bovine_adapter import decode_multikey
from federation.fetching.origins import authority_of, is_web_address, same_origin
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.errors import BadSignature, GaveUp
from schemas.objects import Document, type_of

_MOST_KEYS = 10


def read_actor(document: Document) -> dict[str, Any]:
    """The columns of `RemoteActor` that a document fills. GaveUp when it is no actor we can use."""
    uri, inbox = document.get("id"), document.get("inbox")
    if type_of(document) not in FOREIGN_ACTOR_TYPES:
        raise GaveUp(cause=f"not an actor: type {str(document.get('type'))[:80]}")
    if not is_web_address(uri) or not is_web_address(inbox):
        raise GaveUp(cause="an actor without a usable id or inbox")
    keys = keys_in(document)
    rsa_key_id = next((key_id for key_id, (kind, _) in keys.items() if kind == "rsa"), None)
    ed25519_key_id = next((key_id for key_id, (kind, _) in keys.items() if kind == "ed25519"), None)
    return {
        "uri": uri,
        "document": document,
        "inbox": inbox,
        "shared_inbox": _shared_inbox(document),
        "name": _text(document, "name", 200) or _text(document, "preferredUsername", 60),
        "username": _text(document, "preferredUsername", 60),
        "host": authority_of(str(uri)),
        "rsa_key_id": rsa_key_id,
        "rsa_pem": keys[rsa_key_id][1] if rsa_key_id else None,
        "ed25519_key_id": ed25519_key_id,
        "ed25519_multibase": keys[ed25519_key_id][1] if ed25519_key_id else None,
        "role": role_of(document, has_proof_key=ed25519_key_id is not None),
    }


def role_of(document: Document, *, has_proof_key: bool) -> str:
    """What an actor can be to a hub: 'hub' (it has members and a feed), 'cooperative' (an Organization
    with a key for proofs, so that it can be a member) or 'other'."""
    if isinstance(document.get("members"), str) and isinstance(document.get("feed"), str):
        return "hub"
    return "cooperative" if document.get("type") == "Organization" and has_proof_key else "other"


def keys_in(document: Document) -> dict[str, tuple[str, str]]:
    """The usable keys that an actor lists as its own: key id → ('rsa', PEM) or ('ed25519', multibase)."""
    keys: dict[str, tuple[str, str]] = {}
    for entry in _entries(document, "publicKey"):
        _add_rsa(keys, document, entry)
    for entry in _entries(document, "assertionMethod"):
        _add_multikey(keys, document, entry)
    return keys


def ed25519_keys_in(document: Document) -> dict[str, str]:
    """The Ed25519 keys that an actor lists as its own, for proofs: key id → multibase."""
    return {key_id: text for key_id, (kind, text) in keys_in(document).items() if kind == "ed25519"}


def certificates_in(document: Document) -> list[Document]:
    """The key succession of an actor, oldest first: a key each, proven by the one before; unverified."""
    return [entry for entry in _entries(document, "keySuccession") if _is_certificate(document, entry)]


def public_key(kind: str, text: str) -> PublicKey:
    """The key of `keys_in`, ready to verify with. BadSignature when it is not fit."""
    if kind == "rsa":
        return read_rsa_pem(text)
    try:
        return decode_multikey(text)
    except ValueError as error:
        raise BadSignature(f"the key cannot be read: {error}", kind="key_unfit") from None


def _add_rsa(keys: dict[str, tuple[str, str]], document: Document, entry: Document) -> None:
    key_id, pem = entry.get("id"), entry.get("publicKeyPem")
    if not isinstance(pem, str) or not _is_own(document, key_id, entry.get("owner")):
        return
    try:
        read_rsa_pem(pem)
    except BadSignature:
        return
    keys[str(key_id)] = ("rsa", pem)


def _add_multikey(keys: dict[str, tuple[str, str]], document: Document, entry: Document) -> None:
    key_id, multibase = entry.get("id"), entry.get("publicKeyMultibase")
    if entry.get("type") != "Multikey" or not isinstance(multibase, str):
        return
    if not _is_own(document, key_id, entry.get("controller")) or "revoked" in entry or "expires" in entry:
        return
    try:
        decode_multikey(multibase)
    except ValueError:
        return
    keys[str(key_id)] = ("ed25519", multibase)


def _is_own(document: Document, key_id: object, owner: object) -> bool:
    uri = str(document.get("id"))
    return isinstance(key_id, str) and is_web_address(key_id) and owner == uri and same_origin(key_id, uri)


def _is_certificate(document: Document, entry: Document) -> bool:
    keys: dict[str, tuple[str, str]] = {}
    _add_multikey(keys, document, entry)
    return bool(keys) and entry.get("attributedTo") == document.get("id")


def _entries(document: Document, name: str) -> list[Document]:
    value = document.get(name)
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries[:_MOST_KEYS] if isinstance(entry, dict)]


def _shared_inbox(document: Document) -> str | None:
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    return shared if is_web_address(shared) and same_origin(str(shared), str(document["id"])) else None


def _text(document: Document, name: str, most: int) -> str:
    value = document.get(name)
    return " ".join(value.split())[:most] if isinstance(value, str) else ""
