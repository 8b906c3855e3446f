"""What a person typed, understood: units of meaning with everything that may stand for them.

*eetafel zeist* becomes two units. The first is corrected to *eettafel* and also stands for
*dorpseettafel* (a compound in the corpus) and *samen eten* (a synonym).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.search.analyser import STOP_WORDS, tokens_of
from directory.search.folding import words_of
from directory.search.lexicon import Lexicon
from directory.search.thesaurus import BUILT_IN, Thesaurus

MOST_WORDS = 8
LONGEST_PHRASE = 4

Alternative = tuple[tuple[str, ...], ...]
"""One way to match: for each word of it, the tokens of which one must be there."""


@dataclass(frozen=True)
class Unit:
    """A word or phrase of the query. ``own`` matches weigh more than ``related`` ones."""

    own: tuple[Alternative, ...]
    related: tuple[Alternative, ...]
    rarity: float


@dataclass(frozen=True)
class Query:
    """The units of a query, and the corrected text where a word was not known."""

    units: tuple[Unit, ...]
    correction: str | None


def understand(text: str, lexicon: Lexicon, thesaurus: Thesaurus = BUILT_IN) -> Query:
    """Analyse what a person typed; at most eight words count."""
    typed = words_of(text[:300])[:MOST_WORDS]
    known = [_known_form(word, lexicon, thesaurus) for word in typed]
    if typed and lexicon.beginning_with(typed[-1]):
        known[-1] = typed[-1]  # perhaps not typed to its end
    units = tuple(_units(known, lexicon, thesaurus))
    correction = " ".join(known) if known != typed else None
    return Query(units, correction)


def _known_form(word: str, lexicon: Lexicon, thesaurus: Thesaurus) -> str:
    """The word itself, or its correction when nothing in corpus or synonyms is like it."""
    if word in STOP_WORDS or lexicon.knows(word) or thesaurus.knows((word,)):
        return word
    if lexicon.compounds_of(word) or lexicon.parts_of(word):
        return word
    return lexicon.correct(word, also=thesaurus.words) or word


def _units(words: list[str], lexicon: Lexicon, thesaurus: Thesaurus) -> Iterator[Unit]:
    meaningful = [word for word in words if word not in STOP_WORDS] or words
    position = 0
    while position < len(words):
        phrase = _phrase_at(words, position, thesaurus)
        if phrase:
            yield _phrase_unit(phrase, lexicon, thesaurus)
            position += len(phrase)
            continue
        if words[position] in meaningful:
            yield _word_unit(words[position], lexicon, thesaurus)
        position += 1


def _phrase_at(words: list[str], position: int, thesaurus: Thesaurus) -> tuple[str, ...]:
    """The longest phrase of two or more words that begins here and has synonyms."""
    for length in range(LONGEST_PHRASE, 1, -1):
        phrase = tuple(words[position : position + length])
        if len(phrase) == length and thesaurus.knows(phrase):
            return phrase
    return ()


def _word_unit(word: str, lexicon: Lexicon, thesaurus: Thesaurus) -> Unit:
    related = [*_compounds(word, lexicon), *_synonyms_of((word,), lexicon, thesaurus)]
    if not lexicon.knows(word) and (parts := lexicon.parts_of(word)):
        related.append(tuple(tokens_of(part) for part in parts))
    if not lexicon.knows(word) and (longer := lexicon.beginning_with(word)):
        related.append((tuple(f"x{each}" for each in longer),))
    if not related and not lexicon.knows(word):
        related = [((f"x{each}",),) for each in lexicon.alike(word)]
    return Unit((_alternative((word,)),), tuple(dict.fromkeys(related)), lexicon.rarity(word))


def _phrase_unit(phrase: tuple[str, ...], lexicon: Lexicon, thesaurus: Thesaurus) -> Unit:
    related = tuple(dict.fromkeys(_synonyms_of(phrase, lexicon, thesaurus)))
    rarity = max(lexicon.rarity(word) for word in phrase)
    return Unit((_alternative(phrase),), related, rarity)


def _alternative(words: Iterable[str]) -> Alternative:
    """All of these words, without those that say nothing."""
    listed = list(words)
    meaningful = [word for word in listed if word not in STOP_WORDS] or listed
    return tuple(tokens_of(word) for word in meaningful)


def _compounds(word: str, lexicon: Lexicon) -> list[Alternative]:
    compounds = lexicon.compounds_of(word)
    return [(tuple(f"x{each}" for each in compounds),)] if compounds else []


def _synonyms_of(phrase: tuple[str, ...], lexicon: Lexicon, thesaurus: Thesaurus) -> Iterator[Alternative]:
    for term in thesaurus.same_as(phrase):
        yield _alternative(term)
        if len(term) == 1:
            yield from _compounds(term[0], lexicon)
