"""What two descriptions of an initiative are compared by, brought into one way of writing."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from directory.matching.words import KIND_WORDS, LITTLE_WORDS, SHARED_MAIL, SHARED_SITES
from directory.search.folding import fold, words_of

LIKE = 84
"""How alike, of 100, a mistyped word still is."""
SHORTEST_MISTYPED = 6
"""Of a shorter word no typing error is forgiven: too many are alike."""
_NOT_DIGITS = re.compile(r"\D")
_GLUED = re.compile(r"(?<=[a-zë])(?=[A-Z])")
_POINTS = re.compile(r"(?<=\b\w)\.(?=\w\b)")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where an initiative works; degrees WGS 84."""

    place_id: int
    municipality_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Traits:
    """An initiative, as far as it matters here. An empty text stands for what is not known."""

    names: tuple[str, ...]
    """Its name and other names, as written."""
    words: tuple[str, ...]
    """The folded words of the name without little words."""
    core: tuple[str, ...]
    """Those that tell it apart, without its places and what kind it is; may be empty."""
    place_words: frozenset[str] = frozenset()
    """The words of the names of its places and municipalities."""
    kind: str = ""
    kvk_number: str = ""
    site: str = ""
    telephone: str = ""
    email: str = ""
    spots: tuple[Spot, ...] = ()

    @property
    def kind_words(self) -> frozenset[str]:
        """The words of the name that say what kind of thing it is."""
        return frozenset(word for word in self.words if _is_kind(word))

    @property
    def place_ids(self) -> frozenset[int]:
        """The places, by number."""
        return frozenset(spot.place_id for spot in self.spots)

    @property
    def municipalities(self) -> frozenset[str]:
        """The CBS codes of the municipalities."""
        return frozenset(spot.municipality_code for spot in self.spots)

    @property
    def mail_site(self) -> str:
        """The site behind the @, when it is the initiative's own."""
        domain = self.email.partition("@")[2]
        return "" if domain in SHARED_MAIL else domain


def traits_of(name: str, initiative: dict[str, Any]) -> Traits:
    """The traits of an initiative as it stands on the wire; parts may be missing in a draft."""
    areas = initiative.get("areas") or []
    contact = initiative.get("contact") or {}
    words = tuple(word for word in words_of(_spaced(name)) if word not in LITTLE_WORDS)
    places = frozenset(word for area in areas for part in _place_names(area) for word in words_of(part))
    return Traits(
        names=(name, *(initiative.get("otherNames") or [])),
        words=words,
        core=tuple(word for word in words if not is_one_of(word, places) and not _is_kind(word)),
        place_words=places,
        kind=initiative.get("kind") or "",
        kvk_number=initiative.get("kvkNumber") or "",
        site=site_of(contact.get("website") or ""),
        telephone=telephone_of(contact.get("telephone") or ""),
        email=fold((contact.get("email") or "").strip()),
        spots=tuple(_spot(area) for area in areas),
    )


def site_of(url: str) -> str:
    """A website in one way of writing: its domain; with the first part of the path on a shared site."""
    if not url.strip():
        return ""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url.strip()}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
    if host in SHARED_SITES:
        first = parts.path.strip("/").partition("/")[0].lower()
        return f"{host}/{first}" if first else ""
    return host


def telephone_of(text: str) -> str:
    """The nine digits of a Dutch telephone number that count: “+31 (0)343 - 12 34 56” is 343123456."""
    digits = _NOT_DIGITS.sub("", text)
    for prefix in ("0031", "31"):
        if digits.startswith(prefix) and len(digits) >= 11:
            digits = digits.removeprefix(prefix)
            break
    digits = digits.removeprefix("0")
    return digits if len(digits) == 9 else ""


def is_one_of(word: str, words: Collection[str]) -> bool:
    """Whether a word is one of these, a typing error forgiven."""
    if word in words:
        return True
    if len(word) < SHORTEST_MISTYPED or not words:
        return False
    return process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=LIKE) is not None


def _spaced(name: str) -> str:
    """“StichtingDe Eik” as “Stichting De Eik”, “Coöp. U.A.” as “Coöp. UA”."""
    apart = _GLUED.sub(" ", name)
    return _POINTS.sub("", apart)


@functools.lru_cache(maxsize=20_000)
def _is_kind(word: str) -> bool:
    return is_one_of(word, KIND_WORDS) or (len(word) > 6 and is_one_of(word, LITTLE_WORDS))


def _place_names(area: dict[str, Any]) -> Iterable[str]:
    return area.get("name", ""), area.get("municipality", "")


def _spot(area: dict[str, Any]) -> Spot:
    return Spot(area["placeId"], area["municipalityCode"], area["latitude"], area["longitude"])
