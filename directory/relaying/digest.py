"""The digest of a feed: a tree of hashes, by which a node finds out what it missed.

A record stands in the tree at the SHA-256 of its address. The hash of a part of the tree is SHA-256
over the digests of the records in it, sorted: two sides that hold the same versions have the same
hash, and only parts that differ need to be looked into.
"""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.relaying.feed import FeedItem, feed_uri, last_sequence, state_of
from directory.replica.changes import read_change
from directory.replica.versions import bucket_of, digest_of, instant_text
from federation.actors.identities import Identity, base_url, keys_of
from federation.actors.keys import ed25519_key_id
from federation.settings import Settings
from federation.signatures.proofs import sign
from schemas.context import AS2, DATA_INTEGRITY, NAMESPACE
from schemas.objects import Document

LISTED = 200
"""Records that a document lists one by one; of more it gives the hashes of 256 smaller parts."""
STEP = 2  # hexadecimal characters by which a part is divided
DEEPEST = 8  # characters; a part of that depth is listed, however many are in it
MOST_LISTED = 1000
CONTEXT: list[Any] = [
    AS2,
    DATA_INTEGRITY,
    {
        "omz": NAMESPACE,
        **{
            term: f"omz:{term}"
            for term in ("FeedDigest", "buckets", "digest", "hash", "isDeleted", "place", "prefix")
        },
    },
]
_MOST_TREES = 4
_trees: OrderedDict[tuple[str, int, int, str], Tree] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Tree:
    """The digests of many records by their place in the tree: (bucket, digest), sorted."""

    entries: list[tuple[str, str]]

    def under(self, prefix: str) -> list[tuple[str, str]]:
        """What is in the part with this prefix."""
        start = bisect_left(self.entries, (prefix, ""))
        end = bisect_left(self.entries, (prefix + "g", ""))  # after all hexadecimal characters
        return self.entries[start:end]

    def hash_of(self, prefix: str) -> str:
        """The hash of one part."""
        return fold(digest for _bucket, digest in self.under(prefix))

    def parts(self, prefix: str) -> list[Document]:
        """The smaller parts of a part that have anything in them."""
        found: dict[str, list[str]] = {}
        for bucket, digest in self.under(prefix):
            found.setdefault(bucket[: len(prefix) + STEP], []).append(digest)
        return [
            {"prefix": part, "totalItems": len(digests), "hash": fold(digests)}
            for part, digests in found.items()
        ]


def fold(digests: Iterable[str]) -> str:
    """SHA-256 over digests in their order by value, as bytes."""
    return hashlib.sha256(b"".join(bytes.fromhex(digest) for digest in sorted(digests))).hexdigest()


def document(session: Session, settings: Settings, hub: Identity, prefix: str) -> Document:
    """The signed digest of our feed, or of the part of it with this prefix.

    It lists the records when there are few, and the hashes of smaller parts otherwise.
    """
    tree = feed_tree(session)
    entries = tree.under(prefix)
    address = digest_uri(session)
    content: Document = {
        "@context": CONTEXT,
        "id": f"{address}?under={prefix}" if prefix else address,
        "type": "FeedDigest",
        "attributedTo": hub.actor_uri,
        "partOf": feed_uri(session),
        "place": last_sequence(session),
        "totalItems": len(entries),
        "hash": fold(digest for _bucket, digest in entries),
    }
    if len(entries) <= LISTED or len(prefix) >= DEEPEST:
        content["orderedItems"] = _items(session, prefix)
    else:
        content["buckets"] = tree.parts(prefix)
    keys = keys_of(settings, hub)
    dated = _changed_at(session) or hub.created_at
    return sign(content, keys, ed25519_key_id(hub.actor_uri, keys.generation), dated)


def feed_tree(session: Session) -> Tree:
    """The tree of our feed; kept in memory until the feed changes."""
    key = (feed_uri(session), *state_of(session))
    with _lock:
        if key in _trees:
            _trees.move_to_end(key)
            return _trees[key]
    tree = _read_tree(session)
    with _lock:
        _trees[key] = tree
        while len(_trees) > _MOST_TREES:
            _trees.popitem(last=False)
    return tree


def digest_uri(session: Session) -> str:
    """The address of our digest."""
    return f"{base_url(session)}/directory/digest"


def complete_items(session: Session, most: int = 500) -> int:
    """For the sweep: give items from before digests were kept their place in the tree."""
    query = select(FeedItem).where(FeedItem.bucket == "").order_by(FeedItem.sequence).limit(most)
    items = list(session.scalars(query))
    for item in items:
        change = read_change(item.document)
        item.owner_uri = change.owner_uri
        item.bucket, item.digest = bucket_of(change.uri), digest_of(change)
    session.flush()
    return len(items)


def _read_tree(session: Session) -> Tree:
    query = select(FeedItem.bucket, FeedItem.digest).where(FeedItem.bucket != "")
    entries = [(bucket, digest) for bucket, digest in session.execute(query)]
    older = session.scalars(select(FeedItem.document).where(FeedItem.bucket == ""))
    changes = [read_change(activity) for activity in older]
    return Tree(sorted(entries + [(bucket_of(change.uri), digest_of(change)) for change in changes]))


def _items(session: Session, prefix: str) -> list[Document]:
    """The records of a small part, each with the digest of its version and its place in the feed."""
    within = (FeedItem.bucket >= prefix, FeedItem.bucket < prefix + "g")
    query = select(FeedItem).where(*within).order_by(FeedItem.bucket).limit(MOST_LISTED)
    return [_item(row) for row in session.scalars(query)]


def _item(row: FeedItem) -> Document:
    change = read_change(row.document)
    item: Document = {
        "id": change.uri,
        "updated": instant_text(change.updated_at),
        "digest": row.digest or digest_of(change),
        "place": row.sequence,
    }
    return item | {"isDeleted": True} if change.is_deletion else item


def _changed_at(session: Session) -> datetime | None:
    """When the feed last changed: the proof's date, so that an unchanged digest stays the same document."""
    newest = select(FeedItem.created_at).order_by(FeedItem.sequence.desc()).limit(1)
    return session.scalar(newest)
