"""The entries of this hub that nobody confirmed for long, or that nobody could reach: one list each.

Entries that others keep are not among them: only their own hub or village can say that they are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from node.listings.models import Listing
from schemas.paging import pages_of

STATES = ("stale", "unreachable")
PER_PAGE = 50


@dataclass(frozen=True)
class Unconfirmed:
    """An entry that waits for somebody to ask."""

    listing: Listing
    entry: Entry


@dataclass(frozen=True)
class UnconfirmedPage:
    """One page of them, the longest unconfirmed first."""

    items: Sequence[Unconfirmed]
    page: int
    pages: int
    total: int


def list_unconfirmed(session: Session, state: str, page: int = 1) -> UnconfirmedPage:
    """The entries of this hub in one of `STATES`."""
    total = count_unconfirmed(session, state)
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    longest_ago = (func.coalesce(Listing.confirmed_at, Listing.created_at), Listing.id)
    query = _in(state).order_by(*longest_ago).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    found = [Unconfirmed(listing, entry) for listing, entry in session.execute(query)]
    return UnconfirmedPage(found, page, pages, total)


def count_unconfirmed(session: Session, state: str) -> int:
    """How many entries of this hub are in one of `STATES`."""
    return session.scalar(select(func.count()).select_from(_in(state).subquery())) or 0


def _in(state: str) -> Select[Listing, Entry]:
    kept_here = (Listing.state == "published", Entry.is_example.is_(False))
    query = select(Listing, Entry).join(Entry, Entry.uri == Listing.uri)
    return query.where(*kept_here, Entry.freshness == state)
