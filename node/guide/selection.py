"""A visitor's choice of words and filters, as it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from directory.geography.places import gazetteer
from directory.search.service import Selection, Sort
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.taxonomies import KINDS, PROVINCES, THEMES

FILTERS = {"province": PROVINCES, "theme": THEMES, "kind": KINDS}
SORTS = ("relevance", "name")
MOST_LETTERS = 200
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Choice:
    """What the visitor asks for, and how the list is shown."""

    selection: Selection
    sort: Sort
    page: int

    @property
    def query(self) -> str:
        """The words."""
        return self.selection.query

    @property
    def is_narrowed(self) -> bool:
        """True when words or filters leave something out."""
        return bool(self.query or self.selection.filters)

    def parameters(self, **changes: str | int | None) -> dict[str, Any]:
        """The address parameters of this choice, with some changed; empty ones are left out."""
        current: dict[str, str | int | None] = {"q": self.query, **self.selection.filters}
        current["sort"] = self.sort if self.sort != "relevance" else None
        return {name: value for name, value in {**current, **changes}.items() if value}

    def with_words(self, words: str) -> Choice:
        """The same choice with other words."""
        return replace(self, selection=replace(self.selection, query=words))


def read_choice(arguments: Mapping[str, str]) -> Choice:
    """The choice in an address. Raises InvalidInput on a filter that does not exist."""
    chosen = {name: arguments.get(name) or None for name in (*FILTERS, "municipality")}
    for name, vocabulary in FILTERS.items():
        if chosen[name] and chosen[name] not in vocabulary:
            raise InvalidInput(N_("This filter does not exist. Choose one of the list."))
    if chosen["municipality"] and municipality_name(chosen["municipality"]) is None:
        raise InvalidInput(N_("We do not know this municipality."))
    sort = arguments.get("sort", "relevance")
    return Choice(
        selection=Selection(query=arguments.get("q", "").strip()[:MOST_LETTERS], kinds=("entry",), **chosen),
        sort=cast(Sort, sort if sort in SORTS else "relevance"),
        page=_page(arguments.get("page", "1")),
    )


def municipality_name(code: str) -> str | None:
    """The name of a municipality by its CBS code, or None."""
    return next(
        (each.municipality for each in gazetteer().by_id.values() if each.municipality_code == code), None
    )


def _page(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and int(text[:9]) else 1
