"""Comparing one part of a hub's digest with what we have: what is said there, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.relaying.digest import DEEPEST, MOST_LISTED, STEP, Tree
from directory.relaying.listings import BATCH, FeedListing
from directory.replica.records import Record
from directory.replica.versions import bucket_of, digest_of_record
from federation.fetching.origins import MOST_URI
from schemas.errors import GaveUp
from schemas.objects import Document

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Listed:
    """One record as a hub lists it."""

    uri: str
    digest: str
    updated: str
    place: int


@dataclass
class Compared:
    """What came of comparing one part."""

    held: list[str] = field(default_factory=list)
    missing: list[Listed] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


def our_tree(session: Session, hub_uri: str) -> Tree:
    """The digests of what we have of the records that a hub lists."""
    query = (
        select(Record.uri, Record.digest)
        .join(FeedListing, FeedListing.record_uri == Record.uri)
        .where(FeedListing.hub_uri == hub_uri, FeedListing.unlisted_at.is_(None))
    )
    rows = session.execute(query).all()
    return Tree(sorted((bucket_of(uri), digest or _digest_of_old(session, uri)) for uri, digest in rows))


def _digest_of_old(session: Session, uri: str) -> str:
    return digest_of_record(session.get_one(Record, uri))


def complete_records(session: Session, most: int = 500) -> int:
    """For the sweep: give records from before digests were kept theirs."""
    records = list(session.scalars(select(Record).where(Record.digest == "").limit(most)))
    for record in records:
        record.digest = digest_of_record(record)
    session.flush()
    return len(records)


def listed_in(part: Document, prefix: str) -> dict[str, Listed]:
    """The records that a part lists, by address; those that do not belong there are left out."""
    found = {}
    for item in part["orderedItems"][:MOST_LISTED]:
        uri = item.get("id") if isinstance(item, dict) else None
        if isinstance(uri, str) and len(uri) <= MOST_URI and bucket_of(uri).startswith(prefix):
            place = number(item.get("place"))
            found[uri] = Listed(uri, str(item.get("digest")), str(item.get("updated")), place)
    return found


def compare(session: Session, hub_uri: str, prefix: str, listed: dict[str, Listed]) -> Compared:
    """Which of these records we have, which we miss, and which the hub listed before and does not now.

    A later version than the one listed is as good: the hub has yet to hear of it.
    """
    compared = Compared()
    records = {record.uri: record for record in _records(session, listed)}
    for uri, item in listed.items():
        record = records.get(uri)
        has_it = record is not None and (
            digest_of_record(record) == item.digest or _is_later(record.updated_at, item.updated)
        )
        (compared.held.append(uri) if has_it else compared.missing.append(item))
    ours = select(FeedListing.record_uri).where(
        FeedListing.hub_uri == hub_uri, FeedListing.unlisted_at.is_(None)
    )
    compared.unlisted = [
        uri for uri in session.scalars(ours) if uri not in listed and bucket_of(uri).startswith(prefix)
    ]
    return compared


def _records(session: Session, uris: Iterable[str]) -> Iterator[Record]:
    wanted = list(uris)
    for start in range(0, len(wanted), BATCH):
        yield from session.scalars(select(Record).where(Record.uri.in_(wanted[start : start + BATCH])))


def _is_later(ours: datetime, theirs: str) -> bool:
    try:
        return ours > datetime.fromisoformat(theirs)
    except (ValueError, TypeError):
        return False


def hashes_in(part: Document, prefix: str) -> dict[str, str]:
    """The hash of each smaller part. GaveUp when they are not parts of this one."""
    found = {}
    for bucket in part.get("buckets", []):
        name = bucket.get("prefix") if isinstance(bucket, dict) else None
        if not isinstance(name, str) or not _is_below(name, prefix):
            raise GaveUp(cause=f"a digest with a part {str(name)[:20]!r} in {prefix!r}")
        found[name] = str(bucket.get("hash"))
    return found


def _is_below(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and len(name) == len(prefix) + STEP <= DEEPEST and set(name) <= _HEX


def number(value: object) -> int:
    """A count or a place as a document states it; 0 for anything else."""
    return value if isinstance(value, int) and 0 <= value < 10**15 else 0
