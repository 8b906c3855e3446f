"""The examples of the specifications themselves: RFC 9421 appendix B and draft-cavage-12 appendix C.

Both are read by the code that reads our inbox; what its policy demands beyond the examples is
shown to be what refuses them.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519, HMAC_SHA256, RSA_PSS_SHA512

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

RFC_PSS = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----
"""
RFC_SHARED = base64.b64decode(
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
)
RFC_EXAMPLES = {
    "b21": (
        '();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
        "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsc"
        "kzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXe"
        "hhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9"
        "mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
    ),
    "b22": (
        '("@authority" "content-digest" "@query-param";name="Pet")'
        ';created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkS"
        "owOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkj"
        "qpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAox"
        "k//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
    ),
    "b23": (
        '("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length")'
        ';created=1618884473;keyid="test-key-rsa-pss"',
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp76"
        "8ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQo"
        "Ld7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX"
        "2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
    ),
    "b25": (
        '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=",
    ),
}
"""B.2.1 to B.2.3 by RSA-PSS, B.2.5 by HMAC; B.2.4 is a response, and nobody posts one to an inbox."""

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


@pytest.mark.parametrize("name", RFC_EXAMPLES)
def test_the_library_verifies_the_other_examples(name):
    key, algorithm = (RFC_SHARED, HMAC_SHA256) if name == "b25" else (_pss_key(), RSA_PSS_SHA512)
    keys = {"test-key-rsa-pss": key, "test-shared-secret": key}
    resolver = MappingKeyResolver(public_keys=keys, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=resolver)
    with time_machine.travel(1618884480):
        (found,) = verifier.verify(_signed_as(name), max_age=timedelta(hours=1))
        assert found.label == f"sig-{name}"
        spoilt = _signed_as(name)
        spoilt.headers["Date"] = "Tue, 20 Apr 2021 02:07:56 GMT"
        spoilt.url = "https://elders.example/foo?param=Value&Pet=cat"
        if name != "b21":  # which covers nothing at all
            with pytest.raises(InvalidSignature):
                verifier.verify(spoilt, max_age=timedelta(hours=1))


@pytest.mark.parametrize("name", RFC_EXAMPLES)
def test_our_policy_refuses_what_they_leave_uncovered_or_sign_otherwise(name):
    """The key decides the algorithm, and for RSA that is PKCS #1 v1.5 (what the Fediverse signs with)."""
    headers = tuple(_signed_as(name).headers.items())
    found = Message("POST", _Request.url, headers, BODY, datetime.fromtimestamp(1618884480, UTC))
    with time_machine.travel(1618884480), pytest.raises(BadSignature):
        rfc9421.read(found)[0].check(read_rsa_pem(RFC_PSS))


def _pss_key() -> object:
    return load_pem_public_key(RFC_PSS.encode())


def _signed_as(name: str) -> _Request:
    request, (covered, signature) = _Request(), RFC_EXAMPLES[name]
    request.headers |= {"Signature-Input": f"sig-{name}={covered}", "Signature": f"sig-{name}=:{signature}:"}
    return request


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
