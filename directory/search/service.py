"""Search over all public records: one statement finds, ranks, counts and pages.

The same rows in the same order on SQLite and PostgreSQL.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from directory.geography.distance import Near
from directory.search.finding import Found, conditions, find, order_of
from directory.search.index import (
    Findable,
    SearchDocument,
    SearchFacet,
    index_document,
    index_documents,
    key_of,
    remove,
)
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
) -> Results:
    """A page of a selection; ``sort="distance"`` sorts by how far it is from ``selection.near``."""
    found = find(session, selection)
    page = max(1, page)
    order = order_of(found, sort, selection.near)
    rows = session.execute(_page_and_counts(found, selection, order, page, per_page)).all()
    return Results(
        hits=_hits(session, [row.document_id for row in rows if row.part == "hit"]),
        total=next(row.amount for row in rows if row.part == "total"),
        facets=_facet_counts(rows),
        correction=found.query.correction,
        is_partial=any(row.part == "partial" and row.amount for row in rows),
        page=page,
        per_page=per_page,
    )


def search_beside(session: Session, query: str, kinds: Collection[str], most: int = 3) -> list[Beside]:
    """The best records of each of these kinds, for beside a list of something else; no empty ones."""
    found = find(session, Selection(query, tuple(kinds)))
    kind_of = SearchDocument.kind
    order = order_of(found, "relevance", None)
    ranked = (
        select(
            found.cte.c.document_id,
            kind_of,
            func.row_number().over(partition_by=kind_of, order_by=order).label("place"),
            func.count().over(partition_by=kind_of).label("total"),
        )
        .join(SearchDocument, SearchDocument.id == found.cte.c.document_id)
        .subquery("ranked")
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)).all()
    hits = _hits(session, [row.document_id for row in rows])
    totals = {row.kind: row.total for row in rows}
    return [
        Beside(kind, [hit for hit in hits if hit.kind == kind], totals[kind])
        for kind in kinds
        if kind in totals
    ]


def select_documents(session: Session, selection: Selection) -> Select[int]:
    """The ids of all documents of a selection (``document_id``), for exports and the map."""
    found = find(session, selection)
    return select(found.cte.c.document_id).where(*conditions(found.cte, selection.filters, selection.near))


def _page_and_counts(
    found: Found, selection: Selection, order: list[ColumnElement[Any]], page: int, per_page: int
) -> Any:
    """One statement: the ids of the page, the total, and the counts of each facet."""
    cte, asked = found.cte, conditions(found.cte, selection.filters, selection.near)
    ranked = (
        select(cte.c.document_id, func.row_number().over(order_by=order).label("rank"))
        .join(SearchDocument, SearchDocument.id == cte.c.document_id)
        .where(*asked)
        .order_by(*order)
        .limit(per_page)
        .offset((page - 1) * per_page)
        .subquery("ranked")
    )
    total = select(func.count()).select_from(cte).where(*asked).scalar_subquery()
    parts = [
        select(
            literal("hit").label("part"),
            ranked.c.document_id,
            null().label("code"),
            ranked.c.rank.label("amount"),
        ),
        select(literal("total"), null(), null(), total),
        *_facet_parts(found, selection),
    ]
    if len(found.query.units) > 1:
        missing = select(func.count()).select_from(cte).where(cte.c.covered < len(found.query.units))
        parts.append(select(literal("partial"), null(), null(), missing.scalar_subquery()))
    return union_all(*parts).order_by(literal_column("part"), literal_column("amount"))


def _facet_parts(found: Found, selection: Selection) -> list[Select[*tuple[Any, ...]]]:
    """The counts of the open facets together, and of each chosen one without its own filter."""
    chosen = [name for name in FACETS if name in selection.filters]
    still_open = [name for name in FACETS if name not in chosen]
    parts = [_count_facets(found, [name], selection) for name in chosen]
    return [*parts, _count_facets(found, still_open, selection)] if still_open else parts


def _count_facets(found: Found, names: list[str], selection: Selection) -> Select[*tuple[Any, ...]]:
    """How many records each choice of these facets has, under all other filters.

    When few records were found SQLite should go from these to their facets, which an outer join makes it do
    (a record without facets counts under no name); when many were, reading all facets in order is quicker.
    """
    others = {other: code for other, code in selection.filters.items() if other not in names}
    of_found = and_(SearchFacet.document_id == found.cte.c.document_id, SearchFacet.name.in_(names))
    joined = found.cte.join(SearchFacet, of_found, isouter=found.query.is_selective)
    return (
        select(SearchFacet.name, null(), SearchFacet.code, func.count())
        .select_from(joined)
        .where(*conditions(found.cte, others, selection.near))
        .group_by(SearchFacet.name, SearchFacet.code)
    )


def _facet_counts(rows: Sequence[Row[Any]]) -> dict[str, list[FacetCount]]:
    """Per facet its choices, the most frequent first."""
    counts = {name: [FacetCount(row.code, row.amount) for row in rows if row.part == name] for name in FACETS}
    return {name: sorted(found, key=lambda each: (-each.count, each.code)) for name, found in counts.items()}


def _hits(session: Session, ids: list[int]) -> list[Hit]:
    columns = [getattr(SearchDocument, column.name) for column in dataclasses.fields(Hit)]
    rows = session.execute(select(SearchDocument.id, *columns).where(SearchDocument.id.in_(ids))).all()
    by_id = {row[0]: Hit(*row[1:]) for row in rows}
    return [by_id[document_id] for document_id in ids if document_id in by_id]
