"""Whole numbers in text: as people type them, and as a form or an address sends them back."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,11}|[0-9]{1,3}([. ][0-9]{3}){1,3}")
"""“1200”, “1.200” or “1 200”; not “1.5”."""
_LARGEST = 2**31 - 1
"""The largest number that a column of whole numbers holds."""


def read_digits(text: str, largest: int = _LARGEST) -> int | None:
    """The number that is written in digits alone; None for anything else and for more than ``largest``.

    The length is looked at first: ``int`` refuses thousands of digits, and takes the digits of other
    scripts, of which ``²`` is one for ``isdigit`` and none for ``int``.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(largest))):
        return None
    number = int(text)
    return number if number <= largest else None


def read_whole(text: str) -> int | None:
    """A whole number with or without points between its thousands; None for anything else."""
    return int(re.sub(r"[. ]", "", text)) if _WHOLE.fullmatch(text) else None


def whole_number(text: str) -> int | str | None:
    """What was typed as a number; nothing is None; the rest stays as typed, to be refused."""
    if not text:
        return None
    number = read_whole(text)
    return text if number is None else number
