"""Where a listing went: into another entry that it was merged with, or to the node that claimed it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from node.listings.models import Listing

MOST_STEPS = 5


def successor_key(session: Session, key: str) -> str | None:
    """The key of the entry that took the place of a withdrawn listing, or None."""
    query = select(Listing.successor_uri).where(
        Listing.state == "withdrawn", Listing.successor_uri.is_not(None)
    )
    uri = session.scalar(query.where(Listing.key == key))
    for _step in range(MOST_STEPS):
        if uri is None:
            return None
        found = session.scalar(select(Entry.key).where(Entry.uri == uri))
        if found is not None:
            return found
        uri = session.scalar(query.where(Listing.uri == uri))
    return None
