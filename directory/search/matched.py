"""Which documents hold the words of a query, and what that is worth; the database is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.search import synonym_changes, vocabulary
from directory.search import tokens as search_tokens
from directory.search.queries import Query, Unit, understand
from directory.search.tokens import Condition
from directory.search.vocabulary import Versions

TITLE_OWN, TITLE_RELATED, TEXT_OWN, TEXT_RELATED = 14, 5, 4, 2


@dataclass(frozen=True)
class Met:
    """The documents in which a unit of the query is met in one way, and what that is worth."""

    documents: BitMap
    score: int


@dataclass(frozen=True)
class Matched:
    """A query and where its units are met, among documents of every kind."""

    query: Query
    units: tuple[tuple[Met, ...], ...]
    """For each unit of the query in which ways it is met."""
    versions: Versions
    """Of the copies that this question is answered from."""


def match(session: Session, text: str) -> Matched:
    """Understand what a person typed, and find where it is met."""
    versions = vocabulary.versions(session)
    lexicon = vocabulary.lexicon(session, versions)
    query = understand(text, lexicon, synonym_changes.thesaurus(session))
    return Matched(query, tuple(_ways(session, query)), versions)


def _ways(session: Session, query: Query) -> Iterator[tuple[Met, ...]]:
    ways = [list(_conditions(unit)) for unit in query.units]
    asked = list(dict.fromkeys(condition for each in ways for condition, _score in each))
    found = dict(zip(asked, search_tokens.matching(session, asked), strict=True))
    for each in ways:
        yield tuple(Met(found[condition], score) for condition, score in each)


def _conditions(unit: Unit) -> Iterator[tuple[Condition, int]]:
    for alternatives, in_title, in_text in (
        (unit.own, TITLE_OWN, TEXT_OWN),
        (unit.related, TITLE_RELATED, TEXT_RELATED),
    ):
        if alternatives:
            yield Condition(alternatives, title_only=True), round(in_title * unit.rarity * 4)
            yield Condition(alternatives, title_only=False), round(in_text * unit.rarity * 4)
