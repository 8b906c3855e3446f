"""The bytes of a picture: made small and bare on the way in, and looked at before they are believed.

Pillow is imported where it is used: a worker that never sees a picture need not carry it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.template_parts import MEDIA_TYPES

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SENT = 12_000_000
"""Bytes of a photograph as it comes from a telephone."""
MOST_PIXELS = 50_000_000
MOST_BYTES = 250_000
"""Bytes of a picture as it travels."""
LONGEST_SIDE = 1280
_SMALLEST_SIDE = 320
_QUALITIES = (80, 70, 60)
_UNREADABLE = N_("We cannot read this picture. Use a JPEG, PNG or WebP picture.")
_NOTES = {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop"}
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Encoded:
    """A picture as it is kept and travels."""

    digest: str
    media_type: str
    width: int
    height: int
    data: bytes


def digest_of(data: bytes) -> str:
    """``sha256:`` and the hash of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(data: bytes) -> Encoded:
    """A photograph made small, upright and without anything that a camera wrote beside it.

    Raises InvalidInput for what is no picture, or too large a one.
    """
    if len(data) > MOST_SENT:
        raise InvalidInput(N_("This picture is too large. Use one of at most 12 megabytes."))
    with _rubbish_refused():
        image = _upright(_opened(data))
    return _small(image)


def check(data: bytes, *, digest: str, media_type: str, width: int, height: int) -> None:
    """Raise InvalidInput unless these bytes are the bare picture that was promised."""
    if len(data) > MOST_BYTES or digest_of(data) != digest:
        raise InvalidInput(cause="other bytes than were promised")
    with _rubbish_refused():
        image = _opened(data)
        if (_FORMATS[str(image.format)], *image.size) != (media_type, width, height):
            raise InvalidInput(cause="another picture than was promised")  # and is not unpacked
        image.load()
        if image.getexif() or _NOTES & set(image.info) or getattr(image, "text", None):
            raise InvalidInput(cause="it says more than what there is to see")


@contextmanager
def _rubbish_refused() -> Iterator[None]:
    """InvalidInput for whatever a reader of pictures raises on bytes that are none."""
    try:
        yield
    except InvalidInput:
        raise
    except Exception as error:  # each format has its own: struct.error, KeyError, DecompressionBombError …
        raise InvalidInput(_UNREADABLE, cause=f"no picture: {str(error)[:200]}") from error


def _opened(data: bytes) -> Image:
    from PIL import Image  # noqa: PLC0415  # see above

    image = Image.open(io.BytesIO(data), formats=tuple(_FORMATS))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    return image


def _upright(image: Image) -> Image:
    """As it was seen, in plain colours on white, at most so large; of a moving one the first picture."""
    from PIL import Image, ImageOps  # noqa: PLC0415  # see above

    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked in full
    seen = ImageOps.exif_transpose(image)
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if "A" in seen.getbands() or "transparency" in seen.info:
        layer = seen.convert("RGBA")
        seen = Image.new("RGB", layer.size, "white")
        seen.paste(layer, mask=layer.getchannel("A"))
    plain = Image.new("RGB", seen.size)  # a new one: nothing of the old one's notes comes along
    plain.paste(seen.convert("RGB"))
    return plain


def _small(image: Image) -> Encoded:
    while True:
        for quality in _QUALITIES:
            target = io.BytesIO()
            image.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
            data = target.getvalue()
            if len(data) <= MOST_BYTES:
                return Encoded(digest_of(data), MEDIA_TYPES[0], image.width, image.height, data)
        if max(image.size) <= _SMALLEST_SIDE:
            raise InvalidInput(N_("We cannot make this picture small enough."))
        image.thumbnail((image.width * 3 // 4 or 1, image.height * 3 // 4 or 1))
