"""Numbers as people type them."""

from __future__ import annotations


def whole_number(text: str) -> int | str | None:
    """A whole number with or without points; nothing is None; the rest stays as typed, to be refused."""
    if not text:
        return None
    digits = text.replace(".", "")
    return int(digits) if digits.isdecimal() and len(digits) < 12 else text
