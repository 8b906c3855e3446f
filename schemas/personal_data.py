"""Signs of personal data in a text that is about to leave the node."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?<!\d)(?:\d[ .-]?){8}\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_TELEPHONE = re.compile(r"(?<![\d.])(?:\+31|0031|0)[ -]?(?:\d[ -]?){8}\d(?!\d)")
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[a-z]{2,20}", re.IGNORECASE)


def signs_in(text: str) -> list[str]:
    """What a text seems to hold: 'bsn', 'iban', 'telephone', 'email'; empty when nothing strikes."""
    found = []
    if any(_is_bsn(match.group()) for match in _DIGITS.finditer(text)):
        found.append("bsn")
    if any(_is_iban(match.group()) for match in _IBAN.finditer(text)):
        found.append("iban")
    if _TELEPHONE.search(text):
        found.append("telephone")
    if _EMAIL.search(text):
        found.append("email")
    return found


def _is_bsn(written: str) -> bool:
    """The eleven-test of Dutch citizen service numbers."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return any(digits) and sum(a * b for a, b in zip(digits, weights, strict=True)) % 11 == 0


def _is_iban(written: str) -> bool:
    """ISO 13616: modulo 97."""
    text = written.replace(" ", "")
    return len(text) >= 15 and int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
