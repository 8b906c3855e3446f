"""The versions of a listing: written, read, and compared when two people change the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.search import vocabulary
from federation.database import now
from node.listings.consent import in_force, newly_published
from node.listings.content import Content, Difference, differences, merge
from node.listings.models import Listing, ListingRevision
from schemas.errors import Conflict, NotFound
from schemas.messages import N_


class EditConflict(Conflict):
    """Somebody else changed the listing since; nothing was written.

    ``merged`` has both people's changes, ``theirs`` what the other changed, ``contested`` the
    fields that both changed, ``revision`` the number to base the next attempt on.
    """

    title = N_("Somebody else changed this entry while you were busy. See what changed, then save again.")

    def __init__(
        self, merged: Content, theirs: list[Difference], contested: frozenset[str], revision: int
    ) -> None:
        super().__init__()
        self.merged, self.theirs, self.contested, self.revision = merged, theirs, contested, revision


def history(session: Session, listing: Listing) -> Sequence[ListingRevision]:
    """Every version, the newest first."""
    query = select(ListingRevision).where(ListingRevision.listing_id == listing.id)
    return session.scalars(query.order_by(ListingRevision.number.desc())).all()


def revision_of(session: Session, listing: Listing, number: int) -> ListingRevision:
    """One version. Raises NotFound."""
    query = select(ListingRevision).where(ListingRevision.listing_id == listing.id)
    found = session.scalar(query.where(ListingRevision.number == number))
    if found is None:
        raise NotFound(N_("This version does not exist."))
    return found


def lock(session: Session, listing: Listing) -> None:
    """Read the listing anew and let no other change it before this transaction ends.

    The index comes first, because what is written into it afterwards would wait for it: an inbox that
    holds the index and comes to this listing must not meet somebody who holds the listing.
    """
    session.flush()
    vocabulary.lock(session)
    session.refresh(listing, with_for_update=True)


def add_revision(  # noqa: PLR0913  # what a revision is made of, each named
    session: Session,
    listing: Listing,
    content: Content,
    action: str,
    *,
    by: str,
    note: str = "",
    run_id: int | None = None,
    consent: Mapping[str, Any] | None = None,
) -> ListingRevision:
    """An approved version, which is the listing's content from now on."""
    revision = new_revision(listing, content, action, "approved", by=by, note=note, run_id=run_id)
    revision.consent = dict(consent or {})
    session.add(revision)
    take(listing, revision)
    return revision


def new_revision(  # what a revision is made of, each named
    listing: Listing, content: Content, action: str, state: str, *, by: str, note: str, run_id: int | None
) -> ListingRevision:
    """The next version of a listing, made from its present one; not yet in a session."""
    listing.last_revision += 1
    return ListingRevision(
        listing_id=listing.id,
        number=listing.last_revision,
        based_on=listing.revision,
        content=content,
        action=action,
        state=state,
        by=by,
        note=note[:1000],
        run_id=run_id,
    )


def take(listing: Listing, revision: ListingRevision) -> None:
    """Let an approved version be what the listing says."""
    told_before = listing.content.get("initiative", {}).get("confirmedOn")
    content = revision.content
    before = {} if newly_published(listing.content, content) else listing.contact_consent or {}
    revision.consent = in_force(content, revision.consent or {}, before)
    listing.contact_consent = revision.consent
    listing.content, listing.name, listing.revision = content, content["name"], revision.number
    listing.state = "closed" if content["initiative"].get("closedOn") else "published"
    listing.changed_at = now()
    if content["initiative"].get("confirmedOn") != told_before:
        listing.confirmed_at = instant_of(content)


def check_against(session: Session, listing: Listing, content: Content, based_on: int) -> None:
    """Raise EditConflict when the facts changed after this revision."""
    if based_on == listing.revision:
        return
    base = {} if based_on == 0 else revision_of(session, listing, based_on).content
    if differences(base, listing.content):
        merged = merge(base, content, listing.content)
        raise EditConflict(merged.content, merged.theirs, merged.contested, listing.revision)


def instant_of(content: dict[str, Any]) -> datetime | None:
    """When the content was last confirmed, as an instant."""
    told = content["initiative"].get("confirmedOn")
    return datetime.combine(date.fromisoformat(told), time(), UTC) if told else None
