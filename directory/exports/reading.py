"""Reading a whole selection of entries without holding it in memory, and who passes it on."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.search.documents import SearchDocument
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
    ordered = (
        select(SearchDocument.id)
        .where(SearchDocument.id.in_(select_documents(session, selection)))
        .order_by(SearchDocument.sort_title, SearchDocument.key)
    )
    return in_batches(session, session.scalars(ordered))


def in_batches(session: Session, document_ids: Iterable[int]) -> Iterator[list[Entry]]:
    """The entries of these documents in their order, some hundreds at a time."""
    # asked once and kept as bare numbers: eight bytes for each of however many there are
    ids = array("q", document_ids)
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        found = session.scalars(select(Entry).where(Entry.document_id.in_(wanted)))
        by_id = {entry.document_id: entry for entry in found}
        yield [by_id[each] for each in wanted if each in by_id]
        session.expunge_all()  # a national export need not stay in memory


def entries(session: Session, selection: Selection) -> Iterator[Entry]:
    """The same one by one."""
    for batch in batches(session, selection):
        yield from batch


def invented(entry: Entry, language: str = "nl") -> str:
    """What an export says beside an invented entry, empty for a real one."""
    text = EXAMPLE_EN if language == "en" else EXAMPLE_NL
    return text if entry.is_example else ""
