"""Forms of Dutch words that neither stemmer brings together, and parts that compounds often have. Pure.

*wandelt*, *wandelen* and *wandeling* get three different stems, and so do *kind* and *kinderen*.
"""

from __future__ import annotations

from directory.search.folding import words_of

COMMON_PARTS = frozenset(
    words_of(
        """avond middag ochtend nacht week maand jaar feest markt café club groep team kring cirkel dienst
        hulp zorg huis kamer tuin plein straat buurt dorp dorps wijk stad school kerk winkel keuken
        tafel werk werker punt loket lijn bank fonds plan dag bus auto fiets rit spel spelletjes boek
        film taal kind kinder jeugd ouder ouderen senioren vrouwen mannen buren bewoners leden gast
        vriend steun raad bestuur bijeenkomst les training opvang verblijf bezoek maaltijd eten soep
        koffie thee muziek zang dans sport wandel loop deel leen weggeef moes bloemen pluk voedsel
        energie zonne woning wonen hof"""
    )
)
"""Words of which compounds in names of initiatives are made, also where nobody uses them alone."""

_VOWELS = frozenset("aeou")  # those that are written double in a closed syllable


def other_forms(word: str) -> set[str]:
    """What the word may look like elsewhere; most of these do not exist, the corpus says which do."""
    forms = {f"{word}eren"}
    if word.endswith("eren") and len(word) >= 7:
        forms.add(word[:-4])
    for stem in _verb_stems(word):
        forms |= {f"{stem}en", f"{stem}ing", f"{stem}ingen", f"{stem}t", f"{_closed(stem)}t"}
    return forms - {word}


def _verb_stems(word: str) -> set[str]:
    """The stem of a verb as its infinitive has it: “repareer-” in “repareert” is “reparer-”."""
    if word.endswith("en") and len(word) >= 6:
        return {word[:-2]}
    if word.endswith("ing") and len(word) >= 7:
        return {word[:-3]}
    if word.endswith("t") and len(word) >= 5:
        return {word[:-1], _open(word[:-1])}
    return set()


def _open(stem: str) -> str:
    """“repareer” as it stands before “-en”: “reparer”."""
    if len(stem) > 3 and stem[-2] in _VOWELS and stem[-3] == stem[-2]:
        return stem[:-2] + stem[-1]
    return stem


def _closed(stem: str) -> str:
    """“reparer” as it stands before “-t”: “repareer”."""
    if len(stem) > 3 and stem[-2] in _VOWELS and not {stem[-3], stem[-1]} & set("aeiou"):
        return stem[:-1] + stem[-2:]
    return stem
