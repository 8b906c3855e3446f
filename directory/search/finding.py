"""Which documents fit a selection: numbers in compressed sets, the same on SQLite and PostgreSQL.

The databases say which documents hold which words; what must hold together, and what it is worth, is
worked out here, so that the time grows with what was found and not with the directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geography.distance import Near
from directory.replica.entries import EntryArea
from directory.search import facet_sets
from directory.search.distances import is_within
from directory.search.documents import SearchDocument
from directory.search.facet_sets import RECORD, Sets
from directory.search.matched import Matched, Met, match
from directory.search.selection import DATED_KINDS, FACETS, Selection
from federation.database import now


@dataclass(frozen=True)
class Found:
    """The documents that match the words, before the filters."""

    matched: Matched
    documents: BitMap
    ways: tuple[Met, ...]
    covered: int
    """How many units of the query each of them has."""
    sets: Sets
    """Which documents have which value, for the facets and the filters of the selection."""

    @property
    def everything(self) -> BitMap:
        """All documents there are, found or not."""
        return BitMap.union(BitMap(), *(each for (name, _code), each in self.sets.items() if name == RECORD))


def find(session: Session, selection: Selection, matched: Matched | None = None) -> Found:
    """The documents of the wanted kinds that have the most of the words.

    ``matched`` is for a caller who asked where the same words are met already.
    """
    if matched is None:
        matched = match(session, selection.query)
    sets = facet_sets.load(session, {RECORD, *FACETS, *selection.filters}, matched.versions.sets)
    wanted = _wanted(session, selection.kinds, sets)
    if not matched.units:
        return Found(matched, wanted, (), 0, sets)
    units = [BitMap.union(BitMap(), *(way.documents for way in ways)) & wanted for ways in matched.units]
    documents, covered = _most_covered(units)
    return Found(matched, documents, tuple(way for ways in matched.units for way in ways), covered, sets)


def fitting(session: Session, found: Found, filters: Mapping[str, str], near: Near | None = None) -> BitMap:
    """Those of the documents found that the filters ask for."""
    chosen = found.documents
    for name, code in filters.items():
        chosen = chosen & found.sets.get((name, code), BitMap())
    if near is not None and near.within_km is not None:
        inside = select(EntryArea.document_id).where(is_within(near, near.within_km))
        chosen = chosen & BitMap(session.scalars(inside).all())
    return chosen


def _wanted(session: Session, kinds: tuple[str, ...], sets: Sets) -> BitMap:
    """The documents of the wanted kinds, without what is over."""
    wanted = BitMap.union(BitMap(), *(sets.get((RECORD, kind), BitMap()) for kind in kinds))
    if any(kind in DATED_KINDS for kind in kinds):
        over = select(SearchDocument.id).where(SearchDocument.shown_until <= now())
        wanted -= BitMap(session.scalars(over).all())
    return wanted


def _most_covered(units: list[BitMap]) -> tuple[BitMap, int]:
    """The documents that have the most of the units, and how many that is."""
    at_least = [BitMap() for _unit in units]  # by number, less one
    for unit in units:
        for number in range(len(units) - 1, 0, -1):
            at_least[number] |= at_least[number - 1] & unit
        at_least[0] |= unit
    return next(((at_least[n], n + 1) for n in reversed(range(len(units))) if at_least[n]), (BitMap(), 0))
