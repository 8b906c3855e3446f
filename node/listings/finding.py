"""The coordinator's list of listings: by words of the name, by state, by what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from node.listings.models import Listing, ListingRevision
from node.listings.words import STATES
from schemas.paging import pages_of

PER_PAGE = 50


@dataclass(frozen=True)
class Found:
    """A page of listings."""

    listings: Sequence[Listing]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return pages_of(self.total, PER_PAGE)


def find_listings(session: Session, words: str = "", state: str = "", page: int = 1) -> Found:
    """Listings whose name has these words, those that changed last first."""
    query = _narrowed(select(Listing), words, state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(Listing.changed_at.desc(), Listing.id.desc())
    shown: Sequence[Listing] = session.scalars(newest.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Found(shown, total, page)


def count_states(session: Session) -> dict[str, int]:
    """How many listings each state has."""
    rows = session.execute(select(Listing.state, func.count()).group_by(Listing.state))
    return {**dict.fromkeys(STATES, 0), **{state: count for state, count in rows}}


def waiting_of(session: Session, listings: Sequence[Listing]) -> set[int]:
    """Which of these have a proposal that waits."""
    ids = [each.id for each in listings]
    query = select(ListingRevision.listing_id).where(ListingRevision.state == "proposed")
    return set(session.scalars(query.where(ListingRevision.listing_id.in_(ids))))


def _narrowed(query: Select[Listing], words: str, state: str) -> Select[Listing]:
    for word in words.split()[:5]:
        query = query.where(Listing.name.icontains(word, autoescape=True))
    return query.where(Listing.state == state) if state in STATES else query
