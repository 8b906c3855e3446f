"""Where a listing went: into another entry that it was merged with, or to the node that claimed it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica import successors
from directory.search.index import key_of
from node.listings.models import Listing


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
