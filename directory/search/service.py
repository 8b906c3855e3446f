"""Search over all public records: finds, ranks, counts and pages.

The same rows in the same order on SQLite and PostgreSQL.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from pyroaring import BitMap
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.geography.distance import Near
from directory.search.document_sets import as_select
from directory.search.documents import SearchDocument
from directory.search.facet_sets import RECORD
from directory.search.finding import Found, find, fitting
from directory.search.index import Findable, index_document, index_documents, key_of, remove
from directory.search.matched import Matched
from directory.search.ranking import Window, page_of
from directory.search.selection import FACETS, Beside, FacetCount, Hit, Results, Selection, Sort

__all__ = [
    "Beside",
    "FacetCount",
    "Findable",
    "Hit",
    "Near",
    "Results",
    "Selection",
    "Sort",
    "documents_of",
    "index_document",
    "index_documents",
    "key_of",
    "remove",
    "search",
    "search_beside",
    "search_selection",
    "select_documents",
]


def search(
    session: Session,
    query: str,
    *,
    kinds: Collection[str] = ("entry", "template"),
    page: int = 1,
    per_page: int = 20,
    **filters: str,
) -> Results:
    """Find records by words and filters (the names of ``directory.search.selection.FILTERS``)."""
    selection = Selection(query, tuple(kinds), **filters)  # type: ignore[arg-type]  # names of its fields
    return search_selection(session, selection, page=page, per_page=per_page)


def search_selection(
    session: Session,
    selection: Selection,
    *,
    sort: Sort = "relevance",
    page: int = 1,
    per_page: int = 20,
    matched: Matched | None = None,
) -> Results:
    """A page of a selection; ``sort="distance"`` sorts by how far it is from ``selection.near``.

    ``matched`` is what another page of the same words told.
    """
    found = find(session, selection, matched)
    page = max(1, page)
    chosen = fitting(session, found, selection.filters, selection.near)
    window = Window((page - 1) * per_page, per_page)
    return Results(
        hits=_hits(session, page_of(session, found, chosen, window, sort=sort, near=selection.near)),
        total=len(chosen),
        facets=_facets(session, found, selection, chosen),
        correction=found.matched.query.correction,
        is_partial=bool(found.documents) and found.covered < len(found.matched.units),
        page=page,
        per_page=per_page,
        matched=found.matched,
    )


def search_beside(
    session: Session, query: str, kinds: Collection[str], most: int = 3, matched: Matched | None = None
) -> list[Beside]:
    """The best records of each of these kinds, for beside a list of something else; no empty ones.

    ``matched`` is what that list told of the same words.
    """
    found = find(session, Selection(query, tuple(kinds)), matched)
    beside = []
    for kind in kinds:
        chosen = found.documents & found.sets.get((RECORD, kind), BitMap())
        if chosen:
            ids = page_of(session, found, chosen, Window(0, most), sort="relevance", near=None)
            beside.append(Beside(kind, _hits(session, ids), len(chosen)))
    return beside


def documents_of(session: Session, selection: Selection) -> BitMap:
    """The ids of all documents of a selection."""
    return fitting(session, find(session, selection), selection.filters, selection.near)


def select_documents(session: Session, selection: Selection) -> Select[int]:
    """The same as a statement (``document_id``), for exports and lists."""
    return as_select(session, documents_of(session, selection))


def _facets(
    session: Session, found: Found, selection: Selection, chosen: BitMap
) -> dict[str, list[FacetCount]]:
    """Per facet how many records each choice has, under all filters but its own; the most frequent first."""
    counted: dict[str, list[FacetCount]] = {name: [] for name in FACETS}
    under = {name: chosen for name in FACETS}
    for name in FACETS:
        if name in selection.filters:
            others = {other: code for other, code in selection.filters.items() if other != name}
            under[name] = fitting(session, found, others, selection.near)
    for (name, code), documents in found.sets.items():
        if name in under and (count := under[name].intersection_cardinality(documents)):
            counted[name].append(FacetCount(code, count))
    return {name: sorted(each, key=lambda one: (-one.count, one.code)) for name, each in counted.items()}


def _hits(session: Session, ids: list[int]) -> list[Hit]:
    if not ids:
        return []
    columns = [getattr(SearchDocument, column.name) for column in dataclasses.fields(Hit)]
    rows = session.execute(select(SearchDocument.id, *columns).where(SearchDocument.id.in_(ids))).all()
    by_id = {row[0]: Hit(*row[1:]) for row in rows}
    return [by_id[document_id] for document_id in ids if document_id in by_id]
