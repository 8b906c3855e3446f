"""The words of the corpus: which exist, which are compounds of others, which is meant by a typo.

Pure: rows come from `directory.search.vocabulary`. Splitting and correcting follow what was measured
on Dutch texts: names of places are no parts of compounds, a part that stands alone needs five
letters, a correction is at most one edit away up to six letters and two beyond.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.geography.places import gazetteer
from directory.search.analyser import STOP_WORDS, stems_of
from directory.search.folding import words_of
from directory.search.word_forms import COMMON_PARTS, other_forms

LINKS = ("", "s", "en", "e", "n", "er")
ENDINGS = frozenset(("", "s", "en", "e", "n", "je", "jes", "tje", "tjes"))
PREFIXES = frozenset(words_of("aan af be bij door ge her in mee mis om on ont op over ter toe uit ver voor"))
"""Beginnings of verbs: “verleden” is no compound of “leden”."""
MOST_COMPOUNDS = 150
LEAST_BEGINNING = 3

Key = TypeVar("Key")
_Groups = dict[Key, list[str]]


class Lexicon:
    """The words of the corpus with the number of documents that hold them. Not changed once made."""

    def __init__(self, counts: Mapping[str, int] | None = None, version: int = -1) -> None:
        self.version = version
        self.counts: dict[str, int] = {}
        self._forms: _Groups[str] = {}
        self._by_length: _Groups[int] = {}
        self._text = "\n"
        self._most = 1
        self._compounds: dict[str, tuple[str, ...]] = {}
        self._take(counts or {})

    def extended(self, counts: Mapping[str, int], version: int) -> Lexicon:
        """A new lexicon with these numbers in place of its own; 0 takes a word out.

        It shares what does not change, so it costs little, however many words there are.
        """
        new = copy(self)
        new.version = version
        new._take(counts)  # not shown to anybody yet
        return new

    def _take(self, counts: Mapping[str, int]) -> None:
        gone = {word for word, count in counts.items() if not count and word in self.counts}
        fresh = [word for word, count in counts.items() if count and word not in self.counts]
        living = {word: count for word, count in counts.items() if count}
        self.counts = {word: count for word, count in self.counts.items() if word not in gone} | living
        self._most = max(self.counts.values(), default=1)
        self._compounds = {}
        self._forms = _regrouped(self._forms, stems_of, fresh, gone)
        self._by_length = _regrouped(self._by_length, lambda word: (len(word),), fresh, gone)
        self._text = _joined(self.counts) if gone else self._text + _joined(fresh)[1:]

    def knows(self, word: str) -> bool:
        """True when the word, or another form of it, is in the corpus."""
        return word in self.counts or any(stem in self._forms for stem in stems_of(word))

    def rarity(self, word: str) -> float:
        """1 for a word of every document, more for a rarer one."""
        return 1 + math.log(max(1.0, self._most / max(1, self.counts.get(word, 1))))

    def compounds_of(self, word: str) -> tuple[str, ...]:
        """The words of the corpus of which ``word``, in any form, is a part; the most used first."""
        found = self._compounds.get(word)
        if found is None:
            inside = {each for root in self._roots(word) for each in self._holding(root)}
            inside |= self._forms_apart(word)
            ranked = sorted(inside - {word}, key=lambda each: (-self.counts[each], each))
            found = self._compounds[word] = tuple(ranked[:MOST_COMPOUNDS])
        return found

    def beginning_with(self, start: str) -> list[str]:
        """The words that begin so, the most used first: what somebody who is still typing may mean."""
        if len(start) < LEAST_BEGINNING or start in STOP_WORDS:
            return []
        found = (each for each in self._around(start) if each.startswith(start))
        return sorted(found, key=lambda each: (-self.counts[each], each))[:MOST_COMPOUNDS]

    def parts_of(self, word: str) -> tuple[str, str] | None:
        """The two known words of which a compound consists, or None."""
        for end in range(4, len(word) - 3):
            head, tail = word[:end], word[end:]
            if self._is_part(tail) and (known := self._without_link(head)):
                return known, tail
        return None

    def correct(self, word: str, also: Iterable[str] = ()) -> str | None:
        """The word most probably meant by an unknown one, from the corpus and ``also``; or None."""
        if len(word) < 4 or word.isdigit():
            return None
        most = 1 if len(word) <= 6 else 2
        lengths = range(len(word) - most, len(word) + most + 1)
        candidates = [each for length in lengths for each in self._by_length.get(length, ())]
        candidates += [each for each in also if len(each) in lengths]
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=most, limit=None)
        likely = [(each, distance) for each, distance, _index in near if each not in STOP_WORDS]
        return min(likely, key=lambda pair: self._likelihood(word, *pair))[0] if likely else None

    def alike(self, word: str, most: int = 10) -> list[str]:
        """The words that share at least half of their trigrams with ``word``: the last resort."""
        wanted = _trigrams(word)
        if len(word) < 5:
            return []
        first = {each for trigram in wanted for each in self._around(trigram)}
        scored = [(_overlap(wanted, _trigrams(each)), each) for each in first]
        best = sorted((-score, each) for score, each in scored if score >= 0.5)
        return [each for _score, each in best[:most]]

    def _likelihood(self, word: str, candidate: str, distance: float) -> tuple[float, bool, int, str]:
        return distance, candidate[0] != word[0], -self.counts.get(candidate, 0), candidate

    def _roots(self, word: str) -> set[str]:
        """The word, its stems and its other forms in the corpus; no names of places, no two letters."""
        stems = stems_of(word)
        roots = {word, *stems, *(form for stem in stems for form in self._forms.get(stem, ()))}
        roots |= self._forms_apart(word)
        return {root for root in roots if len(root) >= 3 and root not in gazetteer().single_names}

    def _forms_apart(self, word: str) -> set[str]:
        """Other forms that have other stems, as *kinderen* of *kind*, with all words of those stems."""
        found = {form for form in other_forms(word) if form in self.counts}
        return {each for form in found for stem in stems_of(form) for each in (form, *self._forms[stem])}

    def _holding(self, root: str) -> Iterable[str]:
        return (each for each in self._around(root) if self._is_compound(each, root))

    def _around(self, piece: str) -> Iterable[str]:
        """Every word with ``piece`` in it; one search through one long text, which C does quickly."""
        start = self._text.find(piece)
        while start != -1:
            begin, end = self._text.rfind("\n", 0, start) + 1, self._text.find("\n", start)
            yield self._text[begin:end]
            start = self._text.find(piece, end)

    def _is_compound(self, word: str, root: str) -> bool:
        head, _root, tail = word.rpartition(root) if word.endswith(root) else word.partition(root)
        long = len(root) >= 5
        if tail in ENDINGS:
            return self._is_head(head, long=long)
        if not head:
            return self._is_tail(tail, long=long)
        return bool(self._without_link(head)) and self._is_tail(tail, long=False)

    def _is_head(self, head: str, *, long: bool) -> bool:
        if not head:
            return long  # another form of the word itself; short roots are too often something else
        return bool(self._without_link(head)) or (long and len(head) >= 3 and head not in PREFIXES)

    def _is_tail(self, tail: str, *, long: bool) -> bool:
        if any(self._is_part(tail.removeprefix(link)) for link in LINKS if tail.startswith(link)):
            return True
        return long and len(tail) >= 4

    def _without_link(self, head: str) -> str | None:
        stripped = (head.removesuffix(link) for link in LINKS if head.endswith(link))
        return next((each for each in stripped if self._is_part(each)), None)

    def _is_part(self, word: str) -> bool:
        known = word in self.counts or word in COMMON_PARTS
        return known and len(word) >= 3 and (len(word) >= 4 or word in COMMON_PARTS) and not _is_place(word)


def _joined(words: Iterable[str]) -> str:
    return "\n" + "".join(f"{word}\n" for word in words)


def _regrouped(
    groups: _Groups[Key], keys_of: Callable[[str], Iterable[Key]], fresh: Iterable[str], gone: Collection[str]
) -> _Groups[Key]:
    """The groups with some words more and some fewer; what stays as it was is shared."""
    found = dict(groups)
    for key in {key for word in gone for key in keys_of(word)}:
        found[key] = [word for word in found[key] if word not in gone]
        if not found[key]:
            del found[key]
    more: _Groups[Key] = {}
    for word in fresh:
        for key in dict.fromkeys(keys_of(word)):
            more.setdefault(key, []).append(word)
    return found | {key: found.get(key, []) + words for key, words in more.items()}


def _is_place(word: str) -> bool:
    return word in gazetteer().single_names


def _trigrams(word: str) -> set[str]:
    padded = f"{word} "
    return {padded[index : index + 3] for index in range(len(padded) - 2)}


def _overlap(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
