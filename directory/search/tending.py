"""Keeping the search index as this version of the program makes it, and PostgreSQL's figures about it fresh.

After an upgrade that indexes more than before, all records are shown anew: some at a time, each part
committed, so that it may be stopped at any moment and the node keeps answering.
"""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.replica.records import Record
from directory.replica.showing import show_records
from directory.search import facet_sets
from directory.search.documents import SearchDocument
from directory.search.vocabulary import INDEX_LAYOUT, SearchVersion

BATCH = 200
GROWN = 1.25
"""PostgreSQL looks at its tables again after they grew or shrank by this much: a plan for an empty
table takes twice as long."""
_TABLES = (
    "search_document", "search_facet", "search_facet_set", "search_token", "search_word", "entry",
    "entry_area",
)  # fmt: skip


def is_due(session: Session) -> bool:
    """True when the index was made by an older version, or the database's figures about it are old."""
    row = session.get(SearchVersion, 1)
    if row is None:
        return False
    return row.layout < INDEX_LAYOUT or _has_grown(session, row) or facet_sets.is_missing(session)


def tend_some(session: Session) -> bool:
    """Show the next records anew, or let PostgreSQL look again; False when all is done."""
    row = session.get(SearchVersion, 1, with_for_update=True)
    if row is None:
        return False
    if facet_sets.is_missing(session):
        facet_sets.build(session)
    if row.layout < INDEX_LAYOUT:
        _show_next(session, row)
        return True
    if _has_grown(session, row):
        _analyse(session, row)
    return False


def _show_next(session: Session, row: SearchVersion) -> None:
    next_ones = select(Record).where(Record.deleted_at.is_(None), Record.uri > row.rebuilt_to)
    batch = session.scalars(next_ones.order_by(Record.uri).limit(BATCH).with_for_update()).all()
    show_records(session, batch)
    if batch:
        row.rebuilt_to = batch[-1].uri
    else:
        row.layout, row.rebuilt_to = INDEX_LAYOUT, ""
    session.flush()


def _has_grown(session: Session, row: SearchVersion) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return False
    count = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
    return max(count, row.analysed) > GROWN * min(count, row.analysed) + 100


def _analyse(session: Session, row: SearchVersion) -> None:
    for table in _TABLES:
        session.execute(text(f"ANALYZE {table}"))
    row.analysed = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
    session.flush()
