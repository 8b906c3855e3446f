"""Pictures are made small and bare, and what others send is looked at before it is believed."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from directory.pictures.encoding import LONGEST_SIDE, MOST_BYTES, MOST_SENT, Encoded, check, digest_of, encode
from schemas.errors import InvalidInput
from tests.directory.pictures.photographs import (
    noise,
    photograph,
    saying_its_size,
    see_through,
    with_chunk,
)


def checked(encoded: Encoded, data: bytes | None = None) -> None:
    facts = {name: getattr(encoded, name) for name in ("digest", "media_type", "width", "height")}
    check(encoded.data if data is None else data, **facts)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_comes_out_bare_and_is_believed(kind):
    encoded = encode(photograph(kind=kind))
    assert (encoded.media_type, encoded.width, encoded.height) == ("image/jpeg", 64, 48)
    assert b"Truus" not in encoded.data
    assert b"Exif" not in encoded.data
    assert encoded.digest == digest_of(encoded.data)
    checked(encoded)


def test_a_picture_that_lies_on_its_side_stands_up():
    encoded = encode(photograph(64, 48, turned=True))
    assert (encoded.width, encoded.height) == (48, 64)


def test_a_large_picture_becomes_small():
    encoded = encode(noise(1500, 1200))
    assert len(encoded.data) <= MOST_BYTES
    assert max(encoded.width, encoded.height) <= LONGEST_SIDE
    checked(encoded)


def test_what_can_be_seen_through_becomes_white():
    with Image.open(io.BytesIO(encode(see_through()).data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_the_same_picture_has_the_same_name():
    assert encode(photograph()) == encode(photograph())


@given(st.binary(max_size=300))
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(InvalidInput):
        encode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        photograph()[:200],
        b"x" * (MOST_SENT + 1),
    ],
    ids=["empty", "drawing with a script", "gif", "cut off", "too many bytes"],
)
def test_other_files_are_refused(data):
    with pytest.raises(InvalidInput):
        encode(data)


def test_a_picture_of_too_many_points_is_refused_before_it_is_unpacked():
    header = bytearray(noise(8, 8))
    header[16:24] = (60_000).to_bytes(4, "big") * 2  # what a PNG says of its size
    with pytest.raises(InvalidInput):
        encode(bytes(header))


@pytest.mark.parametrize(
    "change",
    [{"width": 65}, {"height": 1}, {"media_type": "image/png"}, {"digest": "sha256:" + "0" * 64}],
)
def test_another_picture_than_was_promised_is_refused(change):
    with pytest.raises(InvalidInput):
        checked(replace(encode(photograph()), **change))


@pytest.mark.parametrize(
    "data", [photograph(), noise(400, 400), b"no picture"], ids=["notes", "large", "text"]
)
def test_a_picture_of_others_is_refused_with_notes_too_large_or_not_one(data):
    promised = Encoded(digest_of(data), "image/jpeg", 64, 48, data)
    with pytest.raises(InvalidInput):
        checked(promised)


@pytest.mark.parametrize("side", [10_000, 20_000, 2**31 - 1])
def test_a_picture_that_says_to_be_enormous_is_refused(side):
    data = saying_its_size(side, side)
    with pytest.raises(InvalidInput):
        encode(data)
    with pytest.raises(InvalidInput):
        checked(Encoded(digest_of(data), "image/png", 64, 48, data))


def test_another_size_than_was_promised_is_refused_before_it_is_unpacked(monkeypatch):
    data = saying_its_size(6000, 6000)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _image: pytest.fail("it was unpacked"))
    with pytest.raises(InvalidInput):
        checked(Encoded(digest_of(data), "image/png", 64, 48, data))


@pytest.mark.parametrize("notes", [b"xx", b"II*\0", b"MM\0*\0\0\0\x08\0\xff"])
def test_notes_that_cannot_be_read_are_refused_or_left_out(notes):
    data = with_chunk(b"eXIf", notes)
    with pytest.raises(InvalidInput):
        checked(Encoded(digest_of(data), "image/png", 64, 48, data))
    with suppress(InvalidInput):
        assert b"eXIf" not in encode(data).data


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt"])
def test_a_picture_of_others_with_a_text_in_it_is_refused(name):
    told = b"Author\0Truus" if name == b"tEXt" else b"Author\0\0\0\0\0Truus"
    data = with_chunk(name, told)
    with pytest.raises(InvalidInput):
        checked(Encoded(digest_of(data), "image/png", 64, 48, data))
    bare = photograph(kind="PNG")
    checked(Encoded(digest_of(bare), "image/png", 64, 48, bare))
