"""Reconciling: what a hub lists is compared with what we have, and what was missed is fetched.

Only parts of the tree of digests that differ are looked into (`directory.relaying.digest`). Every
document is fetched between transactions; a share of work is bounded in number and in time, and the next
goes on after it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from directory.relaying import listings
from directory.relaying.asking import ask_owners
from directory.relaying.catch_up import (
    FeedCursor,
    address_of,
    catch_up,
    documents_in,
    fetch_page,
    signed_by,
    take_items,
)
from directory.relaying.comparing import Listed, compare, hashes_in, listed_in, number, our_tree
from directory.relaying.digest import DEEPEST, STEP, Tree, fold
from directory.relaying.reconciliation import Reconciliation, finish, interrupt, plan
from directory.relaying.web import MOST_PLACES
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.database import Database, now
from federation.fetching.budget import Budget, BudgetSpent, spending
from federation.settings import Settings
from federation.signatures.proofs import UnknownKey
from schemas.errors import GaveUp, RemoteError, TryLater
from schemas.objects import Document

log = structlog.get_logger(__name__)

MOST_DOCUMENTS = 80
"""Parts of a digest fetched at a time; the rest waits for the next minute."""
MOST_RECORDS = 1000
"""Records fetched at a time."""
MOST_FETCHES, MOST_NEW_ACTORS = 2000, 400
"""What one share may ask of others: many times more than it needs."""
MOST_TIME, MOST_TIME_IN_ALL = 400.0, 500.0
"""Seconds for one share, and until owners are no longer asked; well before the queue would end the job."""
MOST_AGE = timedelta(days=1)
"""How long one comparison may go on: a digest without end is not followed for ever."""


@dataclass
class _Share:
    """One share of work: what may still be fetched, and how far it came."""

    database: Database
    settings: Settings
    hub: RemoteActor
    tree: Tree
    resume_after: str
    documents: int
    records: int


class _Enough(Exception):  # not an error: the share is used up
    """This share of work is done."""


def reconcile(database: Database, settings: Settings, hub_uri: str) -> Reconciliation:
    """Catch up with a hub, compare what it lists with our replica, and mend that; returns the result.

    Raises TryLater or GaveUp when the hub does not answer as it should; what was mended is kept.
    """
    begun = time.monotonic()
    try:
        with spending(Budget(MOST_FETCHES, MOST_NEW_ACTORS, begun + MOST_TIME)):
            is_complete = _catch_up_and_compare(database, settings, hub_uri)
    except RemoteError as error:
        _close(database, hub_uri, is_complete=False, error=str(error) or type(error).__name__)
        raise
    ask_owners(database, settings, hub_uri, until=begun + MOST_TIME_IN_ALL)
    return _close(database, hub_uri, is_complete=is_complete)


def _catch_up_and_compare(database: Database, settings: Settings, hub_uri: str) -> bool:
    hub = learn_actor(database, settings, hub_uri, refresh=True)  # its document says where the digest is
    catch_up(database, settings, hub)
    return _share_of_work(database, settings, hub)


def _share_of_work(database: Database, settings: Settings, hub: RemoteActor) -> bool:
    """Compare as much as one share of work allows. True when that was all."""
    try:
        share, root = _start(database, settings, hub)
        for part in _differing(share, root):
            _compare_part(share, part)
    except (_Enough, BudgetSpent):
        return False
    return True


def _start(database: Database, settings: Settings, hub: RemoteActor) -> tuple[_Share, Document]:
    root = _part(database, settings, hub, "")
    with database.session() as session:
        row = plan(session, hub.uri)
        if row.started_at is None:
            row.started_at, row.different, row.mended, row.unlisted = now(), 0, 0, 0
        row.listed = number(root.get("totalItems"))
        _go_back(session, hub.uri, number(root.get("place")))
        tree = our_tree(session, hub.uri)
        share = _Share(database, settings, hub, tree, row.resume_after, MOST_DOCUMENTS, MOST_RECORDS)
        session.commit()
    return share, root


def _go_back(session: Session, hub_uri: str, place: int) -> None:
    """A hub that was put back from a backup gives places again that we have passed."""
    cursor = session.get(FeedCursor, hub_uri)
    if cursor is not None and cursor.sequence > place:
        log.warning("directory.feed_went_back", hub=hub_uri, read_to=cursor.sequence, ends_at=place)
        cursor.sequence = place


def _differing(share: _Share, part: Document) -> Iterator[Document]:
    """The parts of the tree that list records and differ from ours, in their order."""
    prefix = str(part["prefix"])
    if part.get("hash") == share.tree.hash_of(prefix) or _is_done(share, prefix):
        return
    if "orderedItems" in part:
        yield part
        return
    theirs = hashes_in(part, prefix)
    for child in sorted(
        theirs.keys() | {bucket[: len(prefix) + STEP] for bucket, _ in share.tree.under(prefix)}
    ):
        if theirs.get(child, fold([])) == share.tree.hash_of(child) or _is_done(share, child):
            continue
        if child in theirs:
            yield from _differing(share, _fetch_part(share, child))
        else:
            yield {"prefix": child, "orderedItems": []}  # it has nothing there any more


def _is_done(share: _Share, prefix: str) -> bool:
    """Whether an earlier share of this comparison finished this part."""
    return bool(share.resume_after) and prefix + "g" * (DEEPEST - len(prefix)) <= share.resume_after


def _fetch_part(share: _Share, prefix: str) -> Document:
    if share.documents <= 0:
        raise _Enough
    share.documents -= 1
    return _part(share.database, share.settings, share.hub, prefix)


def _part(database: Database, settings: Settings, hub: RemoteActor, prefix: str) -> Document:
    """One part of the hub's digest, signed by it, with the ``prefix`` that was asked for."""
    address = address_of(hub, "digest")
    url = f"{address}?under={prefix}" if prefix else address
    try:
        document = signed_by(database, settings, hub, url)
    except UnknownKey as error:  # its new keys come with its list of members
        raise TryLater(cause=str(error)) from None
    if document.get("id") != url or document.get("type") != "FeedDigest":
        raise GaveUp(cause=f"{url} is not a digest")
    return document | {"prefix": prefix}


def _compare_part(share: _Share, part: Document) -> None:
    """Compare the records of one small part, and fetch what we miss of it."""
    prefix = str(part["prefix"])
    listed = listed_in(part, prefix)
    with share.database.session(write=False) as session:
        compared = compare(session, share.hub.uri, prefix, listed)
    if share.records < len(compared.missing):
        raise _Enough
    share.records -= len(compared.missing)
    mended = _fetch_records(share, compared.missing)
    with share.database.session() as session:
        listings.note_listed(session, share.hub.uri, compared.held)
        listings.note_unlisted(session, share.hub.uri, compared.unlisted)
        row = plan(session, share.hub.uri)
        row.different += len(compared.missing)
        row.mended += mended
        row.unlisted += len(compared.unlisted)
        row.resume_after = prefix + "g" * (DEEPEST - len(prefix))
        session.commit()


def _fetch_records(share: _Share, missing: list[Listed]) -> int:
    """Fetch records by their places in the feed; returns how many we have now."""
    places = sorted({item.place for item in missing if item.place})
    held: set[str] = set()
    for start in range(0, len(places), MOST_PLACES):
        query = ",".join(map(str, places[start : start + MOST_PLACES]))
        url = f"{address_of(share.hub, 'feed')}?at={query}"
        items = documents_in(fetch_page(share.database, share.settings, url))
        taken = take_items(share.database, share.settings, share.hub.uri, items, following=None)
        held.update(taken.held)
    return len(held & {item.uri for item in missing})


def _close(database: Database, hub_uri: str, *, is_complete: bool, error: str = "") -> Reconciliation:
    """Write down how a share of work ended."""
    with database.session() as session:
        row = plan(session, hub_uri)
        if is_complete:
            finish(row)
        elif not error and row.started_at and now() - row.started_at > MOST_AGE:
            finish(row)
            row.error = "the digest is larger than could be compared in a day"
        else:
            interrupt(row, error)
        session.commit()
    log.info("directory.reconciled", hub=hub_uri, is_complete=is_complete, mended=row.mended, error=error)
    return row
