"""RFC 9421, HTTP Message Signatures: what our nodes sign with.

The library verifies; what must be covered, when and with which key is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import http_sf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256

from federation.actors.keys import PublicKey
from federation.signatures.digests import check_content_digest
from federation.signatures.message import Claim, Message
from federation.signatures.policy import (
    LONGEST_AGO,
    MOST_AGE,
    MOST_SKEW,
    WrongClock,
    check_created,
    check_expires,
    check_key_id,
    instant_of,
)
from schemas.errors import BadSignature

_MOST_HEADER = 8000  # characters
_MOST_SIGNATURES = 5
_KNOWN = frozenset(
    {"@method", "@target-uri", "@authority", "@scheme", "@path", "@query", "@request-target"}
    | {"host", "date", "digest", "content-digest", "content-type", "content-length", "accept", "user-agent"}
)
_PLAIN_PARAMETERS = frozenset({"created", "expires", "keyid"})
"""Of a signature; ``alg`` and others are for the library to judge."""


def read(message: Message) -> list[Claim]:
    """The claims of a request with ``Signature-Input``; BadSignature when policy refuses them all."""
    inputs, values = _parse(message, "signature-input"), _parse(message, "signature")
    if not 0 < len(inputs) <= _MOST_SIGNATURES:
        raise BadSignature("no signature, or too many", kind="malformed")
    claims, refusals = [], []
    for label, member in inputs.items():
        try:
            claims.append(_claim(message, label, member, values))
        except BadSignature as error:
            refusals.append(error)
    if not claims:
        raise refusals[0]
    return claims


def _claim(message: Message, label: str, member: Any, values: dict[str, Any]) -> Claim:
    if label not in values:
        raise BadSignature(f"no value for the signature {label[:40]}", kind="malformed")
    items, parameters = member
    if not isinstance(items, list):
        raise BadSignature("the covered components are not a list", kind="malformed")
    names = _names(items)
    _check_coverage(message, names)
    if message.method == "POST":  # before any cryptography; the library looks at it once more
        check_content_digest(message.header("content-digest") or "", message.body)
    wrong_clock = _wrong_clock(message, parameters)
    alone = _with_one_signature(message, label, member, values[label])
    signature = _bytes(values[label])
    plain = _plain_base(message, items, parameters, alone.headers["signature-input"])

    def check(key: PublicKey) -> None:
        if wrong_clock is None and plain and _is_by(key, signature, plain):
            return
        _verify(alone, key, at_any_time=wrong_clock is not None)

    return Claim(check_key_id(parameters.get("keyid")), "rfc9421", check, signature, wrong_clock)


def _plain_base(
    message: Message, items: list[Any], parameters: dict[str, Any], signature_input: str
) -> bytes | None:
    """What was signed (RFC 9421 section 2.5), when it has the shape that nearly all requests have.

    It saves the library's reading everything once more. A signature over it is a yes; any other
    shape, and any no, is left to the library. None when it is another shape.
    """
    if not parameters.keys() <= _PLAIN_PARAMETERS:
        return None
    derived = {"@method": message.method, "@target-uri": message.url}
    lines = []
    for name, _ in items:
        value = derived.get(name) if name.startswith("@") else message.header(name)
        if value is None or not value.isascii() or not value.isprintable():
            return None
        lines.append(f'"{name}": {value}')
    lines.append(f'"@signature-params": {signature_input.partition("=")[2]}')
    return "\n".join(lines).encode("ascii")


def _is_by(key: PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, text, PKCS1v15(), SHA256())
        else:
            key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _bytes(value: Any) -> bytes:
    if isinstance(value, tuple) and isinstance(value[0], bytes):
        return value[0]
    raise BadSignature("a signature that is not a row of bytes", kind="malformed")


def _names(items: list[Any]) -> set[str]:
    names = set()
    for name, parameters in items:
        if not isinstance(name, str) or name not in _KNOWN or parameters or name in names:
            raise BadSignature(f"a component we do not know: {str(name)[:60]}", kind="coverage")
        names.add(name)
    return names


def _check_coverage(message: Message, names: set[str]) -> None:
    if "@method" not in names:
        raise BadSignature("@method is not covered", kind="coverage")
    apart = {"@authority", "@path"} | ({"@query"} if "?" in message.url else set())
    if "@target-uri" not in names and not apart <= names:
        raise BadSignature(
            "neither @target-uri nor @authority, @path and @query are covered", kind="coverage"
        )
    if message.method == "POST" and "content-digest" not in names:
        raise BadSignature("content-digest is not covered", kind="coverage")


def _check_times(message: Message, parameters: dict[str, Any]) -> None:
    check_created(instant_of(parameters.get("created"), "created"), message.received_at)
    if "expires" in parameters:
        check_expires(instant_of(parameters["expires"], "expires"), message.received_at)


def _wrong_clock(message: Message, parameters: dict[str, Any]) -> WrongClock | None:
    try:
        _check_times(message, parameters)
    except WrongClock as error:
        return error
    return None


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class _OneKey(HTTPSignatureKeyResolver):
    key: PublicKey

    def resolve_public_key(self, _key_id: str) -> PublicKey:
        return self.key


def _with_one_signature(message: Message, label: str, member: Any, value: Any) -> _Request:
    """The request with only this signature: the library takes one at a time."""
    headers = {name.lower(): message.header(name) or "" for name, _ in message.headers}
    try:
        headers["signature-input"] = http_sf.ser({label: member})
        headers["signature"] = http_sf.ser({label: value})
    except (ValueError, TypeError, AttributeError) as error:
        raise BadSignature(f"the signature {label[:40]} cannot be read: {error}", kind="malformed") from None
    return _Request(message.method, message.url, headers, message.body)


def _verify(request: _Request, key: PublicKey, *, at_any_time: bool) -> None:
    """The key decides the algorithm; ``alg`` may only agree with it.

    ``at_any_time``: the time was found wrong, and only who signed is still of interest.
    """
    algorithm = RSA_V1_5_SHA256 if isinstance(key, RSAPublicKey) else ED25519
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=_OneKey(key))
    verifier.max_clock_skew = LONGEST_AGO * 2 if at_any_time else MOST_SKEW
    required = ("@method", "content-digest") if request.method == "POST" else ("@method",)
    body = request.body if request.method == "POST" else None
    try:
        verifier.verify(
            request, max_age=None if at_any_time else MOST_AGE, require_components=required, body=body
        )
    except (HTTPMessageSignaturesException, ValueError, TypeError) as error:
        raise BadSignature(f"RFC 9421: {error!r}") from None


def _parse(message: Message, name: str) -> dict[str, Any]:
    header = message.header(name) or ""
    if len(header) > _MOST_HEADER:
        raise BadSignature(f"{name} is too long", kind="malformed")
    try:
        parsed = http_sf.parse(header.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_twice)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadSignature(f"{name} cannot be read: {error}", kind="malformed") from None
    return dict(parsed) if isinstance(parsed, dict) else {}


def _refuse_twice(key: str, _context: str) -> None:
    raise ValueError(f"{key[:40]} is given twice")
