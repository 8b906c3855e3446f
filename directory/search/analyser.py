"""Dutch words to search tokens, the same for every kind of storage.

Each word gives three tokens: ``x`` + the word, ``k`` + its Kraaij-Pohlmann stem and ``p`` + its
Porter stem. The first stemmer knows *klussen → klus*, the second *eenzame → eenzaam*; together
they miss little. Compounds, synonyms and typing errors are the query's work
(`directory.search.queries`): so a document's tokens never depend on which documents came before it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from Stemmer import Stemmer  # type: ignore[import-not-found]  # without type hints

from directory.search.folding import words_of

STOP_WORDS = frozenset(
    words_of(
        """aan al alle alleen als altijd andere bij daar dan dat de deze die dit doen door dus een eens en
        er etc ge geen haar had heb hebben heeft hem het hier hij hoe hun iets ik in is ja je jij jou
        jouw jullie kan kun kunnen maar me meer men met mij mijn moet na naar nee niet nog nu of om
        omdat ons onze ook op over per s t te tot u uit uw van veel voor want waar wat we weer wel werd
        wie wij wil worden wordt zal ze zelf zich zij zijn zo zou the and for of"""
    )
)

_kraaij_pohlmann = Stemmer("dutch", 0)
_porter = Stemmer("dutch_porter", 0)


@functools.lru_cache(maxsize=50_000)
def stems_of(word: str) -> tuple[str, str]:
    """Both stems of a folded word: Kraaij-Pohlmann's and Porter's.

    A stem of two letters says nothing any more: *ommetje* and *Ommen* would both be “om”.
    """
    stems = (_kraaij_pohlmann.stemWord(word), _porter.stemWord(word))
    first, second = (stem if len(stem) > 2 else word for stem in stems)
    return first, second


@functools.lru_cache(maxsize=50_000)
def tokens_of(word: str) -> tuple[str, str, str]:
    """The tokens of a folded word."""
    first, second = stems_of(word)
    return f"x{word}", f"k{first}", f"p{second}"


def content_words(texts: Iterable[str]) -> list[str]:
    """The different folded words of ``texts`` that say something, in order."""
    found = dict.fromkeys(word for text in texts for word in words_of(text))
    return [word for word in found if word not in STOP_WORDS]


def tokens(words: Iterable[str]) -> list[str]:
    """The different tokens of ``words``, in order."""
    return list(dict.fromkeys(token for word in words for token in tokens_of(word)))
