"""The clearance rule: a change waits for a coordinator, and until then the approved version stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.settings import Settings
from node.listings.consent import Consent
from node.listings.content import Content, checked, with_sources
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import check_against, lock, new_revision, revision_of, take
from node.listings.service import NewListing, prepare, send, send_again
from schemas.errors import Conflict
from schemas.messages import N_


def propose_new(
    session: Session, new: NewListing, *, by: str, note: str = "", run_id: int | None = None
) -> Listing:
    """Keep a new initiative for review; nobody sees it before it is approved."""
    listing = prepare(session, new)
    _propose(session, listing, listing.content, "created", by=by, note=note, run_id=run_id)
    return listing


def propose(  # noqa: PLR0913  # what a change comes with, each named
    session: Session,
    listing: Listing,
    content: Content,
    *,
    by: str,
    note: str = "",
    based_on: int,
    run_id: int | None = None,
    source: str = "",
    consent: Consent | None = None,
) -> ListingRevision:
    """Keep a change for review; what is published stays as it is.

    Raises InvalidInput, and EditConflict when the listing changed after revision ``based_on``.
    """
    lock(session, listing)
    content = checked(content)
    check_against(session, listing, content, based_on)
    content = with_sources(listing.content, content, source, now().date())
    revision = _propose(session, listing, content, "changed", by=by, note=note, run_id=run_id)
    revision.consent = consent.as_row() if consent else {}
    return revision


def propose_back(  # what a proposal comes with, each named
    session: Session,
    listing: Listing,
    content: Content,
    *,
    by: str,
    run_id: int | None = None,
    source: str = "",
    consent: Consent | None = None,
) -> ListingRevision:
    """Keep a withdrawn initiative for review, as if it were new; nobody sees it before it is approved."""
    lock(session, listing)
    if listing.state != "withdrawn":
        raise Conflict(N_("This entry is published already."))
    listing.state = "review"
    told: dict[str, Any] = {"by": by, "run_id": run_id, "source": source, "consent": consent}
    return propose(session, listing, content, based_on=listing.revision, **told)


def approve(
    session: Session,
    settings: Settings,
    listing: Listing,
    revision: ListingRevision,
    *,
    by: str,
    decision: str = "",
    content: Content | None = None,
) -> ListingRevision:
    """Publish a proposal. Raises EditConflict when what it changes was changed meanwhile.

    ``content`` is what the coordinator made of it after such a conflict.
    """
    lock(session, listing)
    _check_state(listing, revision)
    is_hidden, was_known = listing.state in {"review", "withdrawn"}, listing.revision > 0
    if content is not None:
        revision.content = checked(content)
    elif not is_hidden:
        check_against(session, listing, revision.content, revision.based_on)
    revision.decide("approved", by=by, decision=decision)
    revision.based_on = listing.revision
    take(listing, revision)
    if is_hidden and was_known:
        send_again(session, settings, listing, was_known=True)
    else:
        send(session, settings, listing, "Create" if is_hidden else "Update")
    return revision


def reject(
    session: Session, listing: Listing, revision: ListingRevision, *, by: str, decision: str = ""
) -> None:
    """Leave everything as it is; the proposal stays in the history with the reason."""
    lock(session, listing)
    revision.decide("rejected", by=by, decision=decision)
    if listing.state == "review" and not proposals(session, listing):
        listing.state, listing.changed_at = "withdrawn", now()
    session.flush()


def proposals(session: Session, listing: Listing) -> Sequence[ListingRevision]:
    """What waits for a decision, the oldest first."""
    query = select(ListingRevision).where(ListingRevision.listing_id == listing.id)
    return session.scalars(
        query.where(ListingRevision.state == "proposed").order_by(ListingRevision.id)
    ).all()


def waiting(session: Session, limit: int = 100) -> Sequence[tuple[ListingRevision, Listing]]:
    """All proposals that wait for a decision with their listing, the oldest first."""
    query = select(ListingRevision, Listing).join(Listing, Listing.id == ListingRevision.listing_id)
    found = session.execute(
        query.where(ListingRevision.state == "proposed").order_by(ListingRevision.id).limit(limit)
    )
    return [(revision, listing) for revision, listing in found]


def count_waiting(session: Session) -> int:
    """How many proposals wait for a decision."""
    query = select(func.count()).select_from(ListingRevision).where(ListingRevision.state == "proposed")
    return session.scalar(query) or 0


def proposal_of(session: Session, listing: Listing, number: int) -> ListingRevision:
    """One proposal that still waits. Raises NotFound and Conflict."""
    revision = revision_of(session, listing, number)
    if revision.state != "proposed":
        raise Conflict(N_("This proposal was decided on before."))
    return revision


def _check_state(listing: Listing, revision: ListingRevision) -> None:
    if revision.state != "proposed":
        raise Conflict(N_("This proposal was decided on before."))
    if listing.state == "withdrawn" and listing.revision:
        raise Conflict(N_("This entry was withdrawn. Open it again first."))


def _propose(
    session: Session,
    listing: Listing,
    content: Content,
    action: str,
    *,
    by: str,
    note: str,
    run_id: int | None,
) -> ListingRevision:
    revision = new_revision(listing, content, action, "proposed", by=by, note=note, run_id=run_id)
    session.add(revision)
    session.flush()
    return revision
