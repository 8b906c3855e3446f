"""What is asked of search, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from directory.geography.distance import Near
from directory.search.matched import Matched
from schemas.paging import pages_of

FACETS = ("province", "theme", "kind", "target_group", "phase", "freshness")
"""What a selection is filtered on and counted by."""
FILTERS = (*FACETS, "municipality")
"""What a selection is filtered on."""
DATED_KINDS = ("event", "story")
"""Kinds of which each record is shown until its own day."""

Sort = Literal["relevance", "name", "distance"]


@dataclass(frozen=True)
class Selection:
    """What a person asks for: words, filters and a place. All of them must hold."""

    query: str = ""
    kinds: tuple[str, ...] = ("entry", "template")
    province: str | None = None
    theme: str | None = None
    kind: str | None = None
    municipality: str | None = None
    target_group: str | None = None
    phase: str | None = None
    freshness: str | None = None
    near: Near | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The facets that are filtered on."""
        chosen = {name: getattr(self, name) for name in FILTERS}
        return {name: code for name, code in chosen.items() if code}


@dataclass(frozen=True)
class Hit:
    """One record that was found. ``page_url`` is empty unless its page is not made from its key."""

    uri: str
    key: str
    kind: str
    title: str
    summary: str
    places: str
    is_example: bool
    page_url: str


@dataclass(frozen=True)
class FacetCount:
    """How many records a choice would give, the other filters kept."""

    code: str
    count: int


@dataclass(frozen=True)
class Results:
    """A page of what was found.

    ``correction`` is the text that was searched for instead of an unknown word; ``is_partial``
    says that no record has all words, so these have the most of them.
    """

    hits: list[Hit]
    total: int
    facets: dict[str, list[FacetCount]]
    correction: str | None
    is_partial: bool
    page: int
    per_page: int
    matched: Matched = field(repr=False, compare=False)
    """Where the words are met, for another question with the same words."""

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return pages_of(self.total, self.per_page)


@dataclass(frozen=True)
class Beside:
    """The first records of one kind that fit the same words, and how many there are."""

    kind: str
    hits: list[Hit]
    total: int
