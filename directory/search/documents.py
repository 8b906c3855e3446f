"""The tables of what can be found: a row a record, and a row for each value by which it is filtered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.search import tokens as search_tokens
from federation.database import Base

RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only when the key is called INTEGER."""
ByteOrder = String(200).with_variant(String(200, collation="C"), "postgresql")
"""Text that sorts alike on both databases."""


class SearchDocument(Base):
    """One record that can be found, with what a list of results shows of it."""

    __tablename__ = "search_document"
    __table_args__ = (Index(None, "sort_title", "key", "id"),)  # a page by name reads nothing else

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    key: Mapped[str] = mapped_column(String(16), index=True)
    """A short name of the record for page addresses, the same on every node; see `key_of`."""
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    sort_title: Mapped[str] = mapped_column(ByteOrder)
    summary: Mapped[str] = mapped_column(Text, default="")
    places: Mapped[str] = mapped_column(Text, default="")
    is_example: Mapped[bool] = mapped_column(default=False)
    page_url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    """Where people read it, when that is not a page of this node named after its key."""
    shown_until: Mapped[datetime | None] = mapped_column(index=True)
    """When it is found no longer: an event that is over, a story whose time has passed."""
    words: Mapped[str] = mapped_column(Text)
    """The different words by which it is found; kept to take them out of the vocabulary again."""


class SearchFacet(Base):
    """One value by which a document can be filtered and counted."""

    __tablename__ = "search_facet"
    __table_args__ = (Index(None, "name", "code", "document_id"),)

    document_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)


search_tokens.attach_to(SearchDocument.__table__)
