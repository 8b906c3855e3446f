"""A visitor's choice of words and filters, as it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from directory.geography.distance import Near
from directory.geography.places import UNKNOWN_PLACE, Place, find_places, gazetteer, resolve_place
from directory.geography.places import place as get_place
from directory.search.service import Selection, Sort
from schemas.errors import InvalidInput
from schemas.fields import camel_case, is_municipality_code, is_storable
from schemas.messages import N_
from schemas.numbers import read_digits
from schemas.paging import read_page
from schemas.taxonomies import FRESHNESS, KINDS, PHASES, PROVINCES, TARGET_GROUPS, THEMES

FILTERS = {
    "province": PROVINCES,
    "theme": THEMES,
    "kind": KINDS,
    "target_group": TARGET_GROUPS,
    "phase": PHASES,
    "freshness": FRESHNESS,
}
SORTS = ("relevance", "name", "distance")
DISTANCES = (5, 10, 25, 50, 100)
"""In kilometres around a place."""
PLACES_TO_CHOOSE = 8
MOST_LETTERS = 200


@dataclass(frozen=True)
class Choice:
    """What the visitor asks for, and how the list is shown."""

    selection: Selection
    sort: Sort
    page: int
    near_text: str = ""
    place: Place | None = None
    """The place near which to look."""
    places: tuple[Place, ...] = ()
    """The places that may be meant, when ``near_text`` does not name one."""
    within: int | None = None
    """How far around the place, in kilometres; kept while it is not clear yet which place."""
    is_lost: bool = False
    """True when it was kept long ago, and has a filter that does not exist any more."""

    @property
    def query(self) -> str:
        """The words."""
        return self.selection.query

    @property
    def is_narrowed(self) -> bool:
        """True when words or filters leave something out."""
        return bool(self.query or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        """True when something besides words leaves something out."""
        return bool(self.selection.filters or self.near_text)

    @property
    def is_unclear(self) -> bool:
        """True when a place is asked for and we do not know which: nothing is chosen until we do."""
        return self.is_lost or (bool(self.near_text) and self.place is None)

    def parameters(self, **changes: str | int | None) -> dict[str, Any]:
        """The address parameters of this choice, with some changed; empty ones are left out."""
        current: dict[str, str | int | None] = {"q": self.query, **self.selection.filters}
        current |= {"near": self.near_text, "within": self.within}
        current["sort"] = self.sort if self.sort != _usual_sort(self.place) else None
        return {name: value for name, value in {**current, **changes}.items() if value}

    def asked_of_api(self) -> dict[str, Any]:
        """The same choice in the parameters of the API, as `selection_of` reads it there."""
        asked = {"q": self.query, **{camel_case(name): code for name, code in self.selection.filters.items()}}
        near = {"near": self.place.place_id, "withinKm": self.within} if self.place else {}
        return {name: value for name, value in {**asked, **near}.items() if value}

    def with_words(self, words: str) -> Choice:
        """The same choice with other words."""
        return replace(self, selection=replace(self.selection, query=words))


def read_choice(arguments: Mapping[str, str]) -> Choice:
    """The choice in an address. Raises InvalidInput on a filter that does not exist."""
    chosen = {name: arguments.get(name) or None for name in (*FILTERS, "municipality")}
    for name, vocabulary in FILTERS.items():
        if chosen[name] and chosen[name] not in vocabulary:
            raise InvalidInput(N_("This filter does not exist. Choose one of the list."))
    if chosen["municipality"] and not is_municipality_code(chosen["municipality"]):
        raise InvalidInput(N_("We do not know this municipality."))
    query, near_text = _text(arguments, "q"), _text(arguments, "near")
    place, places = _place_of(near_text)
    within = _within(arguments.get("within", "")) if near_text else None
    near = Near(place.latitude, place.longitude, within) if place else None
    kinds = () if near_text and place is None else ("entry",)
    return Choice(
        selection=Selection(query, kinds, near=near, **chosen),
        sort=_sort(arguments.get("sort", ""), place),
        page=read_page(arguments),
        near_text=near_text,
        place=place,
        places=places,
        within=within,
    )


def read_clear_choice(arguments: Mapping[str, str]) -> Choice:
    """The same for what cannot ask back, as a file: raises InvalidInput too when the place is not clear."""
    choice = read_choice(arguments)
    if choice.is_unclear:
        resolve_place(choice.near_text)  # raises, with the places that may be meant
        raise InvalidInput(UNKNOWN_PLACE, name=choice.near_text)
    return choice


def read_kept_choice(arguments: Mapping[str, str]) -> Choice:
    """A choice that was kept: one that can be read no more chooses nothing, and stops no other."""
    try:
        return read_choice(arguments)
    except InvalidInput:
        return Choice(Selection(kinds=()), "name", 1, is_lost=True)


def selection_of(arguments: Mapping[str, Any], kinds: tuple[str, ...] = ("entry",)) -> Selection:
    """What a program asks for, by `EntrySelectionSchema`. Raises NotFound for a place we do not know."""
    filters = {name: arguments[name] for name in (*FILTERS, "municipality")}
    centre = None if arguments["near"] is None else get_place(arguments["near"])
    near = Near(centre.latitude, centre.longitude, arguments["within_km"]) if centre else None
    return Selection(arguments["q"], kinds, near=near, **filters)


def _place_of(text: str) -> tuple[Place | None, tuple[Place, ...]]:
    """The place that a number or a name stands for, or those that may be meant."""
    if not text:
        return None, ()
    if text.isdecimal():
        return gazetteer().by_id.get(read_digits(text) or 0), ()
    try:
        return resolve_place(text), ()
    except InvalidInput:
        found = find_places(text, PLACES_TO_CHOOSE)
        return (found[0], ()) if len(found) == 1 else (None, tuple(found))


def _text(arguments: Mapping[str, str], name: str) -> str:
    text = arguments.get(name, "").strip()
    if not is_storable(text):
        raise InvalidInput(N_("This text has a character that cannot be kept."))
    return text[:MOST_LETTERS]


def _within(text: str) -> int | None:
    return int(text) if text in map(str, DISTANCES) else None


def _usual_sort(place: Place | None) -> Sort:
    return "relevance" if place is None else "distance"


def _sort(wanted: str, place: Place | None) -> Sort:
    if wanted not in SORTS or (wanted == "distance" and place is None):
        return _usual_sort(place)
    return cast(Sort, wanted)
