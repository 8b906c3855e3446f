"""The examples of the specifications themselves: RFC 9421 appendix B and draft-cavage-12 appendix C.

Both are read by the code that reads our inbox; what its policy demands beyond the examples is
shown to be what refuses them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from federation.actors.keys import read_rsa_pem
from federation.signatures import cavage, rfc9421
from federation.signatures.cavage import check_content_digest
from federation.signatures.message import Message
from schemas.errors import BadSignature

BODY = b'{"hello": "world"}'

# RFC 9421, appendices B.1.4, B.2 and B.2.6: https://www.rfc-editor.org/rfc/rfc9421
RFC_SECRET = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
RFC_DIGEST = (
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
)
RFC_HEADERS = {
    "Host": "example.com",
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Digest": RFC_DIGEST,
    "Content-Length": "18",
}
RFC_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
)

# draft-cavage-http-signatures-12, appendix C: https://datatracker.ietf.org/doc/draft-cavage-http-signatures/12/
CAVAGE_PUBLIC = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""
CAVAGE_ALL = (
    "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv12"
    "0V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
)
CAVAGE_BASIC = (
    "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEd"
    "KFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
)
CAVAGE_HEADERS = (
    ("Host", "example.com"),
    ("Date", "Sun, 05 Jan 2014 21:31:40 GMT"),
    ("Content-Type", "application/json"),
    ("Digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ("Content-Length", "18"),
)
AT = datetime(2014, 1, 5, 21, 31, 45, tzinfo=UTC)
KEY_ID = "https://example.com/keys/Test"


def cavage_message(fields: str, signature: str) -> Message:
    header = f'keyId="{KEY_ID}",algorithm="rsa-sha256",headers="{fields}",signature="{signature}"'
    headers = (*CAVAGE_HEADERS, ("Signature", header))
    return Message("POST", "http://example.com/foo?param=value&pet=dog", headers, BODY, AT)


def test_draft_cavage_c3_all_headers():
    found = cavage_message("(request-target) host date content-type digest content-length", CAVAGE_ALL)
    key = load_pem_public_key(CAVAGE_PUBLIC.encode())
    (claim,) = cavage.read(found)
    claim.check(key)
    assert claim.key_id == KEY_ID
    other = replace(found, url="http://example.com/foo?param=value&pet=cat")
    with pytest.raises(BadSignature):
        cavage.read(other)[0].check(key)
    (late,) = cavage.read(replace(found, received_at=datetime.now(UTC)))
    assert "too long ago" in late.wrong_clock.cause


def test_draft_cavage_c2_covers_too_little_for_us():
    with pytest.raises(BadSignature, match="digest is not covered"):
        cavage.read(cavage_message("(request-target) host date", CAVAGE_BASIC))
    bodiless = replace(cavage_message("(request-target) host date", CAVAGE_BASIC), body=b"")
    with pytest.raises(BadSignature):
        cavage.read(bodiless)


def test_the_example_key_is_too_short_for_us():
    with pytest.raises(BadSignature, match="1024 bits"):
        read_rsa_pem(CAVAGE_PUBLIC)


class _Request:
    method = "POST"
    url = "https://example.com/foo?param=Value&Pet=dog"

    def __init__(self) -> None:
        self.headers = dict(RFC_HEADERS)


def test_rfc9421_b26_is_what_our_signer_makes():
    """Ed25519 is deterministic: the same components give the very signature of the RFC."""
    request = _Request()
    resolver = MappingKeyResolver(
        public_keys={}, private_keys={"test-key-ed25519": load_pem_private_key(RFC_SECRET, None)}
    )
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=resolver).sign(
        request,
        key_id="test-key-ed25519",
        created=datetime.fromtimestamp(1618884473, UTC),
        label="sig-b26",
        include_alg=False,
        use_existing_digest=True,
        covered_component_ids=("date", "@method", "@path", "@authority", "content-type", "content-length"),
    )
    assert request.headers["Signature-Input"] == RFC_INPUT
    assert request.headers["Signature"] == RFC_SIGNATURE


def test_rfc9421_b26_covers_too_little_for_us():
    added = {"Signature-Input": RFC_INPUT, "Signature": RFC_SIGNATURE}
    headers = tuple((RFC_HEADERS | added).items())
    found = Message("POST", _Request.url, headers, BODY, datetime.fromtimestamp(1618884480, UTC))
    with time_machine.travel(1618884480), pytest.raises(BadSignature, match="@query"):
        rfc9421.read(found)


def test_the_digest_of_the_example():
    check_content_digest(RFC_DIGEST, BODY)
    for header, body in (
        (RFC_DIGEST, BODY + b" "),
        ("", BODY),
        ("sha-512=:AAAA:", BODY),
        ("md5=:AAAA:", BODY),
    ):
        with pytest.raises(BadSignature):
            check_content_digest(header, body)
