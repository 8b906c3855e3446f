"""What a municipality is called and where it is: as the list of places says, or else its own entries."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geography.places import gazetteer
from directory.replica.entries import EntryArea
from directory.search.service import Selection, documents_of


@dataclass(frozen=True)
class Named:
    """A municipality by name, and the code of its province; that is empty when nobody tells."""

    name: str
    province: str


def municipality_of(session: Session, code: str) -> Named:
    """The municipality with this CBS code; of one that nobody tells of the code is its name.

    One that merged into another is in no list any more, while entries from before still name it.
    """
    return _listed().get(code) or _told(session, code) or Named(code, "")


@functools.cache
def _listed() -> dict[str, Named]:
    return {
        each.municipality_code: Named(each.municipality, each.province) for each in gazetteer().by_id.values()
    }


def _told(session: Session, code: str) -> Named | None:
    """As the first entry there calls it."""
    found = documents_of(session, Selection(kinds=("entry",), municipality=code))
    if not found:
        return None
    query = (
        select(EntryArea.municipality, EntryArea.province)
        .where(EntryArea.document_id == found.min(), EntryArea.municipality_code == code)
        .order_by(EntryArea.position)
    )
    row = session.execute(query).first()
    return Named(row.municipality, row.province) if row is not None else None
