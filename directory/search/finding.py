"""Which documents fit a selection, as SQL that is the same on SQLite and PostgreSQL.

Scores are whole numbers added up by the database; ties are broken by title and address in byte order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from directory.geography.distance import KM_PER_DEGREE, Near
from directory.replica.entries import EntryArea
from directory.search import synonym_changes, vocabulary
from directory.search import tokens as search_tokens
from directory.search.index import SearchDocument, SearchFacet
from directory.search.queries import Alternative, Query, Unit, understand
from directory.search.selection import DATED_KINDS, Selection, Sort
from federation.database import now

TITLE_OWN, TITLE_RELATED, TEXT_OWN, TEXT_RELATED = 14, 5, 4, 2


@dataclass(frozen=True)
class Found:
    """The documents that match the words, before the filters."""

    cte: CTE
    query: Query


def find(session: Session, selection: Selection) -> Found:
    """The documents of the wanted kinds that have the most of the words, with their scores."""
    query = understand(selection.query, vocabulary.lexicon(session), synonym_changes.thesaurus(session))
    wanted = _wanted(selection.kinds)
    if not query.units:
        everything = select(
            SearchDocument.id.label("document_id"), literal(0).label("score"), literal(0).label("covered")
        )
        return Found(everything.where(*wanted).cte("found"), query)
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
        .where(*wanted)
        .group_by(matched.c.document_id)
        .cte("scored")
    )
    most = select(func.max(scored.c.covered)).scalar_subquery()
    return Found(select(scored).where(scored.c.covered == most).cte("found"), query)


def conditions(found: CTE, filters: dict[str, str], near: Near | None = None) -> list[ColumnElement[bool]]:
    """What the filters ask of the documents that were found."""
    facet = aliased(SearchFacet)  # not the one a facet's own count reads
    asked: list[ColumnElement[bool]] = [
        found.c.document_id.in_(select(facet.document_id).where(facet.name == name, facet.code == code))
        for name, code in filters.items()
    ]
    if near is not None and near.within_km is not None:
        asked.append(found.c.document_id.in_(_within(near, near.within_km)))
    return asked


def order_of(found: Found, sort: Sort, near: Near | None) -> list[ColumnElement[Any]]:
    """In which order the documents are shown."""
    by_name: list[Any] = [SearchDocument.sort_title, SearchDocument.key]
    if sort == "distance" and near is not None:
        nearest = (
            select(func.min(_square_km(near)))
            .where(EntryArea.document_id == SearchDocument.id)
            .scalar_subquery()
        )
        return [case((nearest.is_(None), 1), else_=0), nearest, *by_name]
    if sort == "name" or not found.query.units:
        return by_name
    return [found.cte.c.score.desc(), *by_name]


def _wanted(kinds: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """The wanted kinds, without what is over."""
    wanted: list[ColumnElement[bool]] = [SearchDocument.kind.in_(kinds)]
    if any(kind in DATED_KINDS for kind in kinds):
        wanted.append(or_(SearchDocument.shown_until.is_(None), SearchDocument.shown_until > now()))
    return wanted


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


def _within(near: Near, km: float) -> Select[Any]:
    """The documents with a place in the circle; the square around it is what the index finds."""
    north, east = km / KM_PER_DEGREE, km / near.km_per_longitude
    return select(EntryArea.document_id).where(
        EntryArea.latitude.between(near.latitude - north, near.latitude + north),
        EntryArea.longitude.between(near.longitude - east, near.longitude + east),
        _square_km(near) <= km * km,
    )


def _square_km(near: Near) -> ColumnElement[float]:
    """The squared distance of a place: what sorts alike needs no root."""
    north = (EntryArea.latitude - near.latitude) * KM_PER_DEGREE
    east = (EntryArea.longitude - near.longitude) * near.km_per_longitude
    return north * north + east * east
