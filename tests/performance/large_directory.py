"""A directory of 200,000 within seconds: 2,000 indexed as always, and then copied inside the database.

Titles, texts and places are the same in each copy, so every word is as many times more common, and every
place has as many times more initiatives. People who write have more words than that: the vocabulary is filled
up with invented rare ones, as many as a text of that size has.
"""

from __future__ import annotations

import random

from pyroaring import BitMap
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.examples.data import examples
from directory.replica.entries import Entry
from directory.search import facet_sets, vocabulary
from directory.search.documents import SearchDocument
from directory.search.facet_sets import EXAMPLE, RECORD
from directory.search.selection import FACETS
from directory.search.vocabulary import SearchWord
from tests.directory.organisations import add

BASE = 2000
FEW_WORDS, MANY_WORDS = 10_000, 100_000
"""Different words that 2,000 and 200,000 short texts in Dutch have, about."""
_SYLLABLES = [
    f"{first}{middle}{last}"
    for first in ("b", "d", "g", "h", "k", "l", "m", "s", "st", "v", "w", "z")
    for middle in ("a", "aa", "e", "ee", "i", "o", "oe", "u", "ui", "ij")
    for last in ("", "l", "m", "n", "r", "s")
]

_COPY = (
    "INSERT INTO search_document (id, uri, key, kind, title, sort_title, summary, places, is_example, words) "
    "SELECT id + :shift, uri || :name, substr(key, 1, 11) || :name, kind, title, sort_title, summary, "
    "places, is_example, words FROM search_document WHERE id <= :base",
    "INSERT INTO entry_area SELECT document_id + :shift, position, place_id, name, municipality, "
    "municipality_code, province, latitude, longitude, x, y FROM entry_area WHERE document_id <= :base",
)
_TOKENS = {
    "sqlite": "INSERT INTO search_token (rowid, title, body, place) "
    "SELECT rowid + :shift, title, body, place FROM search_token WHERE rowid <= :base",
    "postgresql": "INSERT INTO search_token (rowid, title, anywhere) "
    "SELECT rowid + :shift, title, anywhere FROM search_token WHERE rowid <= :base",
}
_TOKEN_INDEXES = ("title", "anywhere")


def fill(session: Session) -> None:
    """The first 2,000, as a node indexes them."""
    add(session, *examples(BASE))
    _add_words(session, FEW_WORDS)
    session.commit()
    _analyse(session)


def multiply(session: Session, copies: int) -> None:
    """So many times what is there, that included."""
    dialect = session.get_bind().dialect.name
    indexes = _TOKEN_INDEXES if dialect == "postgresql" else ()
    for name in indexes:
        session.execute(text(f"DROP INDEX ix_search_token_{name}"))
    sets = facet_sets.load(session, {RECORD, EXAMPLE, *FACETS, "municipality"})
    if dialect == "sqlite":
        session.execute(text("PRAGMA cache_size = -200000"))
    base = session.scalar(select(func.max(SearchDocument.id))) or 0
    statements = (*_COPY, _copy_entries(), _TOKENS[dialect])
    for copy in range(1, copies):
        values = {"shift": copy * base, "name": f"{copy:05}", "base": base}
        for statement in statements:
            session.execute(text(statement), values)
    for name in indexes:  # made at once they take a third
        session.execute(text(f"CREATE INDEX ix_search_token_{name} ON search_token USING gin ({name})"))
    session.execute(
        text(
            "UPDATE search_word SET documents = documents * :copies, "
            "version = (SELECT version + 1 FROM search_version)"
        ),
        {"copies": copies},
    )
    session.execute(text("UPDATE search_version SET version = version + 1"))
    _add_words(session, MANY_WORDS)
    shifts = [copy * base for copy in range(copies)]
    facet_sets.store(
        session, {key: BitMap.union(*(found.shift(by) for by in shifts)) for key, found in sets.items()}
    )
    session.commit()
    _analyse(session)
    if dialect == "sqlite":
        session.execute(text("PRAGMA cache_size = -2000"))  # as a node has it


def _add_words(session: Session, number: int) -> None:
    """Invented words that one document has, until there are so many words."""
    chance, missing = random.Random(number), number - (session.scalar(select(func.count(SearchWord.id))) or 0)
    invented: set[str] = set()
    while len(invented) < missing:
        invented.add(
            "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) + chance.choice(("", "en", "s"))
        )
    vocabulary.change(session, [" ".join(invented)], [])


def _copy_entries() -> str:
    changed = {
        "uri": "uri || :name",
        "key": "substr(key, 1, 11) || :name",
        "document_id": "document_id + :shift",
    }
    names = [column.name for column in Entry.__table__.columns]
    values = ", ".join(changed.get(name, name) for name in names)
    return f"INSERT INTO entry ({', '.join(names)}) SELECT {values} FROM entry WHERE document_id <= :base"


def _analyse(session: Session) -> None:
    """As a node does by itself after its directory grew."""
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
