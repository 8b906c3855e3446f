"""A hub for tests of listings, and what they are filled with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geography.places import resolve_place
from directory.replica.entries import Entry
from node.listings.models import Listing

AREAS = {name: resolve_place(name).as_area() for name in ("Austerlitz", "Zeist", "Esbeek")}


def content(
    name: str = "Noaberhulp Esbeek", *, summary: str = "Wij helpen elkaar.", **initiative: Any
) -> Any:
    """The content of a listing."""
    told = {"kind": "neighbour_care", "areas": [AREAS["Esbeek"]], **initiative}
    return {"name": name, "summary": summary, "initiative": told}


def entry_of(session: Session, listing: Listing) -> Entry | None:
    """What the directory shows of it."""
    return session.scalar(select(Entry).where(Entry.uri == listing.uri))
