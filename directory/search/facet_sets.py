"""For each value by which documents can be filtered, the set of their numbers, as compressed bitmaps.

Counting what many documents have takes a look at a few hundred small sets instead of at a row for each
document and value. Derived from ``search_facet``, can be rebuilt; every writer of those rows calls `refresh`.
"""

from __future__ import annotations

import functools
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import LargeBinary, Select, String, delete, event, literal, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.pool import Pool

from directory.search import vocabulary
from directory.search.documents import SearchDocument, SearchFacet
from federation.database import Base

RECORD = "record"
"""Beside the facets: what sort of record it is, as ``entry`` or ``template``."""
EXAMPLE = "example"
"""And whether it is invented: only ``true``."""
BLOCK = 16
"""Document numbers that are alike but for so many bits share a row: what is written for one change
stays below 8 kB a value."""

Key = tuple[str, str]
Sets = dict[Key, BitMap]
"""By name and code the documents that have it."""


_LATER = "omzien_facet_sets_later"
_DIRTY = "omzien_facet_sets_changed"
_FEW = 100
_AT_ONCE = 10_000  # rows; all of a large directory would take much memory
_UPSERT = text(
    "INSERT INTO search_facet_set (name, code, block, documents) VALUES (:name, :code, :block, :documents) "
    "ON CONFLICT (name, code, block) DO UPDATE SET documents = excluded.documents"
)
_DELETE = text("DELETE FROM search_facet_set WHERE name = :name AND code = :code AND block = :block")


class FacetSet(Base):
    """The documents of one block that have one value."""

    __tablename__ = "search_facet_set"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    documents: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class _Copy:
    """What this process read of one version; the sets are shared and never changed."""

    version: int
    by_name: dict[str, Sets]


_copies: WeakKeyDictionary[Pool, _Copy] = WeakKeyDictionary()


def load(session: Session, names: Collection[str], version: int | None = None) -> Sets:
    """The sets of these facets. Shared by the process, unless this session itself changed them.

    ``version`` is for a caller who asked for `vocabulary.versions` already.
    """
    if session.info.get(_DIRTY):
        return _joined(_stored_sets(session, names), names)  # what may yet be undone is not shared
    if version is None:
        version = vocabulary.versions(session).sets
    pool = session.get_bind().engine.pool
    copy = _copies.get(pool)
    if copy is None or copy.version != version:
        copy = _copies[pool] = _Copy(version, {})
    if missing := set(names) - copy.by_name.keys():
        copy.by_name.update(_stored_sets(session, missing))
    return _joined(copy.by_name, names)


def _joined(by_name: dict[str, Sets], names: Collection[str]) -> Sets:
    return {key: found for name in names for key, found in by_name[name].items()}


def _stored_sets(session: Session, names: Collection[str]) -> dict[str, Sets]:
    """The sets of these facets by name, as this transaction sees them."""
    columns = (FacetSet.name, FacetSet.code, FacetSet.documents)
    rows = session.execute(select(*columns).where(FacetSet.name.in_(names))).all()
    found: dict[str, Sets] = {name: {} for name in names}
    if not rows and is_missing(session):
        for key, documents in _read(session).items():
            if key[0] in found:
                found[key[0]][key] = documents
    for name, code, stored in rows:
        part, sets = BitMap.deserialize(stored), found[name]
        sets[name, code] = sets[name, code] | part if (name, code) in sets else part
    return found


def members_of(session: Session, ids: Collection[int]) -> Sets:
    """Which values these documents have."""
    return _read(session, ids) if ids else {}


def refresh(session: Session, before: Sets, ids: Collection[int]) -> None:
    """Bring the sets up to date after the values of these documents were written anew.

    ``before`` is what `members_of` said of them earlier. The caller holds the lock of the vocabulary.
    """
    session.flush()
    if session.info.get(_LATER):
        return
    if is_missing(session):
        build(session)
        return
    after, changed = members_of(session, ids), BitMap(ids).union(*before.values())
    keys = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    if keys:
        _changed(session)
    for block in _blocks(changed) if keys else ():
        _refresh_block(session, block, keys, changed, after)


def build(session: Session) -> None:
    """Make all sets anew from the rows."""
    store(session, _read(session))


def store(session: Session, sets: Sets) -> None:
    """Keep these sets and no others."""
    clear(session)
    _store(session, ((key, block, part) for key, found in sets.items() for block, part in _parts(found)))


@contextmanager
def built_once(session: Session) -> Iterator[None]:
    """While everything is written anew: the sets are made at the end, all at once."""
    session.info[_LATER] = True
    try:
        yield
    finally:
        del session.info[_LATER]
    session.flush()
    build(session)


def clear(session: Session) -> None:
    """Forget all sets."""
    session.execute(delete(FacetSet))
    _changed(session)


def is_missing(session: Session) -> bool:
    """True when there are documents and no sets: the database was made by an older version."""
    if session.scalar(select(FacetSet.block).limit(1)) is not None:
        return False
    return session.scalar(select(SearchDocument.id).limit(1)) is not None


def _changed(session: Session) -> None:
    vocabulary.sets_changed(session)
    session.info[_DIRTY] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _settled(session: Session) -> None:
    if not session.in_nested_transaction():  # the end of a savepoint settles nothing
        session.info.pop(_DIRTY, None)


def _refresh_block(session: Session, block: int, keys: Collection[Key], changed: BitMap, after: Sets) -> None:
    """Take the changed documents out of these sets, and put them into those where they belong now."""
    stored, span = _stored(session, block, keys), _span(block)
    parts: dict[Key, BitMap] = {}
    for key in sorted(keys):
        old = BitMap.deserialize(stored[key]) if key in stored else BitMap()
        parts[key] = (old - changed) | (after[key] & span if key in after else BitMap())
    _store(session, ((key, block, part) for key, part in parts.items() if part))
    gone = [key for key, part in parts.items() if not part and key in stored]
    if gone:
        rows = [{"name": name, "code": code, "block": block} for name, code in gone]
        session.execute(_DELETE, rows)


def _stored(session: Session, block: int, keys: Collection[Key]) -> dict[Key, bytes]:
    query = select(FacetSet.name, FacetSet.code, FacetSet.documents).where(FacetSet.block == block)
    query = query.where(FacetSet.name.in_({name for name, _code in keys}))
    if len(keys) < _FEW:
        query = query.where(FacetSet.code.in_({code for _name, code in keys}))
    return {(name, code): documents for name, code, documents in session.execute(query)}


def _store(session: Session, parts: Iterable[tuple[Key, int, BitMap]]) -> None:
    rows = [
        {"name": name, "code": code, "block": block, "documents": _packed(part)}
        for (name, code), block, part in parts
    ]
    if rows:
        session.execute(_UPSERT, rows)


def _parts(found: BitMap) -> Iterator[tuple[int, BitMap]]:
    """A set by blocks."""
    for block in _blocks(found):
        if part := found & _span(block):
            yield block, part


def _blocks(found: BitMap) -> range:
    return range(found.min() >> BLOCK, (found.max() >> BLOCK) + 1) if found else range(0)


@functools.lru_cache(maxsize=16)
def _span(block: int) -> FrozenBitMap:
    return FrozenBitMap(range(block << BLOCK, (block + 1) << BLOCK))


def _packed(found: BitMap) -> bytes:
    found.run_optimize()
    return found.serialize()


def _read(session: Session, ids: Collection[int] | None = None) -> Sets:
    """The values that the rows of these documents, or of all, tell."""
    numbers: dict[Key, array[int]] = defaultdict(lambda: array("I"))
    for statement in _statements(ids):
        rows = session.execute(statement, execution_options={"yield_per": _AT_ONCE})
        for name, code, document_id in rows:
            numbers[name, code].append(document_id)
    return {key: BitMap(found) for key, found in numbers.items()}


def _statements(ids: Collection[int] | None) -> list[Select[str, str, int]]:
    facets = select(SearchFacet.name, SearchFacet.code, SearchFacet.document_id)
    records = select(literal(RECORD), SearchDocument.kind, SearchDocument.id)
    invented = select(literal(EXAMPLE), literal("true"), SearchDocument.id).where(SearchDocument.is_example)
    if ids is None:
        return [facets, records, invented]
    wanted, number = list(ids), SearchDocument.id
    mine = facets.where(SearchFacet.document_id.in_(wanted))
    return [mine, records.where(number.in_(wanted)), invented.where(number.in_(wanted))]
