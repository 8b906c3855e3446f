"""The digest of a body as each signature scheme writes it: the covered one is the one that counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from http_message_signatures import ContentDigest, HTTPMessageSignaturesException

from schemas.errors import BadSignature

_DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def check_legacy_digest(header: str, body: bytes) -> None:
    """Raise BadSignature unless a ``Digest`` (RFC 3230) fits the body, by each algorithm we know."""
    checked: set[str] = set()
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        algorithm = _DIGESTS.get(name.lower())
        if name.lower() in checked:
            raise BadSignature("the digest is given twice", kind="digest")
        if algorithm is None:
            continue
        if not hmac.compare_digest(read_base64(value), algorithm(body).digest()):
            raise BadSignature("the digest is not that of the body", kind="digest")
        checked.add(name.lower())
    if not checked:
        raise BadSignature("no digest of a kind we know", kind="digest")


def check_content_digest(header: str, body: bytes) -> None:
    """Raise BadSignature unless an RFC 9530 Content-Digest fits the body."""
    try:
        ContentDigest.verify(header, body)
    except (HTTPMessageSignaturesException, ValueError, TypeError) as error:
        raise BadSignature(f"content-digest: {error}", kind="digest") from None


def read_base64(text: str) -> bytes:
    """The bytes behind a base64 text; BadSignature when it is none."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("a value is not base64", kind="malformed") from None
