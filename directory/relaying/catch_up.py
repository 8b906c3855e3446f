"""Catching up: a node pages through the feeds of its hubs until it is current.

Pages are fetched between transactions; each is one transaction with its place in the feed, so
a stop at any moment costs a page at most.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import structlog
from sqlalchemy import String
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.relaying.listings import note_listed
from directory.replica import ingest
from directory.replica.ingest import Taken
from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.database import Base, Database, now
from federation.fetching.budget import Budget, BudgetSpent, spending
from federation.fetching.collections import items_of
from federation.fetching.fetch import FEED
from federation.fetching.origins import authority_of, same_origin
from federation.fetching.signed_fetch import fetch_signed
from federation.relations.follows import joined_hubs
from federation.relations.members import store_list
from federation.relations.peers import clear_alarm, note_alarm
from federation.settings import Settings
from federation.signatures.proofs import UnknownKey, verify
from schemas.errors import AppError, GaveUp, RemoteError, TryLater
from schemas.objects import Document

log = structlog.get_logger(__name__)

MOST_PAGES = 200
"""Pages read at a time; the rest waits for a round soon after, so that no hub can keep us busy. It is
not caught up before: that it is complete would be untrue."""
MOST_MEMBER_PAGES, MOST_MEMBERS = 100, 10_000
"""More than of any collection of strangers: a list of members is signed by a hub that we chose."""
MOST_BARREN = 5
"""Pages in a row in which there is nothing that we may keep; then the hub has had its turn."""
MOST_TIME = 300.0
"""Seconds that one reading may take; well before the queue would end it."""
MOST_TIME_IN_ALL = 450.0
"""Seconds for the list of members and the feed together."""
MOST_NEW_ACTORS = 20
"""Owners fetched per page because no member list names their key."""
MOST_FETCHES, MOST_NEW_ACTORS_IN_ALL = 700, 200
"""What one reading may ask of others, whatever the feed names: many times more than it needs."""
REFRESH = timedelta(hours=1)
RETRY = timedelta(minutes=1)


class FeedCursor(Base):
    """How far we have read one hub's feed; kept per page, so that a stop costs one page."""

    __tablename__ = "feed_cursor"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    members_at: Mapped[datetime | None]
    """When the hub's list of members was last read."""
    caught_up_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")


def catch_up(database: Database, settings: Settings, hub: RemoteActor) -> int:
    """Read the members and then the feed of a hub to its end; returns the number of new records.

    Raises TryLater or GaveUp when the hub does not answer as it should; what was read is kept.
    """
    _note(database, hub.uri, tried_at=now())
    try:
        until = time.monotonic() + MOST_TIME_IN_ALL
        with spending(Budget(MOST_FETCHES, MOST_NEW_ACTORS_IN_ALL, until)):
            refresh_members(database, settings, hub)
            taken = _read_feed(database, settings, hub)
    except RemoteError as error:
        _note(database, hub.uri, error=str(error)[:500])
        raise
    _note(database, hub.uri, caught_up_at=now(), error="")
    log.info("directory.caught_up", hub=hub.uri, new=taken)
    return taken


def refresh_members(database: Database, settings: Settings, hub: RemoteActor) -> int:
    """Take over a hub's signed list of members; returns their number."""
    try:
        members = _members_by_present_keys(database, settings, hub)
    except BudgetSpent:
        raise  # this says nothing about its list
    except GaveUp:  # unreadable, not just away: people should know
        with database.session() as session:
            note_alarm(session, authority_of(hub.uri), "member_list")
            session.commit()
        raise
    with database.session() as session:
        count = store_list(session, hub.uri, members)
        _cursor(session, hub.uri).members_at = now()
        clear_alarm(session, authority_of(hub.uri), "member_list")
        session.commit()
    return count


def _members_by_present_keys(database: Database, settings: Settings, hub: RemoteActor) -> list[Document]:
    try:
        return _read_members(database, settings, hub)
    except UnknownKey:  # the hub has new keys: its own document says which
        renewed = learn_actor(database, settings, hub.uri, refresh=True)
        return read_members(database, settings, renewed)


def read_members(database: Database, settings: Settings, hub: RemoteActor) -> list[Document]:
    """A publisher's signed list of members, checked with the keys we know of it. TryLater or GaveUp."""
    try:
        return _read_members(database, settings, hub)
    except UnknownKey as error:
        raise GaveUp(cause=str(error)) from None


def _read_members(database: Database, settings: Settings, hub: RemoteActor) -> list[Document]:
    """Every page, signed; half a list would make strangers of the other half."""
    items = items_of(
        lambda url: signed_by(database, settings, hub, url),
        address_of(hub, "members"),
        most_pages=MOST_MEMBER_PAGES,
        most_items=MOST_MEMBERS,
    )
    return [item for item in items if isinstance(item, dict)]


def due_hubs(session: Session) -> list[str]:
    """The joined hubs whose feed was not read to its end in the last hour."""
    due = []
    for hub in joined_hubs(session):
        cursor = session.get(FeedCursor, hub.uri)
        if cursor is None or (_is_old(cursor.caught_up_at, REFRESH) and _is_old(cursor.tried_at, RETRY)):
            due.append(hub.uri)
    return due


def _is_old(at: datetime | None, age: timedelta) -> bool:
    return at is None or now() - at > age


def signed_by(database: Database, settings: Settings, hub: RemoteActor, url: str) -> Document:
    """A document of the hub with its proof checked. TryLater, GaveUp, or UnknownKey of a new key."""
    if not same_origin(url, hub.uri):
        raise GaveUp(cause=f"{url} is not vouched for by {hub.uri}")
    document = fetch_signed(database.engine, settings, url, accept=FEED).document
    try:
        verify(document, owner_uri=hub.uri, keys=ed25519_keys_in(hub.document))
    except UnknownKey:
        raise
    except AppError as error:
        raise GaveUp(cause=f"{url}: {error}") from None
    return document


def fetch_page(database: Database, settings: Settings, url: str) -> Document:
    """A page of a feed; what is in it has proofs of its own."""
    return fetch_signed(database.engine, settings, url, accept=FEED).document


def _read_feed(database: Database, settings: Settings, hub: RemoteActor) -> int:
    address = address_of(hub, "feed")
    place, until, taken, barren = _place_in(database, hub.uri), time.monotonic() + MOST_TIME, 0, 0
    for _page in range(MOST_PAGES):
        page = fetch_page(database, settings, f"{address}?after={place}")
        items = documents_in(page)
        if not items:
            break
        following = _place(address, page.get("next"))
        if following <= place:
            raise GaveUp(cause=f"the feed of {hub.uri} does not go on after {place}")
        page_taken = take_items(database, settings, hub.uri, items, following=following)
        taken, place = taken + len(page_taken.new), following
        barren = 0 if page_taken.held else barren + 1
        if barren >= MOST_BARREN:
            raise GaveUp(cause=f"{barren} pages of {hub.uri} in a row with nothing that we keep")
        if time.monotonic() > until:
            raise TryLater(cause=f"the feed of {hub.uri} is longer than can be read at a time")
    else:
        raise TryLater(cause=f"the feed of {hub.uri} has more pages than are read at a time")
    return taken


def _place_in(database: Database, hub_uri: str) -> int:
    with database.session(write=False) as session:
        cursor = session.get(FeedCursor, hub_uri)
        return cursor.sequence if cursor else 0


def documents_in(page: Document) -> list[Document]:
    """The documents that a page holds."""
    items = page.get("orderedItems")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def take_items(
    database: Database, settings: Settings, hub_uri: str, items: list[Document], *, following: int | None
) -> Taken:
    """One page into the replica, in one transaction with the place where it ends, if it has one.

    Owners whose keys are not known are fetched between two transactions.
    """
    with database.session() as session:
        taken = take(session, items, hub_uri)
        if not taken.waiting:
            _move_on(session, hub_uri, following)
        session.commit()
    if not taken.waiting:
        return taken
    _learn_owners(database, settings, set(taken.waiting.values()))
    with database.session() as session:
        more = take(session, [items[at] for at in taken.waiting], hub_uri)
        _move_on(session, hub_uri, following)
        session.commit()
    taken.new += more.new
    taken.held += more.held
    taken.refused += more.refused
    return taken


def _move_on(session: Session, hub_uri: str, following: int | None) -> None:
    if following is not None:
        _cursor(session, hub_uri).sequence = following


def take(session: Session, activities: list[Document], hub_uri: str) -> Taken:
    """Apply what a hub relays, and note what it lists of what we have."""
    taken = _apply(session, activities, hub_uri)
    note_listed(session, hub_uri, taken.held)
    return taken


def _apply(session: Session, activities: list[Document], hub_uri: str) -> Taken:
    """Apply relayed activities together; one by one when the database refuses one of them."""
    try:
        with session.begin_nested():
            return ingest.apply_all(session, activities, via_uri=hub_uri)
    except DataError as error:
        log.warning("directory.unstorable", hub=hub_uri, reason=str(error)[:500])
    taken = Taken()
    for position, activity in enumerate(activities):
        try:
            with session.begin_nested():
                one = ingest.apply_all(session, [activity], via_uri=hub_uri)
        except DataError:
            taken.refused += 1
            continue
        taken.new += one.new
        taken.held += one.held
        taken.refused += one.refused
        if 0 in one.waiting:
            taken.waiting[position] = one.waiting[0]
    return taken


def _learn_owners(database: Database, settings: Settings, uris: set[str]) -> None:
    for uri in sorted(uris)[:MOST_NEW_ACTORS]:
        try:
            learn_actor(database, settings, uri, refresh=True)
        except RemoteError as error:
            log.info("directory.owner_unknown", actor=uri, reason=str(error))


def address_of(hub: RemoteActor, name: str) -> str:
    """An address of the hub's own that its document names. GaveUp when it names none."""
    address = hub.document.get(name)
    if not isinstance(address, str) or not same_origin(address, hub.uri):
        raise GaveUp(cause=f"{hub.uri} has no {name} of its own")
    return address


def _place(address: str, following: object) -> int:
    """The place in the feed that ``next`` names; GaveUp when it leads elsewhere."""
    if not isinstance(following, str) or following.split("?", 1)[0] != address:
        raise GaveUp(cause=f"the feed at {address} has no next page of its own")
    given = parse_qs(urlsplit(following).query).get("after", [""])[0]
    if not given.isascii() or not given.isdecimal() or len(given) > 15:
        raise GaveUp(cause=f"the feed at {address} has no readable next page")
    return int(given)


def _cursor(session: Session, hub_uri: str) -> FeedCursor:
    cursor = session.get(FeedCursor, hub_uri)
    if cursor is None:
        cursor = FeedCursor(hub_uri=hub_uri, sequence=0)
        session.add(cursor)
        session.flush()
    return cursor


def _note(database: Database, hub_uri: str, **values: datetime | str) -> None:
    with database.session() as session:
        cursor = _cursor(session, hub_uri)
        for name, value in values.items():
            setattr(cursor, name, value)
        session.commit()
