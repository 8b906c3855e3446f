"""How long claims are kept: long enough to look back and to undo, and then nothing of them stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, delete, func, or_
from sqlalchemy.orm import Session

from federation.database import now
from node.listing_claims.models import OPEN, ListingClaim, RefusedClaim, SentListingClaim

ENDED = timedelta(days=365)
"""After a decision, with the coordinator's note and the names in it. Whatever is secret of a claim, as
the hash of its letter, goes with the decision itself."""
REFUSED = timedelta(days=30)
"""The count of what was refused at once; see `receiving.RECENT`."""


def forget_ended(session: Session) -> int:
    """Forget what is over for long; returns how many claims that were."""
    before = now() - ENDED
    ended_at = func.coalesce(ListingClaim.decided_at, ListingClaim.until_at)
    received = delete(ListingClaim).where(ListingClaim.state.not_in(OPEN), ended_at < before)
    answered_at = func.coalesce(SentListingClaim.answered_at, SentListingClaim.asked_at)
    over = or_(SentListingClaim.state != "waiting", SentListingClaim.asked_at < before - ENDED)
    sent = delete(SentListingClaim).where(over, answered_at < before)
    refused = delete(RefusedClaim).where(RefusedClaim.asked_at < now() - REFUSED)
    forgotten = 0
    for statement in (received, sent, refused):
        result = session.execute(statement.execution_options(synchronize_session=False))
        forgotten += result.rowcount if isinstance(result, CursorResult) else 0
    return forgotten
