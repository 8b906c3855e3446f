"""Text as search compares it: lower case, without accents, in words."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ĳ": "ij", "’": "'", "‘": "'", "`": "'"}
    | dict.fromkeys("™℠©®", " ")  # signs of ownership are no letters of the word
)


def fold(text: str) -> str:
    """``text`` in lower case without accents: “Súdwest-Fryslân” becomes “sudwest-fryslan”."""
    lowered = text.lower().translate(_LETTERS)
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered).lower()  # letters of fancy may come back as capitals
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The folded words of ``text`` in order; at most 40 characters of each."""
    return [word[:40] for word in _WORD.findall(fold(text))]
