"""What an initiative says through the link of a reminder, and what a coordinator notes after a call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.freshness.service import note_reached, note_unreachable
from directory.replica.entries import Entry, get_entry
from federation.database import now
from federation.settings import Settings
from node.accounts.service import hash_token
from node.follow_ups import service as follow_ups
from node.freshness.asking import VALID, address_of
from node.freshness.models import ANSWERS, Reminder
from node.freshness.refusals import address_hash, lift, refuse, refused_at
from node.gatherings.service import local_today
from node.listings import service as listings
from node.listings.adoption import find_listing, may_be_listed, open_listing
from node.listings.models import Listing
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

THEMSELVES = N_("the initiative itself")
ENDED = "Dit initiatief is gestopt."
STOP = "Wil geen berichten meer van ons."


def find_question(session: Session, token: str) -> tuple[Reminder, Listing]:
    """The question of a link. Raises NotFound when there is none, or it is too old."""
    hashes = {hash_token(token), hash_token(token.strip().lower())}  # who types from paper may use capitals
    reminder = session.scalar(select(Reminder).where(Reminder.token_hash.in_(hashes)))
    listing = session.get(Listing, reminder.listing_id) if reminder is not None else None
    if reminder is None or listing is None or reminder.asked_at < now() - VALID:
        raise NotFound(N_("This link does not work any more. Please call us."), cause="reminder")
    return reminder, listing


def answer(session: Session, settings: Settings, token: str, said: str, text: str = "") -> Reminder:
    """Take an answer: 'confirmed', 'changed' with a text, 'ended' or 'stop'.

    Only a confirmation changes the entry; the rest becomes a task for the team. Raises InvalidInput,
    NotFound, and Conflict when the link was used or the entry is not published any more.
    """
    reminder, listing = find_question(session, token)
    if said not in ANSWERS:
        raise InvalidInput(N_("Choose one of the list."))
    if reminder.answer is not None:
        raise Conflict(N_("You answered already. Thank you!"))
    entry = _entry(session, listing)
    if said == "confirmed":
        listings.confirm(session, settings, listing, by=THEMSELVES)
    else:
        told = {"changed": text, "ended": " ".join((ENDED, text)), "stop": " ".join((STOP, text))}[said]
        follow_ups.add(session, entry, told, by=THEMSELVES, due_on=local_today(), from_outside=True)
    if said == "stop":
        refuse(session, listing.uri, address_hash(address_of(listing)), listing)
    reminder.answer, reminder.answered_at = said, now()
    note_reached(session, listing.uri)
    session.flush()
    return reminder


def confirm_for(session: Session, settings: Settings, key: str, *, by: str, note: str = "") -> Listing:
    """A coordinator asked, by telephone for example, and it is all right."""
    listing = open_listing(session, key)
    listings.confirm(session, settings, listing, by=by, note=note[:1000])
    note_reached(session, listing.uri)
    return listing


def nobody_answers(session: Session, key: str, *, by: str) -> Listing:
    """A coordinator tried and found nobody."""
    listing = open_listing(session, key)
    listing.check_public()
    note_unreachable(session, listing.uri, by=by)
    return listing


def somebody_answers(session: Session, key: str) -> Listing:
    """Take “nobody answers” back."""
    listing = open_listing(session, key)
    note_reached(session, listing.uri)
    return listing


def no_more_messages(session: Session, key: str) -> None:
    """They said to a coordinator, by telephone for example, that they want no more messages."""
    entry, listing, email = _told_of(session, key)
    refuse(session, entry.uri, address_hash(email), listing)


def messages_again(session: Session, key: str) -> None:
    """Take “no more messages” back, for an initiative and its address."""
    entry, _listing, email = _told_of(session, key)
    lift(session, entry.uri, address_hash(email))


def when_refused(session: Session, entry: Entry) -> datetime | None:
    """Since when an initiative wants no more messages, or None."""
    listing = find_listing(session, entry.key)
    return refused_at(session, entry, address_of(listing) if listing else entry.email or "")


def _told_of(session: Session, key: str) -> tuple[Entry, Listing | None, str]:
    """An entry, our listing of it, and the address at which we write them."""
    entry = get_entry(session, key)
    listing = open_listing(session, key) if may_be_listed(session, entry) else None
    return entry, listing, address_of(listing) if listing else entry.email or ""


def _entry(session: Session, listing: Listing) -> Entry:
    entry = session.scalar(select(Entry).where(Entry.uri == listing.uri))
    if entry is None:
        raise Conflict(N_("This entry is not in the guide any more."))
    return entry
