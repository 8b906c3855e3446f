"""Groups of words that mean the same, looked up by stem. Pure, and not changed once made."""

from __future__ import annotations

from collections.abc import Iterable

from directory.search.analyser import stems_of
from directory.search.folding import words_of
from directory.search.synonyms import GROUPS

Phrase = tuple[str, ...]
MOST_RELATED = 40
"""Other terms that one phrase may bring: every one of them makes the question to the database longer."""


class Thesaurus:
    """Groups of words and short phrases. A phrase is known by either of its stems."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._groups = [_phrases(group) for group in groups]
        self._by_stems: dict[Phrase, list[int]] = {}
        for number, group in enumerate(self._groups):
            for key in (key for phrase in group for key in _keys(phrase)):
                self._by_stems.setdefault(key, []).append(number)
        self.words = tuple(sorted({term[0] for group in self._groups for term in group if len(term) == 1}))
        """Every single word of the groups, folded: known words, so corrections too."""

    def knows(self, phrase: Phrase) -> bool:
        """True when a group has these folded words, in any form."""
        return any(key in self._by_stems for key in _keys(phrase))

    def same_as(self, phrase: Phrase) -> list[Phrase]:
        """What else means the same, of all groups that have the phrase: the first of them, by group."""
        numbers = dict.fromkeys(number for key in _keys(phrase) for number in self._by_stems.get(key, ()))
        related = dict.fromkeys(term for number in numbers for term in self._groups[number])
        related.pop(phrase, None)
        return list(related)[:MOST_RELATED]


def _phrases(group: Iterable[str]) -> list[Phrase]:
    folded = (tuple(words_of(term)) for term in group)
    return [phrase for phrase in folded if phrase]


def _keys(phrase: Phrase) -> list[Phrase]:
    """The phrase in Kraaij-Pohlmann stems and in Porter stems."""
    stemmed = [stems_of(word) for word in phrase]
    return [tuple(f"{index}{stems[index]}" for stems in stemmed) for index in (0, 1)]


BUILT_IN = Thesaurus(GROUPS)
"""The groups that come with the program."""
