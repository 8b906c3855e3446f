"""Packed answers are unpacked to a bound, whatever they claim."""

from __future__ import annotations

import gzip

import pytest

from federation.fetching.packed import unpack
from schemas.errors import InvalidInput


def test_a_packed_answer_is_unpacked():
    assert unpack(gzip.compress(b"hallo"), 5) == b"hallo"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"\0" * 50_000_000),
        gzip.compress(b"hallo!"),
        gzip.compress(b"hallo")[:-4],
        gzip.compress(b"hal") + gzip.compress(b"lo"),
        gzip.compress(b"hallo") + b"?",
        b"",
        b"hallo",
    ],
    ids=["bomb", "one byte too many", "half", "two", "more after it", "nothing", "not packed"],
)
def test_anything_else_is_refused(body):
    with pytest.raises(InvalidInput):
        unpack(body, 5)
