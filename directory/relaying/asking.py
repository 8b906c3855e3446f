"""Asking owners about records that a hub no longer lists.

A hub's silence deletes nothing. The owner's signed tombstone does; its living record confirms what we
have; whoever does not answer leaves it as it is, marked as not confirmed, until somebody vouches for it.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.relaying import listings
from directory.relaying.listings import FeedListing
from directory.replica import ingest
from directory.replica.records import Record
from federation.actors.identities import find_by_uri
from federation.database import Database, now
from federation.fetching.fetch import RECORD
from federation.fetching.origins import authority_of
from federation.fetching.signed_fetch import fetch_signed
from federation.queue import wake_after_commit
from federation.sending.addressing import address_deliveries
from federation.sending.published import PublishedActivity
from federation.settings import Settings
from schemas.activities import RECORD_ACTIVITIES
from schemas.errors import AppError, RemoteError, TryLater

if TYPE_CHECKING:
    from schemas.objects import Document

log = structlog.get_logger(__name__)

MOST_ASKED = 20
"""Records asked about at a time."""
AGAIN = timedelta(days=6)
"""An owner is asked about the same record in the next weekly comparison at the earliest."""


def ask_owners(database: Database, settings: Settings, hub_uri: str, *, until: float = math.inf) -> int:
    """Ask about records that a hub no longer lists, a bounded number; returns how many were looked at.

    Those that another hub lists need no question; our own are offered to the hub once more. What was not
    asked by ``until`` (of `time.monotonic`) waits for the next time.
    """
    with database.session() as session:
        waiting = listings.unlisted(session, hub_uri, now() - AGAIN, MOST_ASKED)
        asked = [listing.record_uri for listing in waiting if not _is_settled(session, listing)]
        session.commit()
    silent: set[str] = set()  # hosts that do not answer: not asked about everything they have
    for uri in asked:
        if time.monotonic() > until:
            break
        answer = None if authority_of(uri) in silent else _ask(database, settings, uri, silent)
        with database.session() as session:
            _settle(session, hub_uri, uri, answer)
            session.commit()
    return len(waiting)


def _is_settled(session: Session, listing: FeedListing) -> bool:
    """Whether nobody needs to be asked about this record."""
    record = session.get(Record, listing.record_uri)
    if record is None or record.deleted_at or listings.listed_elsewhere(session, listing):
        session.delete(listing)
        return True
    if find_by_uri(session, record.owner_uri) is None:
        return False
    _offer(session, listing)
    listing.asked_at = now()
    return True


def _offer(session: Session, listing: FeedListing) -> None:
    """A record of ours that our hub lost: its latest activity is sent to it again."""
    query = (
        select(PublishedActivity)
        .where(PublishedActivity.object_uri == listing.record_uri, PublishedActivity.is_public)
        .where(PublishedActivity.type.in_(RECORD_ACTIVITIES))
        .order_by(PublishedActivity.created_at.desc())
        .limit(1)
    )
    latest = session.scalar(query)
    if latest is not None:
        address_deliveries(session, latest, [listing.hub_uri], to_followers=False)
        wake_after_commit(session, "federation.jobs.deliver")


def _ask(database: Database, settings: Settings, uri: str, silent: set[str]) -> Document | None:
    try:
        return fetch_signed(database.engine, settings, uri, accept=RECORD).document
    except TryLater:
        silent.add(authority_of(uri))
    except RemoteError as error:
        log.info("directory.not_confirmed", record=uri, reason=str(error)[:200])
    return None


def _settle(session: Session, hub_uri: str, uri: str, answer: Document | None) -> None:
    """Take over what the owner says, or mark the record as not confirmed."""
    listing = session.get(FeedListing, (hub_uri, uri))
    if answer is None or not _takes_over(session, uri, answer):
        listings.doubt(session, uri)
    else:
        listings.confirm(session, [uri])
    if listing is not None:
        listing.asked_at = now()
    session.flush()


def _takes_over(session: Session, uri: str, answer: Document) -> bool:
    """Whether the owner vouches for the record as we have it now; its newer word is taken over."""
    try:
        with session.begin_nested():
            ingest.apply_object(session, answer)
            return ingest.is_vouched(session, uri, answer)
    except AppError as refused:
        log.info("directory.not_confirmed", record=uri, reason=str(refused)[:200])
        return False
