"""The jobs of claims: look at websites, end what is over, forget what is over for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Select, select

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.actors.identities import find_identity
from federation.database import now
from federation.runtime import job_session, runtime
from node.listing_claims import deciding, proving, retention, website
from node.listing_claims.doubts import website_of
from node.listing_claims.models import OPEN, ListingClaim
from node.listings.models import Listing
from schemas.errors import RemoteError

log = structlog.get_logger(__name__)

AT_A_TIME = 20
LEASE = timedelta(minutes=5)
"""So long a worker has for the looks that it took."""


@dataclass(frozen=True)
class _Look:
    claim_id: int
    website: str
    node: str
    entry: str


def look_at_websites() -> None:
    """Look for the files that are due; no transaction is open while a website is asked."""
    for look in _take():
        is_there = _ask(look)
        with job_session() as session:
            claim = session.get(ListingClaim, look.claim_id)
            if claim is not None:
                proving.found_file(session, runtime().settings, claim, is_there=is_there)
                session.commit()


def sweep() -> None:
    """Every minute: what is due, what waited for a profile, and what nobody proved in time."""
    with job_session() as session:
        if find_identity(session, "hub") is None:
            return
        changed = deciding.settle_proven(session, runtime().settings)
        changed += deciding.expire(session, runtime().settings)
        if changed:
            session.commit()
        has_due = session.scalar(_due().limit(1)) is not None
    if has_due:
        look_at_websites()


def forget() -> None:
    """Every hour: what is over for long."""
    with job_session() as session:
        if retention.forget_ended(session):
            session.commit()


def _due() -> Select[ListingClaim]:
    return select(ListingClaim).where(ListingClaim.state.in_(OPEN), ListingClaim.check_due_at <= now())


def _take() -> list[_Look]:
    with job_session() as session:
        query = _due().order_by(ListingClaim.check_due_at, ListingClaim.id).limit(AT_A_TIME)
        found = session.scalars(query.with_for_update(skip_locked=True)).all()
        looks = []
        for claim in found:
            listing = session.get_one(Listing, claim.listing_id)
            claim.checks, claim.check_due_at = claim.checks + 1, now() + LEASE
            looks.append(_Look(claim.id, website_of(listing), claim.claimant_uri, listing.uri))
        session.commit()
    return looks


def _ask(look: _Look) -> bool:
    try:
        return website.is_claimed(runtime().settings, look.website, look.node, look.entry)
    except RemoteError as error:
        log.info("listing_claim.no_file", claim=look.claim_id, reason=error.cause)
        return False
