"""Entries that the hub published before it kept listings of them: taken over when somebody needs one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.replica.records import Record
from directory.search.index import key_of
from federation.actors.identities import find_identity, get_identity
from node.listings.content import checked
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import instant_of
from schemas.errors import NotFound

BATCH = 200


def open_listing(session: Session, key: str) -> Listing:
    """The listing with this key, made from the published entry where there is none yet.

    A caller that commits keeps it. Raises NotFound for what this hub does not host.
    """
    return find_listing(session, key) or _adopt(session, key)


def find_listing(session: Session, key: str) -> Listing | None:
    """The listing with this key, also after this node moved to another address."""
    listing = session.scalar(select(Listing).where(Listing.key == key))
    if listing is not None:
        return listing
    record = _record_of(session, key)
    if record is None or record.owner_uri != get_identity(session, "hub").actor_uri:
        return None  # whoever else says to have been one of ours is not believed
    former = record.document.get("alsoKnownAs") or []
    return session.scalar(select(Listing).where(Listing.uri.in_(former))) if former else None


def adopt_some(session: Session, limit: int = BATCH) -> int:
    """Take over the next entries that this hub hosts and keeps no listing of; how many there were."""
    hub = find_identity(session, "hub")
    if hub is None:
        return 0
    query = (
        select(Record)
        .join(Entry, Entry.uri == Record.uri)
        .outerjoin(Listing, Listing.uri == Entry.uri)
        .where(Entry.owner_uri == hub.actor_uri, Entry.has_node.is_(False), Listing.id.is_(None))
    )
    records = [each for each in session.scalars(query.limit(limit)) if not _moved(session, each)]
    listings = [_listing_of(record) for record in records]
    session.add_all(listings)
    session.flush()
    made = zip(listings, records, strict=True)
    session.add_all(_first_revision(listing, record) for listing, record in made)
    session.flush()
    return len(listings)


def may_be_listed(session: Session, entry: Entry) -> bool:
    """True for an entry that this hub hosts."""
    return not entry.has_node and entry.owner_uri == get_identity(session, "hub").actor_uri


def _adopt(session: Session, key: str) -> Listing:
    entry = session.scalar(select(Entry).where(Entry.key == key))
    record = _record_of(session, key)
    if entry is None or record is None or not may_be_listed(session, entry):
        raise NotFound(cause=f"listing {key[:40]}")
    listing = _listing_of(record)
    session.add(listing)
    session.flush()
    session.add(_first_revision(listing, record))
    session.flush()
    return listing


def _listing_of(record: Record) -> Listing:
    content = checked(record.document)
    return Listing(
        uri=record.uri,
        key=key_of(record.uri),
        content=content,
        name=content["name"],
        state="closed" if content["initiative"].get("closedOn") else "published",
        revision=1,
        last_revision=1,
        confirmed_at=instant_of(content),
        created_at=record.updated_at,
        changed_at=record.updated_at,
    )


def _moved(session: Session, record: Record) -> bool:
    """True for a record that we have a listing of under the address from before this node moved."""
    former = record.document.get("alsoKnownAs") or []
    return bool(former) and session.scalar(select(Listing.id).where(Listing.uri.in_(former))) is not None


def _first_revision(listing: Listing, record: Record) -> ListingRevision:
    return ListingRevision(
        listing_id=listing.id,
        number=1,
        content=listing.content,
        action="created",
        state="approved",
        by="",
        at=record.updated_at,
    )


def _record_of(session: Session, key: str) -> Record | None:
    uri = session.scalar(select(Entry.uri).where(Entry.key == key))
    return session.get(Record, uri) if uri else None
