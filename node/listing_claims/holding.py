"""The one order in which claims are locked: the search index, the listing, and then its claims.

Whoever changes a claim comes here first, also where only the claim itself changes: of two who wait, one
holds nothing that the other waits for. On SQLite one writer waits for the other anyway.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from node.listing_claims.models import ListingClaim
from node.listings.models import Listing
from node.listings.revisions import lock


def hold(session: Session, claim: ListingClaim) -> Listing:
    """The listing, and the claim as it is now; no other decides about either before this transaction ends."""
    listing = session.get_one(Listing, claim.listing_id)
    lock(session, listing)
    session.refresh(claim, with_for_update=True)
    return listing
