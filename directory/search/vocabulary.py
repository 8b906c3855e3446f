"""The words of the corpus in rows, and each process's copy of them.

A process notices what another one added by the version row. The version's row is locked before
words are added, so that ids follow the order of commits and a copy can be extended from its last id.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Integer, String, delete, event, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.pool import Pool

from directory.search.lexicon import Lexicon
from federation.database import Base

_CHUNK = 500
INDEX_LAYOUT = 1
"""Grows with what the index holds of a record; see `directory.search.tending`."""
_DIRTY = "omzien_vocabulary_changed"

_UPSERT = text(
    "INSERT INTO search_word (word, documents) VALUES (:word, :documents) "
    "ON CONFLICT (word) DO UPDATE SET documents = search_word.documents + excluded.documents"
)
_FIRST_VERSION = text(
    "INSERT INTO search_version (id, version, layout, rebuilt_to, analysed, sets) "
    "VALUES (1, 0, :layout, '', 0, 0) ON CONFLICT (id) DO NOTHING"
).bindparams(layout=INDEX_LAYOUT)


class SearchWord(Base):
    """A word of the corpus and the number of documents that hold it."""

    __tablename__ = "search_word"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), unique=True)
    documents: Mapped[int]


class SearchVersion(Base):
    """One row: a number that grows with every change of the set of words, and the state of the index."""

    __tablename__ = "search_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    layout: Mapped[int] = mapped_column(default=0, server_default="0")
    """The `INDEX_LAYOUT` in which all records are indexed."""
    rebuilt_to: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    """While records are shown anew: the address of the last one that was."""
    analysed: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many documents there were when PostgreSQL last looked at its tables."""
    sets: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Grows with every change of `directory.search.facet_sets`."""


class Versions(NamedTuple):
    """The numbers by which a process sees whether its copies are those of the database."""

    words: int
    sets: int


_lexicons: WeakKeyDictionary[Pool, Lexicon] = WeakKeyDictionary()
_lock = threading.Lock()


def change(session: Session, added: Iterable[str], removed: Iterable[str]) -> None:
    """Count the words of documents in and out; each document is its words, separated by spaces."""
    counts = Counter(word for words in added for word in words.split())
    counts.subtract(word for words in removed for word in words.split())
    changes = {word: count for word, count in sorted(counts.items()) if count}
    if not changes:
        return
    session.execute(_FIRST_VERSION)
    # also the lock under which writers on PostgreSQL wait for one another
    session.execute(update(SearchVersion).values(version=SearchVersion.version + _grows(session, changes)))
    session.info[_DIRTY] = True
    session.execute(_UPSERT, [{"word": word, "documents": count} for word, count in changes.items()])


def lock(session: Session) -> None:
    """Wait for those who are writing the index, and make others wait until this transaction ends.

    Comes before the rows of entries are written: two writers who wait for each other would both fail.
    """
    session.execute(_FIRST_VERSION)
    session.execute(select(SearchVersion.id).with_for_update())


def clear(session: Session) -> None:
    """Forget all words."""
    session.execute(_FIRST_VERSION)
    session.execute(update(SearchVersion).values(version=SearchVersion.version + 1))
    session.execute(delete(SearchWord))
    session.info[_DIRTY] = True


def versions(session: Session) -> Versions:
    """The present numbers."""
    row = session.execute(select(SearchVersion.version, SearchVersion.sets)).first()
    return Versions(*row) if row else Versions(0, 0)


def sets_changed(session: Session) -> None:
    """Let all processes read the sets of documents again."""
    session.execute(_FIRST_VERSION)
    session.execute(update(SearchVersion).values(sets=SearchVersion.sets + 1))


def lexicon(session: Session, version: int | None = None) -> Lexicon:
    """The words as they are now. Shared by the process, unless this session itself changed them.

    ``version`` is for a caller who asked for `versions` already.
    """
    if version is None:
        version = versions(session).words
    if session.info.get(_DIRTY):
        return _load(session, Lexicon({}), version)  # what may yet be undone is not shared
    pool = session.get_bind().engine.pool
    cached = _lexicons.get(pool)
    if cached is not None and cached.version == version:
        return cached
    with _lock:
        cached = _lexicons.get(pool)
        if cached is None or cached.version != version:
            base = cached if cached is not None and cached.version < version else Lexicon({})
            cached = _lexicons[pool] = _load(session, base, version)
    return cached


def _grows(session: Session, changes: dict[str, int]) -> int:
    """1 when ``changes`` has words that are not in the table yet, else 0."""
    words = [word for word, count in changes.items() if count > 0]
    for start in range(0, len(words), _CHUNK):
        chunk = words[start : start + _CHUNK]
        known = session.scalars(select(SearchWord.word).where(SearchWord.word.in_(chunk))).all()
        if len(known) < len(chunk):
            return 1
    return 0


def _load(session: Session, base: Lexicon, version: int) -> Lexicon:
    query = select(SearchWord.id, SearchWord.word, SearchWord.documents)
    rows = session.execute(query.where(SearchWord.id > base.last_id).order_by(SearchWord.id)).all()
    if not rows:
        return base.extended({}, version, base.last_id)
    return base.extended({row.word: row.documents for row in rows}, version, rows[-1].id)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _settled(session: Session) -> None:
    if not session.in_nested_transaction():  # the end of a savepoint settles nothing
        session.info.pop(_DIRTY, None)
