"""No more messages: whoever said so is left alone, also after a merge, a claim or under another name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from node.accounts.service import hash_token
from node.freshness.models import LIFTED, MessageRefusal, Reminder
from node.listings.models import Listing
from node.listings.successors import predecessors, uri_of_today


@dataclass(frozen=True)
class Refusals:
    """All who want no more messages, as they are in the guide today."""

    entries: frozenset[str]
    """Addresses of entries."""
    addresses: frozenset[str]
    """Hashes, as of `address_hash`."""

    def hold_for(self, entry_uri: str, email: str) -> bool:
        """True when this initiative, or this address, is to be left alone."""
        return entry_uri in self.entries or (bool(email) and address_hash(email) in self.addresses)


def all_refusals(session: Session) -> Refusals:
    """Everybody who wants no more messages."""
    refused = session.scalars(select(MessageRefusal)).all()
    listed = {each.listing_id for each in refused if each.listing_id}
    by_link = set(session.scalars(select(Reminder.listing_id).where(Reminder.answer == "stop")))
    told = session.scalars(select(Listing).where(Listing.id.in_(listed | by_link)))
    entries = {uri_of_today(session, each) for each in told}
    entries |= {each.entry_uri for each in refused if each.listing_id is None}
    return Refusals(frozenset(entries), frozenset(each.address_hash for each in refused if each.address_hash))


def refuse(session: Session, entry_uri: str, hashed: str, listing: Listing | None) -> None:
    """Note that an initiative wants no more messages; ``hashed`` is its address as of `address_hash`."""
    refusal = MessageRefusal(
        listing_id=listing.id if listing is not None else None, entry_uri=entry_uri, address_hash=hashed
    )
    session.add(refusal)
    session.flush()


def lift(session: Session, entry_uri: str, *hashes: str) -> None:
    """They want messages again: here, at these addresses, and for what was merged into this entry."""
    about, reminders = _about(session, entry_uri, hashes)
    session.execute(delete(MessageRefusal).where(about))
    session.execute(update(Reminder).where(reminders).values(answer=LIFTED))
    session.flush()


def refused_at(session: Session, entry: Entry, email: str) -> datetime | None:
    """When somebody said that this initiative wants no more messages, or None."""
    about, reminders = _about(session, entry.uri, [address_hash(email)] if email else [])
    said = session.scalar(select(MessageRefusal.at).where(about).order_by(MessageRefusal.at).limit(1))
    return said or session.scalar(select(Reminder.answered_at).where(reminders).limit(1))


def address_hash(email: str) -> str:
    """What is kept of an address that is to be left alone; "" for none."""
    return hash_token(email.strip().casefold()) if email.strip() else ""


def _about(
    session: Session, entry_uri: str, hashes: Iterable[str]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which refusals, and which answers to a reminder, are about an initiative and what went into it."""
    listings = predecessors(session, entry_uri)
    own = session.scalar(select(Listing.id).where(Listing.uri == entry_uri))
    listings |= {own} if own is not None else set()
    refusals = or_(
        MessageRefusal.listing_id.in_(listings),
        and_(MessageRefusal.listing_id.is_(None), MessageRefusal.entry_uri == entry_uri),
        MessageRefusal.address_hash.in_([each for each in hashes if each]),
    )
    return refusals, and_(Reminder.listing_id.in_(listings), Reminder.answer == "stop")
