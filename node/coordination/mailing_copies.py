"""What is kept of messages to a selection: a trace at each entry, and the link that says “no more”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.database import now
from node.accounts.service import hash_token
from node.coordination.mailing_models import MessageCopy, SentMessage
from node.freshness.refusals import lift, refuse
from node.listings.models import Listing
from node.listings.successors import predecessors, uri_of_today
from schemas.errors import NotFound
from schemas.messages import N_

KEPT = timedelta(days=730)
"""So long is known who got a message, and so long its link works."""
MOST_TRACES, MOST_MESSAGES = 20, 100


@dataclass(frozen=True)
class Trace:
    """A message that an initiative got."""

    message: SentMessage
    copy: MessageCopy


@dataclass(frozen=True)
class Summary:
    """A message with how many got it, and how many of them said “no more messages” by its link."""

    message: SentMessage
    sent: int
    refused: int


def find_copy(session: Session, token: str) -> MessageCopy:
    """The copy whose link has this secret. Raises NotFound."""
    copy = session.scalar(select(MessageCopy).where(MessageCopy.token_hash == hash_token(token)))
    if copy is None:
        raise NotFound(N_("This link does not work any more. Please call us."), cause="message copy")
    return copy


def stop(session: Session, token: str) -> MessageCopy:
    """No more messages for this initiative and this address; a second time changes nothing."""
    copy = find_copy(session, token)
    if copy.refused_at is None:
        listing = session.get(Listing, copy.listing_id) if copy.listing_id else None
        refuse(session, copy.entry_uri, copy.address_hash, listing)
        copy.refused_at = now()
        session.flush()
    return copy


def resume(session: Session, token: str) -> MessageCopy:
    """Messages again, after all."""
    copy = find_copy(session, token)
    if copy.refused_at is not None:
        listing = session.get(Listing, copy.listing_id) if copy.listing_id else None
        uri = uri_of_today(session, listing) if listing is not None else copy.entry_uri
        lift(session, uri, copy.address_hash)
        copy.refused_at = None
        session.flush()
    return copy


def traces_of(session: Session, entry: Entry) -> list[Trace]:
    """The messages that an initiative got, also what was merged into it; the newest first."""
    own = select(Listing.id).where(Listing.uri == entry.uri)
    listings = {*session.scalars(own), *predecessors(session, entry.uri)}
    itself = and_(MessageCopy.listing_id.is_(None), MessageCopy.entry_uri == entry.uri)
    query = (
        select(SentMessage, MessageCopy)
        .join(MessageCopy, MessageCopy.message_id == SentMessage.id)
        .where(or_(MessageCopy.listing_id.in_(listings), itself))
        .order_by(MessageCopy.id.desc())
    )
    return [Trace(message, copy) for message, copy in session.execute(query.limit(MOST_TRACES))]


def list_messages(session: Session) -> Sequence[Summary]:
    """The messages that were sent, the newest first."""
    query = (
        select(SentMessage, func.count(MessageCopy.id), func.count(MessageCopy.refused_at))
        .outerjoin(MessageCopy, MessageCopy.message_id == SentMessage.id)
        .group_by(SentMessage.id)
        .order_by(SentMessage.id.desc())
    )
    return [Summary(*row) for row in session.execute(query.limit(MOST_MESSAGES))]


def forget_old(session: Session) -> int:
    """Forget messages of long ago, with who got them; returns how many."""
    result = session.execute(delete(SentMessage).where(SentMessage.at < now() - KEPT))
    return result.rowcount if isinstance(result, CursorResult) else 0
