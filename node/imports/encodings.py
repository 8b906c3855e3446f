"""Finds out how a text was written: UTF-8, UTF-16, or one of the old encodings of Windows and DOS."""

from __future__ import annotations

import codecs
import re

from schemas.errors import InvalidInput
from schemas.messages import N_

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DOS_LETTERS = b"\x82\x89\x8b\x84\x81\x94"
"""é ë ï ä ü ö as DOS wrote them; in Windows-1252 most are punctuation, which stands beside letters rarely."""
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]|â€")


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises InvalidInput when it is no text at all."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(content.decode(encoding, errors="replace")), encoding
    if content[1:2] == b"\x00" and content.count(b"\x00") > len(content) // 4:
        return _checked(content.decode("utf-16-le", errors="replace")), "utf-16"
    try:
        return _checked(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        encoding = _old_encoding(content)
        return _checked(content.decode(encoding, errors="replace")), encoding


def mended(text: str) -> str:
    """A text that was read in the wrong encoding once before, as it was: “CoÃ¶peratie” is “Coöperatie”."""
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _old_encoding(content: bytes) -> str:
    """Windows-1252, or DOS 850 when its letters stand inside words."""
    inside = re.findall(rb"(?<=[A-Za-z])([\x80-\xff])(?=[a-z])", content)
    in_dos = sum(letter in _DOS_LETTERS for letter in inside)
    return "cp850" if inside and in_dos * 2 > len(inside) else "cp1252"


def _checked(text: str) -> str:
    if text[:5000].count("\x00") > 0:
        message = N_("This is no text. Save it as CSV or as a workbook (xlsx) and try again.")
        raise InvalidInput(message, fields={"file": [message]})
    return text
