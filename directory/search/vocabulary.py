"""The words of the corpus in rows, and each process's copy of them.

Every row names the version in which its number last changed enough to matter, so that a copy takes over
what is newer than itself, and all processes at one version have the same copy. The version's row is locked
before words are counted, so that versions follow the order of commits.
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
INDEX_LAYOUT = 2
"""Grows with what the index holds of a record; see `directory.search.tending`."""
_DIRTY = "omzien_vocabulary_changed"

_UPSERT = text(
    "INSERT INTO search_word (word, documents, version) VALUES (:word, :documents, :version) "
    "ON CONFLICT (word) DO UPDATE SET documents = excluded.documents, version = excluded.version"
)
_FIRST_VERSION = text(
    "INSERT INTO search_version (id, version, layout, rebuilt_to, analysed, sets, forgotten) "
    "VALUES (1, 0, :layout, '', 0, 0, 0) ON CONFLICT (id) DO NOTHING"
).bindparams(layout=INDEX_LAYOUT)


class SearchWord(Base):
    """A word of the corpus and the number of documents that hold it."""

    __tablename__ = "search_word"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), unique=True)
    documents: Mapped[int]
    """0 until `forget_unused`: copies must learn that it is gone."""
    version: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0", index=True)
    """The version of the words in which its `coarse` number last changed."""


class SearchVersion(Base):
    """One row: a number that grows with every change of the words, and the state of the index."""

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
    forgotten: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """The version of the words in which rows were last deleted; older copies are read anew."""


class Versions(NamedTuple):
    """The numbers by which a process sees whether its copies are those of the database."""

    words: int
    sets: int
    forgotten: int


class _Row(NamedTuple):
    documents: int
    version: int


_NONE = _Row(0, 0)
_lexicons: WeakKeyDictionary[Pool, Lexicon] = WeakKeyDictionary()
_lock = threading.Lock()


def coarse(documents: int) -> int:
    """The number as copies have it: rounded down to three binary digits, so that it seldom changes."""
    digits = max(0, documents.bit_length() - 3)
    return documents >> digits << digits


def change(session: Session, added: Iterable[str], removed: Iterable[str]) -> None:
    """Count the words of documents in and out; each document is its words, separated by spaces.

    The caller holds the `lock`.
    """
    counts = Counter(word for words in added for word in words.split())
    counts.subtract(word for words in removed for word in words.split())
    changes = {word: count for word, count in sorted(counts.items()) if count}
    if not changes:
        return
    before = _rows_of(session, list(changes))
    after = {word: max(0, before.get(word, _NONE).documents + count) for word, count in changes.items()}
    told = {word for word in after if coarse(after[word]) != coarse(before.get(word, _NONE).documents)}
    version = _next_version(session) if told else 0
    rows = [
        {"word": word, "documents": count, "version": version if word in told else before[word].version}
        for word, count in after.items()
    ]
    session.execute(_UPSERT, rows)


def forget_unused(session: Session) -> None:
    """Delete the words that no document holds any more: they may have been somebody's name."""
    lock(session)
    unused = SearchWord.documents <= 0
    if session.scalar(select(SearchWord.id).where(unused).limit(1)) is not None:
        session.execute(delete(SearchWord).where(unused))
        _forgot(session)


def lock(session: Session) -> None:
    """Wait for those who are writing the index, and make others wait until this transaction ends.

    Comes before the rows of entries are written: two writers who wait for each other would both fail.
    """
    session.execute(_FIRST_VERSION)
    session.execute(select(SearchVersion.id).with_for_update())


def clear(session: Session) -> None:
    """Forget all words."""
    lock(session)
    session.execute(delete(SearchWord))
    _forgot(session)


def versions(session: Session) -> Versions:
    """The present numbers."""
    query = select(SearchVersion.version, SearchVersion.sets, SearchVersion.forgotten)
    row = session.execute(query).first()
    return Versions(*row) if row else Versions(0, 0, 0)


def sets_changed(session: Session) -> None:
    """Let all processes read the sets of documents again."""
    session.execute(_FIRST_VERSION)
    session.execute(update(SearchVersion).values(sets=SearchVersion.sets + 1))


def lexicon(session: Session, at: Versions | None = None) -> Lexicon:
    """The words as they are now. Shared by the process, unless this session itself changed them.

    ``at`` is for a caller who asked for `versions` already.
    """
    at = at or versions(session)
    pool = session.get_bind().engine.pool
    if session.info.get(_DIRTY):
        return _load(session, _lexicons.get(pool), at)  # what may yet be undone is not shared
    cached = _lexicons.get(pool)
    if cached is not None and cached.version == at.words:
        return cached
    with _lock:
        cached = _lexicons.get(pool)
        if cached is None or cached.version != at.words:
            cached = _lexicons[pool] = _load(session, cached, at)
    return cached


def _load(session: Session, known: Lexicon | None, at: Versions) -> Lexicon:
    """The words of this version, from those of an older one when none of these was deleted since."""
    extends = known is not None and at.forgotten <= known.version <= at.words
    base = known if known is not None and extends else Lexicon()
    query = select(SearchWord.word, SearchWord.documents).where(SearchWord.version > base.version)
    rows = session.execute(query.order_by(SearchWord.id)).all()
    return base.extended({row.word: coarse(row.documents) for row in rows}, at.words)


def _rows_of(session: Session, words: list[str]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    query = select(SearchWord.word, SearchWord.documents, SearchWord.version)
    for start in range(0, len(words), _CHUNK):
        chunk = SearchWord.word.in_(words[start : start + _CHUNK])
        for word, documents, version in session.execute(query.where(chunk)):
            found[word] = _Row(documents, version)
    return found


def _next_version(session: Session) -> int:
    session.info[_DIRTY] = True
    grown = update(SearchVersion).values(version=SearchVersion.version + 1)
    return session.scalars(grown.returning(SearchVersion.version)).one()


def _forgot(session: Session) -> None:
    session.execute(update(SearchVersion).values(forgotten=_next_version(session)))


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _settled(session: Session) -> None:
    if not session.in_nested_transaction():  # the end of a savepoint settles nothing
        session.info.pop(_DIRTY, None)
