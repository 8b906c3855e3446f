"""Whatever is posted to the inbox: an answer below 500, in bounded work, and nothing written."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.fetching.documents import MOST_POSTED, read_document
from federation.receiving.refusals import KINDS
from schemas.errors import InvalidInput
from tests.federation.conftest import BASE
from tests.federation.messages import note, with_header
from tests.federation.remote import ALICE, key_pair, message
from tests.fuzz.effort import TRY
from tests.fuzz.hostile import BODIES, HEADER_TEXTS, JSON, SIGNATURE_HEADERS, mutated

INBOX = f"{BASE}/inbox"
SCHEMES = st.sampled_from(["rfc9421", "cavage"])
WORK = 40
"""Times the work of a good message that any other may take."""


@pytest.fixture(scope="module")
def client(refusing):
    from node.app import create_app

    return create_app(refusing.settings, refusing.runtime).test_client()


def signed(body, scheme):
    return message(body, url=INBOX, actor=ALICE, scheme=scheme, keys=key_pair())


def post(client, found):
    pairs = [(name, value) for name, value in found.headers if name != "Host"]
    return client.post("/inbox", base_url=BASE, headers=pairs, data=found.body)


@TRY
@given(body=BODIES, scheme=SCHEMES)
def test_any_body_is_answered_below_500_and_leaves_nothing(refusing, client, body, scheme):
    before = refusing.rows()
    answer = post(client, signed(body, scheme))
    assert 400 <= answer.status_code < 500
    assert refusing.rows() == before


@TRY
@given(document=mutated(note()), scheme=SCHEMES)
def test_a_changed_message_is_taken_or_refused_for_a_stated_reason(refusing, document, scheme):
    """Signed by its sender: what is refused here is refused for what it says."""
    before = refusing.rows()
    outcome, kind = refusing.admit(signed(json.dumps(document).encode(), scheme))
    assert outcome in {"accepted", "refused", "forgotten"}
    assert not kind or kind in KINDS
    assert refusing.rows() == before


@TRY
@given(
    value=SIGNATURE_HEADERS,
    more=SIGNATURE_HEADERS,
    names=st.sampled_from([("Signature",), ("Signature-Input",), ("Signature", "Signature-Input")]),
    scheme=SCHEMES,
)
def test_any_signature_header_is_401_and_leaves_nothing(refusing, value, more, names, scheme):
    before = refusing.rows()
    found = signed(json.dumps(note()).encode(), scheme)
    for name, text in zip(names, (value, more), strict=False):
        found = with_header(found, name, text)
    outcome, kind = refusing.admit(found)
    assert outcome == "refused"
    assert kind in KINDS
    assert refusing.rows() == before


@TRY
@given(
    name=st.sampled_from(["Host", "Date", "Digest", "Content-Digest", "Content-Type"]),
    value=HEADER_TEXTS,
    scheme=SCHEMES,
)
def test_any_other_header_is_refused_or_does_not_matter(refusing, name, value, scheme):
    found = with_header(signed(json.dumps(note()).encode(), scheme), name, value)
    outcome, kind = refusing.admit(found)
    assert outcome == "accepted" or kind in KINDS


@TRY
@given(value=JSON)
def test_what_is_read_can_be_kept_and_written_again(value):
    """Whatever passes the reader is storable in every database and has one canonical form."""
    try:
        document = read_document(json.dumps(value).encode())
    except InvalidInput:
        return
    assert json.loads(json.dumps(document, ensure_ascii=False).encode()) == document


LARGE = {
    "deep": b"[" * (MOST_POSTED - 10),
    "deep objects": b'{"a":' * 40_000,
    "many keys": b"{" + b",".join(b'"%d":1' % number for number in range(25_000)) + b"}",
    "one key again and again": b"{" + b'"a":1,' * 30_000 + b'"a":1}',
    "a long array": b"[" + b"1," * 100_000 + b"1]",
    "a long number": b'{"a":' + b"9" * 200_000 + b"}",
    "a long float": b'{"a":0.' + b"1" * 200_000 + b"}",
    "a long text": b'{"a":"' + b"\\u0041" * 40_000 + b'"}',
    "escapes": b'{"a":"' + b"\\\\" * 100_000 + b'"}',
    "spaces": b"{" + b" " * 250_000 + b"}",
    "half an escape": b'{"a":"' + b"\\u" * 80_000 + b'"}',
    "exponents": b'{"a":1e' + b"9" * 100_000 + b"}",
}


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_hostile_body_costs_no_more_than_reading_a_large_harmless_one(refusing, name):
    """Hostile JSON of every kind is refused without cost: a ratio, not a time."""
    harmless = json.dumps(note(content="x" * 200_000)).encode()
    found = replace(signed(b"{}", "cavage"), body=LARGE[name])
    assert refusing.admit(found)[0] == "refused"
    assert _quickest(refusing, found) < WORK * _quickest(refusing, signed(harmless, "cavage"))


HEADERS = {
    "parentheses": "sig1=" + "(" * 7000,
    "parts": "sig1=()" + ";a" * 3000,
    "quotes": 'sig1=("' + '\\"' * 3000,
    "commas": "," * 5900,
    "equal signs": "=" * 5900,
    "spaces": " " * 5000 + "x",
    "almost parts": 'a="' * 1900,
    "half parts": 'keyId="a",' + "b" * 5000,
    "numbers": "created=" + "1" * 5900,
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_makes_a_reader_go_back_and_forth(refusing, name):
    """ReDoS: reading a hostile header takes no more than a ratio of reading a good one."""
    good = signed(json.dumps(note()).encode(), "cavage")
    for header in ("Signature", "Signature-Input"):
        found = with_header(good, header, HEADERS[name])
        assert refusing.admit(found)[0] == "refused"
        assert _quickest(refusing, found) < WORK * _quickest(refusing, good)


def _quickest(refusing, found):
    times = []
    for _again in range(3):
        begun = time.perf_counter()
        refusing.admit(found)
        times.append(time.perf_counter() - begun)
    return min(times)
