"""The search index: what each public record is found by. Derived from the records, can be rebuilt.

Tokens stand in an FTS5 table on SQLite and in a ``tsvector`` on PostgreSQL: the same tokens, in
the same three fields (title, body, place).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from directory.search import facet_sets, vocabulary
from directory.search import tokens as search_tokens
from directory.search.analyser import content_words, tokens
from directory.search.documents import SearchDocument, SearchFacet
from directory.search.folding import fold

SUMMARY_LENGTH = 300
BATCH = 400  # documents a round, well below the number of parameters a statement may have


@dataclass(frozen=True)
class Findable:
    """What a projection says about a record so that it can be found.

    ``facets`` maps a facet's name to the codes this record has.
    """

    uri: str
    kind: str
    title: str
    texts: Sequence[str] = ()
    place_names: Sequence[str] = ()
    summary: str = ""
    places: str = ""
    is_example: bool = False
    page_url: str = ""
    shown_until: datetime | None = None
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Analysed:
    title: list[str]
    body: list[str]
    place: list[str]

    @property
    def words(self) -> str:
        return " ".join(sorted({*self.title, *self.body, *self.place}))


def key_of(uri: str) -> str:
    """A short, stable name of a record for the address of its page."""
    return hashlib.sha256(uri.encode()).hexdigest()[:16]


def index_document(
    session: Session,
    uri: str,
    *,
    kind: str,
    title: str,
    texts: Sequence[str],
    place_names: Sequence[str] = (),
) -> None:
    """Make one record found by its words; it replaces what was indexed of it before."""
    summary = next((text for text in texts if text), "")[:SUMMARY_LENGTH]
    index_documents(session, [Findable(uri, kind, title, texts, place_names, summary)])


def index_documents(session: Session, documents: Iterable[Findable]) -> list[int]:
    """Index many records at once; returns their document ids, in order."""
    listed = list(documents)
    ids: list[int] = []
    for start in range(0, len(listed), BATCH):
        ids += _index_batch(session, listed[start : start + BATCH])
    return ids


def remove_documents(session: Session, uris: Collection[str]) -> None:
    """Make records unfindable. Those that never were in the index are ignored."""
    session.flush()
    vocabulary.lock(session)
    query = select(SearchDocument.id, SearchDocument.words).where(SearchDocument.uri.in_(uris))
    rows = session.execute(query).all()
    if not rows:
        return
    vocabulary.change(session, [], [words for _id, words in rows])
    ids = [row.id for row in rows]
    members = facet_sets.members_of(session, ids)
    _forget(session, ids)
    session.execute(delete(SearchDocument).where(SearchDocument.id.in_(ids)))
    facet_sets.refresh(session, members, ids)


def remove(session: Session, uri: str) -> None:
    """Make one record unfindable."""
    remove_documents(session, [uri])


def clear(session: Session) -> None:
    """Empty the index and the entries that stand on it, before both are rebuilt from the records."""
    vocabulary.clear(session)
    search_tokens.clear(session)
    facet_sets.clear(session)
    session.execute(delete(SearchFacet))
    session.execute(delete(SearchDocument))


def _index_batch(session: Session, batch: list[Findable]) -> list[int]:
    session.flush()
    vocabulary.lock(session)
    by_uri = {document.uri: document for document in batch}
    analysed = {uri: _analyse(document) for uri, document in by_uri.items()}
    query = select(SearchDocument.uri, SearchDocument.id, SearchDocument.words)
    before = {row.uri: row for row in session.execute(query.where(SearchDocument.uri.in_(by_uri)))}
    vocabulary.change(
        session, [each.words for each in analysed.values()], [row.words for row in before.values()]
    )
    ids = {uri: row.id for uri, row in before.items()}
    members = facet_sets.members_of(session, ids.values())
    _forget(session, list(ids.values()))
    ids |= _store(session, by_uri, analysed, ids)
    _store_parts(session, by_uri, analysed, ids)
    facet_sets.refresh(session, members, ids.values())
    return [ids[document.uri] for document in batch]


def _analyse(document: Findable) -> _Analysed:
    return _Analysed(
        title=content_words([document.title]),
        body=content_words(document.texts),
        place=content_words(document.place_names),
    )


def _store(
    session: Session, by_uri: dict[str, Findable], analysed: dict[str, _Analysed], ids: dict[str, int]
) -> dict[str, int]:
    """Write the document rows; returns the ids of the new ones."""
    rows = [_row(document, analysed[uri].words) for uri, document in by_uri.items()]
    known = [{"id": ids[row["uri"]], **row} for row in rows if row["uri"] in ids]
    fresh = [row for row in rows if row["uri"] not in ids]
    if known:
        session.bulk_update_mappings(SearchDocument.__mapper__, known)
    if not fresh:
        return {}
    made = session.execute(insert(SearchDocument).returning(SearchDocument.uri, SearchDocument.id), fresh)
    return {row.uri: row.id for row in made}


def _row(document: Findable, words: str) -> dict[str, Any]:
    return {
        "uri": document.uri,
        "key": key_of(document.uri),
        "kind": document.kind,
        "title": document.title,
        "sort_title": fold(document.title)[:200],
        "summary": document.summary[:SUMMARY_LENGTH],
        "places": document.places,
        "is_example": document.is_example,
        "page_url": document.page_url,
        "shown_until": document.shown_until,
        "words": words,
    }


def _store_parts(
    session: Session, by_uri: dict[str, Findable], analysed: dict[str, _Analysed], ids: dict[str, int]
) -> None:
    facets = [
        {"document_id": ids[uri], "name": name, "code": code}
        for uri, document in by_uri.items()
        for name, codes in document.facets.items()
        for code in sorted(set(codes))
    ]
    if facets:
        session.execute(insert(SearchFacet), facets)
    fields = {
        ids[uri]: search_tokens.Fields(tokens(each.title), tokens(each.body), tokens(each.place))
        for uri, each in analysed.items()
    }
    search_tokens.store(session, fields)


def _forget(session: Session, ids: list[int]) -> None:
    if ids:
        search_tokens.forget(session, ids)
        session.execute(delete(SearchFacet).where(SearchFacet.document_id.in_(ids)))
