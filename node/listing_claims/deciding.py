"""What ends a claim: its proof or a coordinator grants it, refuses it, or takes that back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.replica.owners import name_of
from federation.actors.identities import get_identity
from federation.database import now
from federation.relations.members import find_member
from federation.settings import Settings
from node.duplicates.service import forget_about
from node.follow_ups.service import move_all, move_back
from node.listing_claims.holding import hold
from node.listing_claims.messages import NO, WAITS, YES, tell
from node.listing_claims.models import OPEN, ListingClaim
from node.listings import service as listings
from node.listings.models import Listing
from schemas.errors import Conflict
from schemas.messages import N_

BY_PROOF = N_("the proof")


def is_successor(listing: Listing, claimant_uri: str) -> bool:
    """Whether this listing went over to this village."""
    return listing.state == "withdrawn" and listing.successor_uri == claimant_uri


def settle(session: Session, settings: Settings, claim: ListingClaim, *, by: str, note: str = "") -> None:
    """Let the entry go over to the village; its own record takes the place of the listing everywhere.

    While the village's profile is not here yet, the claim waits for it. Raises Conflict when it was
    decided before, or the listing is not public any more.
    """
    listing = hold(session, claim)
    claim.check_open()
    if not by and (reason := _why_no_more(session, claim, listing)):
        refuse(session, settings, claim, reason=reason, by="")
        return
    if not _has_profile(session, claim.claimant_uri):
        claim.state, claim.reason, claim.decided_by = "proven", "no_profile", by
        session.flush()
        tell(session, settings, claim, listing.uri, WAITS)
        return
    by, claimant = by or claim.decided_by, claim.claimant_uri
    shown_by, arrow = by or BY_PROOF, f"→ {name_of(session, claimant)}"
    old_uri = listing.uri
    listings.withdraw(
        session, settings, listing, by=shown_by, note=arrow, successor_uri=claimant, action="claimed"
    )
    claim.decide("granted", "granted", by=by, note=note)
    claim.moved = {"notes": move_all(session, old_uri, claimant)}
    forget_about(session, old_uri)
    session.flush()
    tell(session, settings, claim, old_uri, YES)
    for other in _others(session, claim):
        refuse(session, settings, other, reason="taken", by=by)


def refuse(
    session: Session,
    settings: Settings,
    claim: ListingClaim,
    *,
    reason: str = "refused",
    by: str,
    note: str = "",
) -> None:
    """Say no; everything stays as it is. Raises Conflict when it was decided before."""
    listing = hold(session, claim)
    claim.check_open()
    claim.decide("refused", reason, by=by, note=note)
    session.flush()
    tell(session, settings, claim, listing.uri, NO)


def let_proof_decide(session: Session, settings: Settings, claim: ListingClaim) -> None:
    """A person looked and leaves it to the proof; one that came already counts at once."""
    listing = hold(session, claim)
    if claim.state != "contested":
        raise Conflict(N_("This claim is not waiting for you."))
    if any(other.state != "contested" for other in _others(session, claim)):
        raise Conflict(N_("Another village claims this entry too. Refuse one of them first."))
    claim.state = "waiting"
    if claim.proven_by:
        settle(session, settings, claim, by="")
        return
    claim.reason = {"website": "website_asked", "mail": "mail_sent", "letter": "letter_asked"}.get(
        claim.way, "person_asked"
    )
    session.flush()
    tell(session, settings, claim, listing.uri, WAITS)


def undo(session: Session, settings: Settings, claim: ListingClaim, *, by: str, note: str = "") -> None:
    """Take a decision back: a granted entry is the hub's again, a refused claim waits for a person."""
    listing = hold(session, claim)
    if claim.state == "refused":
        _open_again(session, settings, claim, listing)
        return
    if claim.state != "granted":
        raise Conflict(N_("There is nothing to undo here."))
    if not is_successor(listing, claim.claimant_uri):
        raise Conflict(N_("The other entry was changed in the meantime; this cannot be undone any more."))
    old_uri = listing.uri
    listings.reopen(session, settings, listing, by=by, note=note)
    claim.decide("undone", "undone", by=by, note=note)
    move_back(session, claim.moved.get("notes", []), claim.claimant_uri, listing.uri)
    session.flush()
    tell(session, settings, claim, old_uri, NO)


def expire(session: Session, settings: Settings) -> int:
    """End the claims that nobody proved or decided in time; returns how many."""
    query = select(ListingClaim).where(ListingClaim.state.in_(OPEN), ListingClaim.until_at < now())
    over = session.scalars(query.order_by(ListingClaim.id).limit(100)).all()
    for claim in over:
        listing = hold(session, claim)
        if claim.is_open:
            claim.decide("expired", "expired", by="")
            session.flush()
            tell(session, settings, claim, listing.uri, NO)
    return len(over)


def settle_proven(session: Session, settings: Settings) -> int:
    """Grant the claims that only waited for the village's profile; returns how many."""
    with_profile = select(Entry.uri).where(Entry.has_node)
    query = select(ListingClaim).where(
        ListingClaim.state == "proven", ListingClaim.claimant_uri.in_(with_profile)
    )
    ready = session.scalars(query.order_by(ListingClaim.id).limit(100)).all()
    for claim in ready:
        hold(session, claim)
        if claim.is_open:  # one of two on the same entry ends with the other
            settle(session, settings, claim, by="")
    return len(ready)


def _why_no_more(session: Session, claim: ListingClaim, listing: Listing) -> str:
    """Why a proof comes too late: the reason to tell; "" while it counts."""
    if not listing.is_public:  # merged, closed to all or granted to another in the meantime
        return "taken" if listing.successor_uri else "not_here"
    hub = get_identity(session, "hub")
    return "" if find_member(session, hub.actor_uri, claim.claimant_uri) else "refused"


def _open_again(session: Session, settings: Settings, claim: ListingClaim, listing: Listing) -> None:
    listing.check_public()
    claim.state, claim.reason, claim.decided_by, claim.decided_at = "contested", "looked_at", "", None
    claim.until_at = max(claim.until_at, now() + (claim.until_at - claim.asked_at))
    session.flush()
    tell(session, settings, claim, listing.uri, WAITS)


def _has_profile(session: Session, claimant_uri: str) -> bool:
    entry = session.get(Entry, claimant_uri)
    return entry is not None and entry.has_node


def _others(session: Session, claim: ListingClaim) -> Sequence[ListingClaim]:
    query = select(ListingClaim).where(ListingClaim.listing_id == claim.listing_id)
    return session.scalars(query.where(ListingClaim.id != claim.id, ListingClaim.state.in_(OPEN))).all()
