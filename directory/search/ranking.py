"""In which order the documents of a selection are shown, and which stand on a page.

Documents of one score are a set; only of the sets that a page shows the order by name is asked. Ties are
broken by title and address in byte order, so both databases show the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geography.distance import Near
from directory.replica.entries import EntryArea
from directory.search import document_sets
from directory.search.distances import is_within, square_km
from directory.search.documents import SearchDocument
from directory.search.finding import Found
from directory.search.selection import Sort

FEW = 400
"""So many documents are sorted by the database; of more the names are gone through in order."""
NEAREST_KM, FARTHEST_KM = 5.0, 700.0
BY_NAME = (SearchDocument.sort_title, SearchDocument.key, SearchDocument.id)


@dataclass(frozen=True)
class Window:
    """Which of the ordered documents are shown."""

    start: int
    most: int
    everything: int = 0
    """How many documents there are, found or not."""

    @property
    def end(self) -> int:
        """The first that is shown no longer."""
        return self.start + self.most


def page_of(
    session: Session, found: Found, chosen: BitMap, window: Window, *, sort: Sort, near: Near | None
) -> list[int]:
    """The ids on a page of the chosen documents, in order."""
    window = replace(window, everything=len(found.everything))
    if sort == "distance" and near is not None:
        return _by_distance(session, chosen, near, window)
    ranked = [chosen] if sort == "name" or not found.ways else _by_score(found, chosen)
    return _from_sets(session, ranked, window)


def _by_score(found: Found, chosen: BitMap) -> Iterator[BitMap]:
    """The documents of each score, the highest first."""
    scored: dict[int, BitMap] = {0: chosen}
    for way in found.ways:
        split: dict[int, BitMap] = {}
        for score, documents in scored.items():
            _add(split, score + way.score, documents & way.documents)
            _add(split, score, documents - way.documents)
        scored = split
    for _score, documents in sorted(scored.items(), key=lambda each: -each[0]):
        yield documents


def _add(sets: dict[int, BitMap], score: int, documents: BitMap) -> None:
    if documents:
        sets[score] = sets[score] | documents if score in sets else documents


def _from_sets(session: Session, ranked: list[BitMap] | Iterator[BitMap], window: Window) -> list[int]:
    """The part of a window, of sets in order that are each ordered by name."""
    ids: list[int] = []
    few: list[tuple[BitMap, Window]] = []
    for documents, part in _parts(ranked, window):
        if len(documents) <= FEW:
            few.append((documents, part))
            continue
        ids += _of_few(session, few) + _by_name(session, documents, part)
        few = []
    return ids + _of_few(session, few)


def _parts(ranked: list[BitMap] | Iterator[BitMap], window: Window) -> Iterator[tuple[BitMap, Window]]:
    """The sets of which a window shows something, with what it shows of each."""
    passed = 0
    for documents in ranked:
        start, end = max(0, window.start - passed), window.end - passed
        if start < len(documents):
            yield documents, Window(start, min(end, len(documents)) - start, window.everything)
        passed += len(documents)
        if passed >= window.end:
            break


def _of_few(session: Session, parts: list[tuple[BitMap, Window]]) -> list[int]:
    """What the window shows of small sets: asked all at once, and ordered here."""
    if not parts:
        return []
    wanted = BitMap.union(*(documents for documents, _part in parts))
    mine = SearchDocument.id.in_(document_sets.as_select(session, wanted))
    order = session.scalars(select(SearchDocument.id).where(mine).order_by(*BY_NAME)).all()
    shown = (
        [each for each in order if each in documents][part.start : part.end] for documents, part in parts
    )
    return [number for ids in shown for number in ids]


def _by_name(session: Session, documents: BitMap, part: Window) -> list[int]:
    passed = part.end * part.everything // len(documents)  # names until enough of these, if they lie evenly
    if passed < 2 * len(documents):
        return _walk(session, documents, part, 2 * passed + part.most)
    mine = SearchDocument.id.in_(document_sets.as_select(session, documents))
    query = select(SearchDocument.id).where(mine).order_by(*BY_NAME)
    return list(session.scalars(query.offset(part.start).limit(part.most)))


def _walk(session: Session, documents: BitMap, part: Window, amount: int) -> list[int]:
    """Go through all names in order until enough of these documents have passed."""
    names = select(SearchDocument.id).order_by(*BY_NAME)
    found: list[int] = []
    seen = 0
    while len(found) < part.end:
        ids = session.scalars(names.offset(seen).limit(amount)).all()
        found += [number for number in ids if number in documents]
        if len(ids) < amount:
            break
        seen, amount = seen + amount, 2 * amount
    return found[part.start : part.end]


def _by_distance(session: Session, chosen: BitMap, near: Near, window: Window) -> list[int]:
    """The nearest first: looked for in circles that grow until they hold enough; last what is nowhere."""
    km = NEAREST_KM
    ordered = _in_circle(session, chosen, near, km)
    while len(ordered) < min(window.end, len(chosen)) and km < FARTHEST_KM:
        km *= 2
        ordered = _in_circle(session, chosen, near, km)
    page = ordered[window.start : window.end]
    left = Window(max(0, window.start - len(ordered)), window.most - len(page), window.everything)
    return page + _from_sets(session, [chosen - BitMap(ordered)], left) if left.most else page


def _in_circle(session: Session, chosen: BitMap, near: Near, km: float) -> list[int]:
    """The chosen documents with a place in the circle, the nearest first, then by name."""
    query = (
        select(SearchDocument.id, square_km(near))
        .join(EntryArea, EntryArea.document_id == SearchDocument.id)
        .where(is_within(near, km))
        .order_by(square_km(near), *BY_NAME)
    )
    return list(dict.fromkeys(number for number, _square in session.execute(query) if number in chosen))
