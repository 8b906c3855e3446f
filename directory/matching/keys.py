"""By which short keys entries that may be the same are found, without comparing all with all.

Two entries are compared when they share a key: a KvK number, site, e-mail address or telephone number,
or the beginning or the end of a word of the name within a municipality. Derived, can be rebuilt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, ForeignKey, delete, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.matching.traits import Traits
from directory.search.documents import RowId
from federation.database import Base

LETTERS = 4
"""A typing error spoils the first or the last four letters of a word, seldom both."""


class MatchKey(Base):
    """One key of one entry."""

    __tablename__ = "match_key"

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The key as a number, see `code_of`."""
    document_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def contact_keys(traits: Traits) -> dict[str, str]:
    """What an initiative alone should have: the text that was written, by its key."""
    found = {
        "kvk": traits.kvk_number,
        "site": traits.site,
        "email": traits.email,
        "telephone": traits.telephone,
    }
    keys = {f"{kind}:{text}": text for kind, text in found.items() if text}
    if traits.mail_site:
        keys[f"site:{traits.mail_site}"] = traits.mail_site
    return keys


def name_keys(traits: Traits) -> set[str]:
    """The beginnings and ends of the words that tell it apart, in each municipality where it works."""
    words = traits.core or traits.words
    parts = {part for word in words for part in (f"{word[:LETTERS]}_", f"_{word[-LETTERS:]}")}
    if not traits.core:
        return {f"place:{place_id}:{part}" for place_id in traits.place_ids for part in parts}
    return {f"name:{code}:{part}" for code in traits.municipalities for part in parts}


def keys_of(traits: Traits) -> set[str]:
    """All keys of an initiative."""
    return {*contact_keys(traits), *name_keys(traits)}


def code_of(key: str) -> int:
    """A key as a whole number of 63 bits, which both databases compare quickly."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1


def store(session: Session, traits: Mapping[int, Traits]) -> None:
    """Keep the keys of these entries, by document id; they replace what was kept before."""
    forget(session, traits)
    rows = [
        {"code": code, "document_id": document_id}
        for document_id, each in traits.items()
        for code in sorted({code_of(key) for key in keys_of(each)})
    ]
    if rows:
        session.execute(insert(MatchKey), rows)


def forget(session: Session, document_ids: Iterable[int]) -> None:
    """Take the keys of entries away."""
    ids = list(document_ids)
    if ids:
        session.execute(delete(MatchKey).where(MatchKey.document_id.in_(ids)))
