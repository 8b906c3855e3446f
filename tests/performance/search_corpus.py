"""Invented Dutch texts with a known answer to each query: what a text is about, and in which words.

Each family is one thing with the words people use for it: the base word, other forms, compounds with it, and
other words. A text is about three families, each in one of its words; a query should find all texts about its
family. Families are in two halves: search was tuned on one, and the tables report the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

PLACES = (
    "Zeist",
    "Hoogeloon",
    "Zierikzee",
    "Esbeek",
    "Drachten",
    "Helenaveen",
    "Borculo",
    "Winsum",
    "Urk",
    "Ommen",
)

FAMILIES: dict[str, tuple[list[str], list[str], list[str]]] = {
    # base: (other forms, compounds, other words)
    "eettafel": (["eettafels"], ["dorpseettafel", "buurteettafels"], ["samen eten", "maaltijd"]),
    "klussen": (["klus", "klusje"], ["klussendienst", "klusteam"], ["reparaties in huis", "handige buur"]),
    "wandelen": (["wandelt", "wandeling"], ["wandelgroep", "dorpswandeling"], ["een ommetje", "blokje om"]),
    "boodschap": (
        ["boodschappen"],
        ["boodschappendienst", "boodschappenhulp"],
        ["naar de winkel", "winkelen"],
    ),
    "tuin": (["tuinen", "tuintje"], ["moestuin", "buurttuin"], ["grasmaaien", "snoeien"]),
    "vervoer": (["vervoeren"], ["vervoersdienst", "buurtvervoer"], ["automaatje", "plusbus"]),
    "mantelzorger": (["mantelzorgers"], ["mantelzorgcafé", "mantelzorgsteun"], ["zorgen voor een naaste"]),
    "computer": (["computers"], ["computerhulp", "computercursus"], ["smartphone", "tablet"]),
    "koffie": (["koffies"], ["koffieochtend", "dorpskoffie"], ["inloop", "ontmoeting"]),
    "muziek": (["muzikale"], ["muziekavond", "dorpsmuziek"], ["koor", "samen zingen"]),
    "woning": (["woningen"], ["zorgwoning", "seniorenwoningen"], ["levensloopbestendig wonen", "hofje"]),
    "bezoek": (["bezoeken", "bezoekje"], ["huisbezoek", "bezoekdienst"], ["maatje", "op de thee"]),
    "dementie": (["demente"], ["dementievriendelijk", "dementiecafé"], ["vergeetachtig", "alzheimer"]),
    "fiets": (["fietsen", "fietsje"], ["duofiets", "fietsclub"], ["trappen", "tweewieler"]),
    "eenzaam": (["eenzame", "eenzaamheid"], ["eenzaamheidscoach"], ["alleen zijn", "isolement"]),
    "bewegen": (["beweegt", "beweging"], ["beweeggroep", "beweegtuin"], ["gymnastiek", "sporten"]),
    "vrijwilliger": (["vrijwilligers"], ["vrijwilligerswerk", "buurtvrijwilliger"], ["helpende handen"]),
    "repareren": (["repareert"], ["repareercafé"], ["kapotte spullen", "herstellen"]),
    "kind": (["kinderen", "kindje"], ["kinderopvang", "kinderclub"], ["peuters", "kleuters"]),
    "boek": (["boeken", "boekje"], ["boekenruil", "leesboek"], ["bibliotheek", "voorlezen"]),
    "energie": (["energieke"], ["energiecoöperatie", "buurtenergie"], ["zonnepanelen", "isoleren"]),
    "rouw": (["rouwen", "rouwt"], ["rouwgroep", "rouwcafé"], ["verlies van een naaste", "nabestaanden"]),
    "film": (["films"], ["filmavond", "dorpsfilm"], ["bioscoop", "toneel"]),
    "taal": (["talen"], ["taalcafé", "taalmaatje"], ["nederlands leren", "laaggeletterd"]),
}
FILLER = (
    "Wij beginnen om tien uur.", "Iedereen mag binnenlopen.", "De koers bepalen we zelf.",
    "Het bestuur komt elke maand bijeen.", "Dit doen we al jaren.", "De deur staat open op dinsdag.",
    "Aanmelden hoeft niet.", "We begonnen met niets dan goede moed.", "De gemeente denkt mee.",
)  # fmt: skip
TYPOS = 3  # one-edit mistakes of each base word of seven letters or more


@dataclass(frozen=True)
class TextAbout:
    """One text, and per family in which kind of word it speaks of it."""

    title: str
    text: str
    place: str
    about: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A query, what it is an example of, the texts that answer it, and those that count for nothing."""

    text: str
    kind: str
    right: frozenset[int]
    neutral: frozenset[int]


def texts(count: int) -> list[TextAbout]:
    """Texts, the same each time."""
    chance = random.Random(2026)  # repeatable on purpose
    return [_text(chance, number) for number in range(count)]


def queries(corpus: list[TextAbout], half: str) -> Iterator[Asked]:
    """The queries of one half: “tune” or “report”."""
    for number, base in enumerate(FAMILIES):
        if half == ("tune", "report")[number % 2]:
            yield from _of_family(corpus, base)


def _text(chance: random.Random, number: int) -> TextAbout:
    place, about, sentences = chance.choice(PLACES), {}, chance.sample(FILLER, 3)
    for base in chance.sample(list(FAMILIES), 3):
        kind = chance.choices(("base", "form", "compound", "other"), (3, 2, 3, 2))[0]
        word = base if kind == "base" else chance.choice(_words(base, kind))
        about[base] = kind
        sentences.append(f"Bij ons hoort {word} erbij.")
    chance.shuffle(sentences)
    return TextAbout(f"Initiatief {number}", " ".join(sentences), place, about)


def _words(base: str, kind: str) -> list[str]:
    forms, compounds, others = FAMILIES[base]
    return {"form": forms, "compound": compounds, "other": others}[kind]


def _of_family(corpus: list[TextAbout], base: str) -> Iterator[Asked]:
    everything = frozenset(n for n, each in enumerate(corpus) if base in each.about)
    in_its_words = frozenset(n for n in everything if corpus[n].about[base] != "other")
    beside = everything - in_its_words
    yield Asked(base, "base words", in_its_words, beside)
    for form in FAMILIES[base][0]:
        yield Asked(form, "inflections", in_its_words, beside)
    for compound in FAMILIES[base][1]:
        holds = frozenset(n for n in in_its_words if compound in corpus[n].text)
        yield Asked(compound, "compounds", holds, everything - holds)
    for other in FAMILIES[base][2]:
        yield Asked(other, "synonyms", everything, frozenset())
    for typo in _typos(base):
        yield Asked(typo, "typing errors", in_its_words, beside)
    for place in PLACES[:2]:
        here = frozenset(n for n in everything if corpus[n].place == place)
        yield Asked(f"{base} {place}", "several words", here & in_its_words, here & beside)


def _typos(word: str) -> Iterator[str]:
    """The word with a letter left out, two changed places, or another letter; the same each time."""
    if len(word) < 7:
        return
    middle = len(word) // 2
    yield word[:middle] + word[middle + 1 :]
    yield word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    yield word[:2] + ("q" if word[2] != "q" else "x") + word[3:]
