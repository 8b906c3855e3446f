"""What a hub does with its listings: add, change, close, withdraw and restore them.

The last approved revision stands in the network; it is published in the caller's transaction.
Proposals and their review are in `node.listings.reviewing`, versions in `node.listings.revisions`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record, publish_records
from directory.search.index import key_of
from federation.actors.identities import base_url, get_identity
from federation.database import now
from federation.settings import Settings
from node.follow_ups.service import move_all
from node.listings.consent import Consent, in_force
from node.listings.content import Content, checked, with_sources, with_values
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import add_revision, check_against, instant_of, lock, revision_of
from node.listings.successors import follow_address
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.objects import Document


@dataclass(frozen=True)
class NewListing:
    """What a new listing is made of."""

    content: Content
    source: str = ""
    external_id: str = ""
    consent: Consent | None = None
    """Who agreed that the contact data in it is public."""


def create(  # noqa: PLR0913  # what a listing comes with, each named
    session: Session,
    settings: Settings,
    content: Content,
    *,
    by: str,
    source: str = "",
    external_id: str = "",
    run_id: int | None = None,
    note: str = "",
    consent: Consent | None = None,
) -> Listing:
    """Add an initiative and publish it. Raises InvalidInput, and Conflict for a known source id."""
    new = NewListing(content, source, external_id, consent)
    return create_all(session, settings, [new], by=by, run_id=run_id, note=note)[0]


def create_all(
    session: Session,
    settings: Settings,
    fresh: Iterable[NewListing],
    *,
    by: str,
    run_id: int | None = None,
    note: str = "",
) -> list[Listing]:
    """Add many initiatives at once and publish them."""
    listings = [prepare(session, each) for each in fresh]
    for listing in listings:
        add_revision(session, listing, listing.content, "created", by=by, note=note, run_id=run_id)
    publish_records(session, settings, get_identity(session, "hub"), [_document(each) for each in listings])
    session.flush()
    return listings


def prepare(session: Session, new: NewListing) -> Listing:
    """A listing that nobody sees yet, with an address of its own."""
    if new.external_id and find(session, new.source, new.external_id):
        raise Conflict(N_("This source has an entry with this id already."))
    content = with_sources({}, checked(new.content), new.source, now().date())
    listing = Listing(
        content=content,
        name=content["name"],
        state="review",
        source=new.source,
        external_id=new.external_id or None,
        contact_consent=new.consent.as_row() if new.consent else {},
        confirmed_at=instant_of(content),
    )
    _give_address(session, listing)
    session.add(listing)
    session.flush()
    return listing


def change(  # noqa: PLR0913  # what a change comes with, each named
    session: Session,
    settings: Settings,
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
    """Replace the content and publish it; ``source`` is where the new values come from.

    ``consent`` is for contact data in it; without one, the consent of before goes on.

    Raises InvalidInput, and EditConflict when somebody changed it after revision ``based_on``.
    Content that is the same writes nothing and returns the current revision.
    """
    lock(session, listing)
    listing.check_public()
    content = checked(content)
    check_against(session, listing, content, based_on)
    content = with_sources(listing.content, content, source, now().date())
    told = consent.as_row() if consent else None
    if content == listing.content:
        revision = revision_of(session, listing, listing.revision)
        revision.consent = listing.contact_consent = in_force(content, told or {}, listing.contact_consent)
        return revision
    revision = add_revision(
        session, listing, content, "changed", by=by, note=note, run_id=run_id, consent=told
    )
    send(session, settings, listing, "Update")
    return revision


def restore(
    session: Session, settings: Settings, listing: Listing, number: int, *, by: str, note: str = ""
) -> ListingRevision:
    """Make an earlier version the current one, as a new revision; also of a withdrawn listing."""
    earlier = revision_of(session, listing, number)
    if listing.state == "withdrawn":
        reopen(session, settings, listing, by=by, note=note)
    lock(session, listing)
    listing.check_public()
    if earlier.content == listing.content:
        return revision_of(session, listing, listing.revision)
    revision = add_revision(
        session, listing, earlier.content, "restored", by=by, note=note, consent=earlier.consent
    )
    send(session, settings, listing, "Update")
    return revision


def close(
    session: Session,
    settings: Settings,
    listing: Listing,
    *,
    by: str,
    note: str = "",
) -> ListingRevision:
    """Say that the initiative ended; it stays in the directory as closed."""
    lock(session, listing)
    listing.check_public()
    content = with_values(listing.content, {"closedOn": now().date().isoformat()})
    revision = add_revision(session, listing, content, "closed", by=by, note=note)
    send(session, settings, listing, "Update")
    return revision


def reopen(
    session: Session,
    settings: Settings,
    listing: Listing,
    *,
    by: str,
    note: str = "",
    run_id: int | None = None,
) -> ListingRevision:
    """Show a closed or withdrawn listing again as it was."""
    lock(session, listing)
    if listing.state not in {"closed", "withdrawn"}:
        raise Conflict(N_("This entry is published already."))
    was_withdrawn, was_known = listing.state == "withdrawn", listing.revision > 0
    content = with_values(listing.content, {"closedOn": None})
    revision = add_revision(session, listing, content, "reopened", by=by, note=note, run_id=run_id)
    if was_withdrawn:
        send_again(session, settings, listing, was_known=was_known)
    else:
        send(session, settings, listing, "Update")
    return revision


def withdraw(  # noqa: PLR0913  # what a withdrawal comes with, each named
    session: Session,
    settings: Settings,
    listing: Listing,
    *,
    by: str,
    note: str = "",
    successor_uri: str | None = None,
    run_id: int | None = None,
    action: str = "withdrawn",
) -> ListingRevision:
    """Take a listing out of the directory everywhere; its history stays, and it can be opened again.

    ``successor_uri`` is the record that takes its place: it was merged into that, or claimed by it.
    """
    lock(session, listing)
    listing.check_public()
    revision = add_revision(session, listing, listing.content, action, by=by, note=note, run_id=run_id)
    listing.state, listing.successor_uri = "withdrawn", successor_uri
    _bury(session, settings, listing.uri, successor_uri)
    session.flush()
    return revision


def confirm(
    session: Session, settings: Settings, listing: Listing, *, by: str, note: str = ""
) -> ListingRevision:
    """Note that somebody who knows says it is all still true, and tell the network the day."""
    lock(session, listing)
    listing.check_public()
    content = with_values(listing.content, {"confirmedOn": now().date().isoformat()})
    revision = add_revision(session, listing, content, "confirmed", by=by, note=note)
    listing.confirmed_at = now()
    send(session, settings, listing, "Update")
    return revision


def get(session: Session, key: str) -> Listing:
    """The listing with this key. Raises NotFound."""
    listing = session.scalar(select(Listing).where(Listing.key == key))
    if listing is None:
        raise NotFound(cause=f"listing {key[:40]}")
    return listing


def find(session: Session, source: str, external_id: str) -> Listing | None:
    """The listing of an initiative at its source."""
    query = select(Listing).where(Listing.source == source, Listing.external_id == external_id)
    return session.scalar(query) if external_id else None


def send(session: Session, settings: Settings, listing: Listing, activity_type: str) -> None:
    """Tell the network what the listing says now."""
    identity = get_identity(session, "hub")
    activity = publish_record(session, settings, identity, activity_type, _document(listing))
    uri = activity["object"]["id"]
    if uri != listing.uri:  # this node moved since
        follow_address(session, listing.uri, uri)
        listing.uri, listing.key = uri, key_of(uri)
    session.flush()


def send_again(session: Session, settings: Settings, listing: Listing, *, was_known: bool) -> None:
    """Tell the network of a listing that comes back: under a new address, to which the old one leads."""
    old_uri = listing.uri
    _give_address(session, listing)  # an address that was deleted stays so
    listing.successor_uri = listing.contact_deleted_at = None
    follow_address(session, old_uri, listing.uri)
    move_all(session, old_uri, listing.uri)  # what the team wrote about it comes back too
    send(session, settings, listing, "Create")
    if was_known:
        _bury(session, settings, old_uri, listing.uri)


def _bury(session: Session, settings: Settings, uri: str, successor_uri: str | None) -> None:
    """Delete an address everywhere; who asks there learns what took its place."""
    tombstone = {"id": uri, "type": "Tombstone", "movedTo": successor_uri}
    publish_record(session, settings, get_identity(session, "hub"), "Delete", tombstone)


def _document(listing: Listing) -> Document:
    return {"type": "Organization", "id": listing.uri, **listing.content}


def _give_address(session: Session, listing: Listing) -> None:
    listing.uri = f"{base_url(session)}/objects/{uuid.uuid4()}"
    listing.key = key_of(listing.uri)
