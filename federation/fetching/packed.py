"""Unpacking gzip answers (RFC 1952) without trusting what they unpack to."""

from __future__ import annotations

import zlib

from schemas.errors import InvalidInput
from schemas.messages import N_

_GZIP = 16 + zlib.MAX_WBITS


def unpack(body: bytes, most: int) -> bytes:
    """What ``body`` unpacks to. InvalidInput for more than ``most`` bytes, half an answer, or more than one.

    Never more than ``most`` + 1 bytes are written, however small the answer is: a bomb costs a megabyte.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise _refused(str(error)) from None
    if len(unpacked) > most:
        raise _refused(f"unpacks to more than {most} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise _refused("half an answer, or more than one")
    return unpacked


def _refused(cause: str) -> InvalidInput:
    return InvalidInput(N_("This message cannot be read."), cause=f"gzip: {cause}")
