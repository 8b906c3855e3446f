"""Signing outgoing requests: RFC 9421 among our nodes, draft-cavage for software without it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256

from federation.actors.keys import KeyPair, ed25519_key_id, is_ed25519_key_id, rsa_key_id
from federation.bovine_adapter import cavage_signing_string
from federation.database import now
from federation.fetching.origins import authority_of

SCHEMES = ("rfc9421", "cavage")
ACTIVITY_JSON = "application/activity+json"


def key_id_for(actor_uri: str, scheme: str, generation: int = 1) -> str:
    """The key we sign with by default: Ed25519 for RFC 9421 (eight times faster), RSA for draft-cavage.

    ``generation`` is `Identity.key_generation`.
    """
    address = ed25519_key_id if scheme == "rfc9421" else rsa_key_id
    return address(actor_uri, generation)


def sign_request(
    identity_keys: KeyPair, *, key_id: str, method: str, url: str, body: bytes | None, scheme: str
) -> dict[str, str]:
    """The headers to send with this request, the signature among them.

    ``key_id`` chooses the key: one whose fragment begins with ``ed25519-key`` is the Ed25519 key,
    any other the RSA key. ``body`` is None for a request without one; otherwise its digest and content
    type are part of the answer. The request must go to exactly ``url``.
    """
    headers = {"Host": authority_of(url), "Date": format_datetime(now(), usegmt=True)}
    if body is not None:
        headers["Content-Type"] = ACTIVITY_JSON
    if scheme == "rfc9421":
        return _sign_rfc9421(identity_keys, key_id, method, url, body, headers)
    if scheme == "cavage":
        return _sign_cavage(identity_keys, key_id, method, url, body, headers)
    raise ValueError(f"no such signature scheme: {scheme}")


@dataclass
class _Request:
    """What http-message-signatures wants to see of a request."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _OneKey(HTTPSignatureKeyResolver):
    key: RSAPrivateKey | Ed25519PrivateKey

    def resolve_private_key(self, _key_id: str) -> RSAPrivateKey | Ed25519PrivateKey:
        return self.key


def _key(keys: KeyPair, key_id: str) -> RSAPrivateKey | Ed25519PrivateKey:
    return keys.ed25519 if is_ed25519_key_id(key_id) else keys.rsa


def _sign_rfc9421(
    keys: KeyPair, key_id: str, method: str, url: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, str]:
    key = _key(keys, key_id)
    algorithm = ED25519 if isinstance(key, Ed25519PrivateKey) else RSA_V1_5_SHA256
    message = _Request(method, url, headers)
    signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=_OneKey(key))
    signer.sign(
        message,
        key_id=key_id,
        created=now(),
        label="sig1",
        # without alg: some peers know an algorithm by another name than the registry's
        include_alg=False,
        covered_component_ids=("@method", "@target-uri"),
        body=body,
    )
    return message.headers


def _sign_cavage(
    keys: KeyPair, key_id: str, method: str, url: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, str]:
    names = ["(request-target)", "host", "date"]
    if body is not None:
        headers["Digest"] = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
        names += ["digest", "content-type"]
    values = {name.lower(): value for name, value in headers.items()}
    values["(request-target)"] = request_target(method, url)
    text = cavage_signing_string((name, values[name]) for name in names)
    key = _key(keys, key_id)
    if isinstance(key, RSAPrivateKey):
        algorithm, signature = "rsa-sha256", key.sign(text.encode(), padding.PKCS1v15(), SHA256())
    else:
        algorithm, signature = "hs2019", key.sign(text.encode())
    parts = {
        "keyId": key_id,
        "algorithm": algorithm,
        "headers": " ".join(names),
        "signature": base64.b64encode(signature).decode(),
    }
    headers["Signature"] = ",".join(f'{name}="{value}"' for name, value in parts.items())
    return headers


def request_target(method: str, url: str) -> str:
    """draft-cavage's ``(request-target)``: the method in lower case and the path with its query."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{method.lower()} {parts.path or '/'}{query}"
