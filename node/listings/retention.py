"""How long contact data of people outlives an entry: as long as somebody may still bring the entry back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from node.listings.content import Content, with_sources, with_values
from node.listings.models import Listing, ListingRevision

WITHOUT_ENTRY = timedelta(days=365)
"""After an entry was withdrawn, merged, claimed or refused: whoever undoes that finds it as it was."""
BATCH = 200


def delete_contacts(session: Session, limit: int = BATCH) -> int:
    """Delete the contact data of entries that went long ago, in every version; returns of how many."""
    gone = (Listing.state == "withdrawn", Listing.changed_at < now() - WITHOUT_ENTRY)
    query = select(Listing).where(*gone, Listing.contact_deleted_at.is_(None)).order_by(Listing.id)
    listings = session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()
    for listing in listings:
        listing.private_contact, listing.contact_consent = {}, {}
        listing.content, listing.contact_deleted_at = without_people(listing.content), now()
    ids = [each.id for each in listings]
    for revision in session.scalars(select(ListingRevision).where(ListingRevision.listing_id.in_(ids))):
        revision.content, revision.consent = without_people(revision.content), {}
    session.flush()
    return len(listings)


def without_people(content: Content) -> Content:
    """The content without e-mail address and telephone number, which may be those of a person."""
    nobody = with_values(content, {"contact.email": None, "contact.telephone": None})
    return with_sources(content, nobody, "", now().date())
