"""Where an entry went: into another that it was merged with, or to the node that took it over.

Its owner says so in the tombstone (`movedTo`), so every node leads from the old page to the new one.
"""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.entries import Entry
from directory.replica.records import Record
from directory.search.index import key_of
from federation.database import Base
from federation.fetching.origins import is_web_address

MOST_STEPS = 5


class EntrySuccessor(Base):
    """What took the place of an entry that was deleted; derived from its tombstone."""

    __tablename__ = "entry_successor"

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Of the entry that is gone, as in the addresses of pages."""
    uri: Mapped[str] = mapped_column(String(2000))
    """The record that took its place."""


def note_successor(session: Session, record: Record) -> None:
    """Keep what the tombstone of an entry says of where it went."""
    tombstone = record.document.get("object", record.document)
    uri = tombstone.get("movedTo") if isinstance(tombstone, dict) else None
    if isinstance(uri, str) and is_web_address(uri) and uri != record.uri:
        session.merge(EntrySuccessor(key=key_of(record.uri), uri=uri))


def successor_key(session: Session, key: str) -> str | None:
    """The key of the entry that took the place of a deleted one, or None. An entry that is here stays."""
    if present_key(session, key):
        return None
    for _step in range(MOST_STEPS):
        following = session.get(EntrySuccessor, key)
        if following is None:
            return None
        key = key_of(following.uri)
        if present_key(session, key):
            return key
    return None


def present_key(session: Session, key: str) -> str | None:
    """The key itself, when the directory has an entry with it."""
    return session.scalar(select(Entry.key).where(Entry.key == key))
