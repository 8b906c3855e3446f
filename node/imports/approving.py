"""Approving at once all that an import with review added; what is changed by hand too stays a question."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.imports.models import ImportRun
from node.listings import reviewing
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import lock

BATCH = 50


def count_waiting(session: Session, run: ImportRun) -> int:
    """How many new initiatives of this import wait for a coordinator."""
    return session.scalar(select(func.count()).select_from(_waiting(run).subquery())) or 0


def approve_batch(session: Session, settings: Settings, run: ImportRun) -> bool:
    """Publish the next new initiatives. False when none of them waits any more."""
    listings = session.scalars(_waiting(run).order_by(Listing.id).limit(BATCH)).all()
    for listing in listings:
        lock(session, listing)  # somebody may be deciding about the same one
        for proposal in reviewing.proposals(session, listing):
            if proposal.run_id == run.id:
                reviewing.approve(session, settings, listing, proposal, by=run.approved_by)
    return bool(listings)


def _waiting(run: ImportRun) -> Select[Listing]:
    ours = (ListingRevision.run_id == run.id, ListingRevision.state == "proposed")
    proposed = select(ListingRevision.listing_id).where(*ours)
    return select(Listing).where(Listing.state == "review", Listing.id.in_(proposed))
