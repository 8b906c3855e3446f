"""Signs of personal data in a text that is about to leave the node, or to be read by everybody.

Nobody reads along: the text is compared with a few patterns and thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemas.messages import N_

HINTS: dict[str, str] = {
    "bsn": N_("This looks like a citizen service number (BSN). Never publish one."),
    "iban": N_("This looks like a bank account number. Does it belong here?"),
    "telephone": N_("This looks like a telephone number. Is it the number of one person?"),
    "email": N_("This looks like an e-mail address. Is it the address of one person?"),
    "illness": N_("This looks like an illness of somebody. Does the person agree that all may read it?"),
}
"""What is said of each sign to who wrote the text, who then decides."""
LEAVES_THE_NODE: dict[str, str] = {
    "bsn": N_("This looks like a citizen service number. Leave it out: this text leaves your node."),
    "iban": N_("This looks like a bank account. Leave it out: this text leaves your node."),
    "telephone": N_("This looks like a telephone number. Leave it out: this text leaves your node."),
    "email": N_("This looks like an e-mail address. Leave it out: this text leaves your node."),
}
"""What is said of each sign in a message to another node, which then is not sent."""

_DIGITS = re.compile(r"(?<!\d)(?:\d[ .-]?){8}\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_TELEPHONE = re.compile(r"(?<![\d.])(?:\+31|0031|0)[ -]?(?:\d[ -]?){8}\d(?!\d)")
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[a-z]{2,20}", re.IGNORECASE)
_ILLNESS = re.compile(
    r"\b(?:alzheimer|dement\w*|parkinson|kanker\w*|tumor|leukemie|chemo\w*|depressie\w*|burn-?out|"
    r"psychos\w*|schizofren\w*|bipolair\w*|borderline|autis\w*|adhd|diabet\w*|suikerziekte|epilep\w*|"
    r"beroerte|hartinfarct|hartfalen|copd|reuma\w*|hiv|verslaafd\w*|verslaving\w*)\b",
    re.IGNORECASE,
)


def find_hints(texts: Iterable[str]) -> list[str]:
    """The codes of `HINTS` that these texts give rise to, each once, in the order of `HINTS`."""
    found: set[str] = set()
    for text in texts:
        found |= set(signs_in(text)) | ({"illness"} if _ILLNESS.search(text) else set())
    return [code for code in HINTS if code in found]


def signs_in(text: str) -> list[str]:
    """What a text seems to hold: 'bsn', 'iban', 'telephone', 'email'; empty when nothing strikes."""
    rest = _IBAN.sub(_without_iban, text)
    signs = {
        "bsn": any(_is_bsn(match.group()) for match in _DIGITS.finditer(_TELEPHONE.sub(" ", rest))),
        "iban": rest != text,
        "telephone": bool(_TELEPHONE.search(rest)),
        "email": bool(_EMAIL.search(text)),
    }
    return [name for name, is_there in signs.items() if is_there]


def _without_iban(match: re.Match[str]) -> str:
    """Nothing in place of an account number: its digits are no telephone number."""
    return " " if _is_iban(match.group()) else match.group()


def _is_bsn(written: str) -> bool:
    """The eleven-test of Dutch citizen service numbers."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return any(digits) and sum(a * b for a, b in zip(digits, weights, strict=True)) % 11 == 0


def _is_iban(written: str) -> bool:
    """ISO 13616: modulo 97."""
    text = written.replace(" ", "")
    return len(text) >= 15 and int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
