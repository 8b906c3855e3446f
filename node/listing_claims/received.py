"""The claims that a hub received, with what a coordinator needs to judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.replica.owners import names_of, places_of
from federation.actors.identities import get_identity
from federation.actors.keys import fingerprint
from federation.fetching.origins import authority_of
from federation.relations.members import find_member
from node.freshness.asking import address_of
from node.listing_claims.doubts import website_of
from node.listing_claims.models import OPEN, ListingClaim
from node.listing_claims.proving import MOST_ATTEMPTS
from node.listings.models import Listing
from schemas.errors import NotFound
from schemas.paging import pages_of

PER_PAGE = 30


@dataclass(frozen=True)
class Received:
    """One claim in the words of a page."""

    claim: ListingClaim
    listing: Listing
    name: str
    """Of the village."""
    host: str
    places: list[str]
    entry_key: str
    """Of the village's own entry; "" while its profile is not here."""
    seal: str
    """The fingerprint of its key in our list of members."""
    website: str
    email: str

    @property
    def has_letter(self) -> bool:
        """Whether a code was printed that still works."""
        return self.claim.way == "letter" and self.claim.secret_hash is not None

    @property
    def may_print(self) -> bool:
        """Whether a letter may be printed."""
        return self.claim.is_open and self.claim.attempts < MOST_ATTEMPTS


@dataclass(frozen=True)
class ReceivedPage:
    """One page of claims."""

    claims: list[Received]
    page: int
    pages: int


def list_received(session: Session, *, are_open: bool, page: int = 1) -> ReceivedPage:
    """The open claims, the ones that wait for a person first; or the decided ones, the newest first."""
    wanted = ListingClaim.state.in_(OPEN) if are_open else ListingClaim.state.not_in(OPEN)
    total = session.scalar(select(func.count()).select_from(ListingClaim).where(wanted)) or 0
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    order = (ListingClaim.state, ListingClaim.id) if are_open else (ListingClaim.id.desc(),)
    query = select(ListingClaim).where(wanted).order_by(*order)
    found = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return ReceivedPage([view_of(session, claim) for claim in found], page, pages)


def count_open(session: Session) -> int:
    """How many claims wait, for proof or for a person."""
    query = select(func.count()).select_from(ListingClaim).where(ListingClaim.state.in_(OPEN))
    return session.scalar(query) or 0


def get_received(session: Session, claim_id: int) -> ListingClaim:
    """One claim. Raises NotFound."""
    claim = session.get(ListingClaim, claim_id)
    if claim is None:
        raise NotFound(cause=f"claim {claim_id}")
    return claim


def rivals_of(session: Session, claim: ListingClaim) -> Sequence[Received]:
    """Other claims on the same listing that are open, or were granted."""
    query = select(ListingClaim).where(
        ListingClaim.listing_id == claim.listing_id, ListingClaim.id != claim.id
    )
    found = session.scalars(query.where(ListingClaim.state.in_((*OPEN, "granted"))).limit(20))
    return [view_of(session, each) for each in found]


def view_of(session: Session, claim: ListingClaim) -> Received:
    """A claim with the names that belong to it."""
    listing = session.get_one(Listing, claim.listing_id)
    uri = claim.claimant_uri
    member = find_member(session, get_identity(session, "hub").actor_uri, uri)
    entry = session.get(Entry, uri)
    return Received(
        claim=claim,
        listing=listing,
        name=names_of(session, [uri])[uri],
        host=authority_of(uri),
        places=places_of(session, uri)[:5],
        entry_key=entry.key if entry is not None else "",
        seal=fingerprint(member.key_multibase) if member is not None else "",
        website=website_of(listing),
        email=address_of(listing),
    )
