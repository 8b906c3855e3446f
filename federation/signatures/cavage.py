"""draft-cavage-http-signatures-12: what most of the Fediverse signs with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.actors.keys import PublicKey
from federation.bovine_adapter import cavage_signing_string
from federation.signatures.digests import check_content_digest, check_legacy_digest, read_base64
from federation.signatures.message import Claim, Message
from federation.signatures.policy import (
    WrongClock,
    check_created,
    check_expires,
    check_key_id,
    instant_of,
)
from federation.signatures.signing import request_target
from schemas.errors import BadSignature

_PART = re.compile(r'\s*([A-Za-z]{1,20})=(?:"([^"\\]*)"|(\d{1,12}))\s*(?:,|$)')
_ALGORITHMS = {"", "hs2019", "rsa-sha256", "ed25519"}
_MOST_HEADER = 6000  # characters; an RSA-4096 signature takes 700
_MOST_FIELDS = 20


@dataclass(frozen=True)
class _Parts:
    key_id: str
    algorithm: str
    fields: tuple[str, ...]
    signature: bytes
    created: int | None
    expires: int | None


def read(message: Message) -> list[Claim]:
    """The one claim of a request with a ``Signature`` header. BadSignature when policy refuses it."""
    parts = _parse(message.header("signature") or "")
    _check_coverage(message, parts)
    wrong_clock = _wrong_clock(message, parts)
    _check_digest(message, parts)
    text = cavage_signing_string((name, _value(message, parts, name)) for name in parts.fields).encode()

    def check(key: PublicKey) -> None:
        _verify(key, parts, text)

    return [Claim(check_key_id(parts.key_id), "cavage", check, parts.signature, wrong_clock)]


def _parse(header: str) -> _Parts:
    values: dict[str, str] = {}
    position = 0
    if not header or len(header) > _MOST_HEADER:
        raise BadSignature("no signature, or one of a strange size", kind="malformed")
    while position < len(header):
        part = _PART.match(header, position)
        if part is None or part[1] in values:
            raise BadSignature("the Signature header cannot be read", kind="malformed")
        values[part[1]] = part[2] if part[2] is not None else part[3]
        position = part.end()
    if not {"keyId", "headers", "signature"} <= values.keys():
        raise BadSignature("the Signature header lacks keyId, headers or signature", kind="malformed")
    return _Parts(
        key_id=values["keyId"],
        algorithm=values.get("algorithm", ""),
        fields=tuple(values["headers"].lower().split()),
        signature=read_base64(values["signature"]),
        created=_number(values.get("created")),
        expires=_number(values.get("expires")),
    )


def _check_coverage(message: Message, parts: _Parts) -> None:
    if parts.algorithm not in _ALGORITHMS:
        raise BadSignature(f"the algorithm {parts.algorithm[:40]!r}", kind="algorithm")
    fields = set(parts.fields)
    if len(fields) != len(parts.fields) or len(fields) > _MOST_FIELDS:
        raise BadSignature("fields are covered twice, or too many of them", kind="coverage")
    if not {"(request-target)", "host"} <= fields:
        raise BadSignature("(request-target) or host is not covered", kind="coverage")
    if not fields & {"date", "(created)"}:
        raise BadSignature("neither date nor (created) is covered", kind="coverage")
    if message.method == "POST" and not fields & {"digest", "content-digest"}:
        raise BadSignature("the digest is not covered", kind="coverage")
    if fields & {"(created)", "(expires)"} and parts.algorithm.startswith("rsa"):
        raise BadSignature("(created) and (expires) do not go with rsa-sha256", kind="algorithm")


def _check_times(message: Message, parts: _Parts) -> None:
    if "date" in parts.fields:
        check_created(_date(message.header("date") or ""), message.received_at)
    if parts.created is not None:
        check_created(instant_of(parts.created, "created"), message.received_at)
    if parts.expires is not None:
        check_expires(instant_of(parts.expires, "expires"), message.received_at)


def _wrong_clock(message: Message, parts: _Parts) -> WrongClock | None:
    try:
        _check_times(message, parts)
    except WrongClock as error:
        return error
    return None


def _check_digest(message: Message, parts: _Parts) -> None:
    """The digest that is covered is the one that is checked; any other header is ignored."""
    if "digest" in parts.fields:
        check_legacy_digest(message.header("digest") or "", message.body)
    if "content-digest" in parts.fields:
        check_content_digest(message.header("content-digest") or "", message.body)


def _value(message: Message, parts: _Parts, name: str) -> str:
    if name == "(request-target)":
        return request_target(message.method, message.url)
    if name in {"(created)", "(expires)"}:
        number = parts.created if name == "(created)" else parts.expires
        if number is None:
            raise BadSignature(f"{name} is covered and not given", kind="coverage")
        return str(number)
    value = message.header(name)
    if value is None or "\n" in value or "\r" in value:
        raise BadSignature(f"{name[:60]} is covered and not there", kind="coverage")
    return value


def _verify(key: PublicKey, parts: _Parts, text: bytes) -> None:
    """The key decides the algorithm; the header may only agree with it."""
    is_rsa = isinstance(key, RSAPublicKey)
    if parts.algorithm == ("ed25519" if is_rsa else "rsa-sha256"):
        raise BadSignature("the algorithm is not that of the key", kind="algorithm")
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(parts.signature, text, padding.PKCS1v15(), SHA256())
        else:
            key.verify(parts.signature, text)
    except InvalidSignature:
        raise BadSignature("the signature does not fit the request and the key") from None


def _date(text: str) -> datetime:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        raise BadSignature("the date cannot be read", kind="malformed") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadSignature("created or expires is not a whole number", kind="malformed")
    return int(text)
