"""Reading a whole selection of entries without holding it in memory, and who passes it on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.search.index import SearchDocument
from directory.search.service import Selection, select_documents

BATCH = 500

EXAMPLE_NL = "Voorbeeldgegevens – geen echte organisatie"
EXAMPLE_EN = "Example data – not a real organisation"

LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
"""Of the collection as a whole; each entry names its own."""


@dataclass(frozen=True)
class Publisher:
    """The node that passes the directory on: its name, the address of its pages, and when it did so."""

    name: str
    base_url: str
    language: str
    made_at: datetime

    def page_url(self, entry: Entry) -> str:
        """The page of an entry on this node."""
        return f"{self.base_url}/gids/{entry.key}"


def batches(session: Session, selection: Selection) -> Iterator[list[Entry]]:
    """All entries of a selection, by name, some hundreds at a time."""
    documents = select_documents(session, selection)
    after: tuple[str, str] | None = None
    while True:
        query = select(SearchDocument.sort_title, SearchDocument.key).where(SearchDocument.id.in_(documents))
        if after:
            query = query.where(
                (SearchDocument.sort_title > after[0])
                | ((SearchDocument.sort_title == after[0]) & (SearchDocument.key > after[1]))
            )
        rows = session.execute(
            query.order_by(SearchDocument.sort_title, SearchDocument.key).limit(BATCH)
        ).all()
        if not rows:
            return
        found = session.scalars(select(Entry).where(Entry.key.in_([row.key for row in rows])))
        by_key = {entry.key: entry for entry in found}
        yield [by_key[row.key] for row in rows if row.key in by_key]
        session.expunge_all()  # a national export need not stay in memory
        after = (rows[-1].sort_title, rows[-1].key)


def entries(session: Session, selection: Selection) -> Iterator[Entry]:
    """The same one by one."""
    for batch in batches(session, selection):
        yield from batch


def invented(entry: Entry, language: str = "nl") -> str:
    """What an export says beside an invented entry, empty for a real one."""
    text = EXAMPLE_EN if language == "en" else EXAMPLE_NL
    return text if entry.is_example else ""
