"""Search over all public records: one statement finds, ranks, counts and pages.

The same rows in the same order on SQLite and PostgreSQL: scores are whole numbers added up by
the database, ties are broken by title and address in byte order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from directory.geography.projection import Point
from directory.replica.entries import EntryArea
from directory.search import tokens as search_tokens
from directory.search import vocabulary
from directory.search.index import (
    Findable,
    SearchDocument,
    SearchFacet,
    index_document,
    index_documents,
    key_of,
    remove,
)
from directory.search.queries import Alternative, Query, Unit, understand

__all__ = [
    "FacetCount",
    "Findable",
    "Hit",
    "Results",
    "Selection",
    "index_document",
    "index_documents",
    "key_of",
    "remove",
    "search",
    "search_selection",
    "select_documents",
]

FACETS = ("province", "theme", "kind")
TITLE_OWN, TITLE_RELATED, TEXT_OWN, TEXT_RELATED = 14, 5, 4, 2

Sort = Literal["relevance", "name", "distance"]


@dataclass(frozen=True)
class Selection:
    """What a person asks for: words and filters. All filters must hold."""

    query: str = ""
    kinds: tuple[str, ...] = ("entry", "template")
    province: str | None = None
    theme: str | None = None
    kind: str | None = None
    municipality: str | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The facets that are filtered on."""
        chosen = {name: getattr(self, name) for name in (*FACETS, "municipality")}
        return {name: code for name, code in chosen.items() if code}


@dataclass(frozen=True)
class Hit:
    """One record that was found."""

    uri: str
    key: str
    kind: str
    title: str
    summary: str
    places: str
    is_example: bool


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

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class _Found:
    """The documents that match the words, before the filters."""

    cte: CTE
    query: Query


def search(
    session: Session,
    query: str,
    *,
    kinds: Collection[str] = ("entry", "template"),
    page: int = 1,
    per_page: int = 20,
    **filters: str,
) -> Results:
    """Find records by words and filters (``province``, ``theme``, ``kind``, ``municipality``)."""
    selection = Selection(query, tuple(kinds), **filters)
    return search_selection(session, selection, page=page, per_page=per_page)


def search_selection(
    session: Session,
    selection: Selection,
    *,
    sort: Sort = "relevance",
    near: Point | None = None,
    page: int = 1,
    per_page: int = 20,
) -> Results:
    """A page of a selection; ``near`` is a point of the map, for sorting by distance."""
    found = _find(session, selection)
    page = max(1, page)
    statement = _page_and_counts(found, selection, _order(found, sort, near), page, per_page)
    rows = session.execute(statement).all()
    return Results(
        hits=_hits(session, [row.document_id for row in rows if row.part == "hit"]),
        total=next(row.amount for row in rows if row.part == "total"),
        facets=_facet_counts(rows),
        correction=found.query.correction,
        is_partial=any(row.part == "partial" and row.amount for row in rows),
        page=page,
        per_page=per_page,
    )


def select_documents(session: Session, selection: Selection) -> Select[int]:
    """The ids of all documents of a selection (``document_id``), for exports and the map."""
    found = _find(session, selection)
    return select(found.cte.c.document_id).where(*_conditions(found.cte, selection.filters))


def _find(session: Session, selection: Selection) -> _Found:
    query = understand(selection.query, vocabulary.lexicon(session))
    of_kind = SearchDocument.kind.in_(selection.kinds)
    if not query.units:
        everything = select(
            SearchDocument.id.label("document_id"), literal(0).label("score"), literal(0).label("covered")
        )
        return _Found(everything.where(of_kind).cte("found"), query)
    dialect = session.get_bind().dialect.name
    matches = [part for index, unit in enumerate(query.units) for part in _matches(dialect, index, unit)]
    matched = union_all(*matches).subquery("matched")
    scored = (
        select(
            matched.c.document_id,
            func.sum(matched.c.score).label("score"),
            func.count(matched.c.unit.distinct()).label("covered"),
        )
        .join(SearchDocument, SearchDocument.id == matched.c.document_id)
        .where(of_kind)
        .group_by(matched.c.document_id)
        .cte("scored")
    )
    most = select(func.max(scored.c.covered)).scalar_subquery()
    return _Found(select(scored).where(scored.c.covered == most).cte("found"), query)


def _matches(dialect: str, index: int, unit: Unit) -> list[Select[Any]]:
    """Where a unit of the query is met, with what each way of meeting it is worth."""
    ways: list[tuple[tuple[Alternative, ...], bool, int]] = [
        (unit.own, True, TITLE_OWN),
        (unit.own, False, TEXT_OWN),
        (unit.related, True, TITLE_RELATED),
        (unit.related, False, TEXT_RELATED),
    ]
    return [
        search_tokens.matching(dialect, alternatives, title_only=title_only).add_columns(
            literal_column(str(index)).label("unit"),
            literal_column(str(round(worth * unit.rarity * 4))).label("score"),
        )
        for alternatives, title_only, worth in ways
        if alternatives
    ]


def _conditions(found: CTE, filters: dict[str, str]) -> list[ColumnElement[bool]]:
    facet = aliased(SearchFacet)  # not the one a facet's own count reads
    return [
        found.c.document_id.in_(select(facet.document_id).where(facet.name == name, facet.code == code))
        for name, code in filters.items()
    ]


def _order(found: _Found, sort: Sort, near: Point | None) -> list[ColumnElement[Any]]:
    by_name: list[Any] = [SearchDocument.sort_title, SearchDocument.key]
    if sort == "distance" and near is not None:
        square = (EntryArea.x - near.x) * (EntryArea.x - near.x) + (EntryArea.y - near.y) * (
            EntryArea.y - near.y
        )
        nearest = select(func.min(square)).where(EntryArea.document_id == SearchDocument.id).scalar_subquery()
        return [case((nearest.is_(None), 1), else_=0), nearest, *by_name]
    if sort == "name" or not found.query.units:
        return by_name
    return [found.cte.c.score.desc(), *by_name]


def _page_and_counts(
    found: _Found, selection: Selection, order: list[ColumnElement[Any]], page: int, per_page: int
) -> Any:
    """One statement: the ids of the page, the total, and the counts of each facet."""
    filters, cte = selection.filters, found.cte
    ranked = (
        select(cte.c.document_id, func.row_number().over(order_by=order).label("rank"))
        .join(SearchDocument, SearchDocument.id == cte.c.document_id)
        .where(*_conditions(cte, filters))
        .order_by(*order)
        .limit(per_page)
        .offset((page - 1) * per_page)
        .subquery("ranked")
    )
    total = select(func.count()).select_from(cte).where(*_conditions(cte, filters)).scalar_subquery()
    parts = [
        select(
            literal("hit").label("part"),
            ranked.c.document_id,
            null().label("code"),
            ranked.c.rank.label("amount"),
        ),
        select(literal("total"), null(), null(), total),
        *(_count_facet(cte, name, filters) for name in FACETS),
    ]
    if len(found.query.units) > 1:
        missing = select(func.count()).select_from(cte).where(cte.c.covered < len(found.query.units))
        parts.append(select(literal("partial"), null(), null(), missing.scalar_subquery()))
    return union_all(*parts).order_by(literal_column("part"), literal_column("amount"))


def _count_facet(found: CTE, name: str, filters: dict[str, str]) -> Select[*tuple[Any, ...]]:
    """How many records each choice of a facet has, under all other filters."""
    others = {other: code for other, code in filters.items() if other != name}
    return (
        select(literal(name), null(), SearchFacet.code, func.count())
        .select_from(SearchFacet)
        .join(found, found.c.document_id == SearchFacet.document_id)
        .where(SearchFacet.name == name, *_conditions(found, others))
        .group_by(SearchFacet.code)
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
