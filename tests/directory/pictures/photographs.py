"""Photographs for tests, drawn here."""

from __future__ import annotations

import io
import random
import zlib

from PIL import Image


def photograph(width: int = 64, height: int = 48, *, kind: str = "JPEG", turned: bool = False) -> bytes:
    """A picture as a camera makes it: with its place, its maker and, when ``turned``, lying on its side."""
    image = Image.new("RGB", (width, height), "orange")
    notes = Image.Exif()
    notes[0x010E] = "Truus in de keuken"
    notes[0x8825] = {1: "N", 2: (52.0, 5.0, 0.0)}
    if turned:
        notes[0x0112] = 6
    target = io.BytesIO()
    image.save(target, kind, exif=notes, comment=b"Truus") if kind == "JPEG" else image.save(target, kind)
    return target.getvalue()


def noise(width: int, height: int, seed: int = 1) -> bytes:
    """A picture that can hardly be made smaller."""
    pixels = random.Random(seed).randbytes(width * height * 3)
    target = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(target, "PNG")
    return target.getvalue()


def see_through() -> bytes:
    """A drawing without a background."""
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "PNG")
    return target.getvalue()


def with_chunk(name: bytes, told: bytes) -> bytes:
    """A small PNG of 64 by 48 that says something more, well formed or not."""
    data = photograph(kind="PNG")
    checksum = zlib.crc32(name + told).to_bytes(4, "big")
    return data[:33] + len(told).to_bytes(4, "big") + name + told + checksum + data[33:]


def saying_its_size(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be so large."""
    data = photograph(kind="PNG")
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]
