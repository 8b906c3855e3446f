"""Where a listing went: into another entry that it was merged with, or to the node that claimed it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.replica import successors
from directory.search.index import key_of
from node.listings.models import Listing

MOST_STEPS = 20
"""A chain of merges; longer than people make them, and an end to a ring."""


def uri_of_today(session: Session, listing: Listing) -> str:
    """The address of what an initiative is now: the listing itself, or what took its place in the end."""
    for _step in range(MOST_STEPS):
        if listing.is_public or listing.successor_uri is None:
            return listing.uri
        following = session.scalar(select(Listing).where(Listing.uri == listing.successor_uri))
        if following is None:
            return listing.successor_uri
        listing = following
    return listing.uri


def predecessors(session: Session, uri: str) -> set[int]:
    """The listings whose place a record took, also by way of others."""
    found: set[int] = set()
    uris = {uri}
    while uris:
        query = select(Listing.id, Listing.uri).where(Listing.successor_uri.in_(uris))
        fresh = [
            row for row in session.execute(query.where(Listing.state == "withdrawn")) if row.id not in found
        ]
        found |= {row.id for row in fresh}
        uris = {row.uri for row in fresh}
    return found


def follow_address(session: Session, old_uri: str, new_uri: str) -> None:
    """Let what went into a listing lead to its new address."""
    session.execute(update(Listing).where(Listing.successor_uri == old_uri).values(successor_uri=new_uri))


def successor_key(session: Session, key: str) -> str | None:
    """The key of the entry that took the place of one that is gone, or None.

    What its owner said in the tombstone; for listings that were withdrawn before that was said, the row.
    """
    found = successors.successor_key(session, key)
    if found is not None:
        return found
    query = select(Listing.successor_uri).where(Listing.key == key, Listing.state == "withdrawn")
    uri = session.scalar(query)
    if uri is None:
        return None
    return successors.present_key(session, key_of(uri)) or successors.successor_key(session, key_of(uri))
