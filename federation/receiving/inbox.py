"""The inbox: every admitted activity is a row, handed to the one listener of its type.

Processing a row and marking it are one transaction; listeners may therefore run again after a
crash and must not mind. They ask no other server for anything: one that needs an actor we do
not know raises `ActorNeeded`, and the job fetches it between transactions.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.queue import wake_after_commit
from federation.settings import Settings
from federation.signatures.owner_keys import ActorNeeded, raise_alarm
from schemas.activities import outline
from schemas.errors import AppError
from schemas.objects import Document, type_of

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 6
BATCH_TIME = 0.1  # seconds that one transaction may take before others get their turn
TURN = 0.01  # seconds between two transactions: what waits for SQLite's lock looks every few milliseconds
ANY = "*"


class InboxActivity(Base):
    """One admitted activity; the gate inserts it, the worker processes it."""

    __tablename__ = "inbox_activity"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), index=True)
    type: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(80), default="")
    document: Mapped[dict[str, Any]]
    """What was sent; the outline of it when nobody needs the rest any more."""
    scheme: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The signature scheme by which its sender was verified: 'rfc9421' or 'cavage'."""
    received_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(String(10), default="new")
    """'new', 'done', 'ignored' (no listener, or nothing to do with us) or 'failed' (with ``error``)."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str] = mapped_column(String(500), default="")
    processed_at: Mapped[datetime | None]
    fetches: Mapped[int] = mapped_column(default=0, server_default="0")
    """Requests to others that it has caused so far."""
    new_actors: Mapped[int] = mapped_column(default=0, server_default="0")
    """Actors that were looked up for it."""


@dataclass(frozen=True)
class Received:
    """What a listener gets: an activity whose sender was verified by the gate."""

    session: Session
    settings: Settings
    actor_uri: str
    activity: Document
    obj: Document | str
    """The object as it travelled: a document, or its address."""
    via_uri: str | None = None
    """The hub that relayed it; None when its sender is its author."""


Listener = Callable[[Received], None]


@dataclass
class Batch:
    """What came of a batch: how many rows were looked at, who sent them, which actors must be fetched."""

    processed: int = 0
    actors_needed: set[str] = field(default_factory=set)
    senders: dict[str, str] = field(default_factory=dict)
    """Who sent something, and the signature scheme by which that was verified."""


_listeners: dict[tuple[str, str], Listener] = {}


def listener(activity_type: str, object_type: str = ANY) -> Callable[[Listener], Listener]:
    """Register the one listener of an (activity, object) type; a second one is refused at start."""

    def register(function: Listener) -> Listener:
        key = (activity_type, object_type)
        if key in _listeners:
            raise RuntimeError(f"two listeners for {activity_type} of {object_type}")
        _listeners[key] = function
        return function

    return register


def find_listener(activity_type: str, object_type: str) -> Listener | None:
    """The listener of exactly this type, else the one for any object of this activity."""
    return _listeners.get((activity_type, object_type)) or _listeners.get((activity_type, ANY))


def listeners() -> list[tuple[str, str]]:
    """The (activity, object) types that somebody here listens to."""
    return sorted(_listeners)


def object_type_of(activity: Document) -> str:
    """The type of what an activity carries; ``""`` for an address or a list."""
    carried = activity.get("object")
    return type_of(carried) if isinstance(carried, dict) else ""


def process_batch(session: Session, settings: Settings, limit: int = 50) -> Batch:
    """Process waiting rows, the oldest first, for at most `BATCH_TIME`; the caller commits.

    Each row has its own savepoint: what a failing listener did is undone, its row is tried
    again with a growing pause and in the end marked failed, with the reason.
    """
    query = (
        select(InboxActivity)
        .where(InboxActivity.state == "new", InboxActivity.due_at <= now())
        .order_by(InboxActivity.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    batch = Batch()
    until = time.monotonic() + BATCH_TIME
    for row in session.scalars(query):
        _process(session, settings, row, batch)
        batch.processed += 1
        batch.senders[row.actor_uri] = row.scheme
        if time.monotonic() > until:
            break
    return batch


def _process(session: Session, settings: Settings, row: InboxActivity, batch: Batch) -> None:
    handle = find_listener(row.type, object_type_of(row.document))
    if handle is None:
        _mark(row, "ignored")
        return
    received = Received(session, settings, row.actor_uri, row.document, row.document.get("object", ""))
    row.attempts += 1
    session.flush()
    try:
        with session.begin_nested():
            handle(received)
    except OperationalError:
        raise  # the database itself: the whole batch is undone and found again by the sweep
    except ActorNeeded as needed:
        batch.actors_needed.add(needed.uri)
        _retry(row, needed)
    except AppError as refused:
        log.info("inbox.refused", uri=row.uri, type=row.type, reason=str(refused))
        _mark(row, "failed", str(refused))
        raise_alarm(session, refused)
    except Exception as error:  # this is the runner: a listener's bug fails its row only
        log.exception("inbox.listener_failed", uri=row.uri, type=row.type)
        _retry(row, error)
    else:
        _mark(row, "done")


def _mark(row: InboxActivity, state: str, error: str = "") -> None:
    if state != "failed" or row.type == "Announce":  # the feed has what an Announce carried
        row.document = outline(row.document)
    row.state, row.error, row.processed_at = state, error[:500].replace("\x00", ""), now()


def _retry(row: InboxActivity, error: Exception) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        _mark(row, "failed", str(error))
        return
    row.error = str(error)[:500].replace("\x00", "")
    row.due_at = now() + timedelta(seconds=5.0 * 4.0 ** (row.attempts - 1))


def waiting_for(session: Session, actor_uri: str) -> list[InboxActivity]:
    """The activities that cannot go on before this actor is known."""
    return list(session.scalars(_waiting_for(actor_uri)))


def give_up(row: InboxActivity, reason: str) -> None:
    """An activity is not processed, and people can see why."""
    _mark(row, "failed", reason)


def settle(row: InboxActivity) -> None:
    """Nothing is to be done with an activity any more, and what it said is forgotten."""
    _mark(row, "done")


def actor_learned(session: Session, actor_uri: str) -> None:
    """The actor is known now: what waited for it is due at once."""
    for row in session.scalars(_waiting_for(actor_uri)):
        row.due_at = now()


def actor_refused(session: Session, actor_uri: str, reason: str) -> None:
    """The actor cannot be had: what waited for it has failed."""
    for row in session.scalars(_waiting_for(actor_uri)):
        _mark(row, "failed", reason)


def try_again(session: Session, actor_uri: str) -> None:
    """What was refused of an actor is looked at once more: we believe a key of it that we did not."""
    refused = (InboxActivity.actor_uri == actor_uri, InboxActivity.state == "failed")
    values = {"state": "new", "attempts": 0, "due_at": now(), "error": "", "processed_at": None}
    session.execute(update(InboxActivity).where(*refused).values(values))
    wake_after_commit(session, "federation.jobs.process_inbox")


def _waiting_for(actor_uri: str) -> Any:
    text = str(ActorNeeded(actor_uri))[:500]
    return select(InboxActivity).where(InboxActivity.state == "new", InboxActivity.error == text)


def next_due_at(session: Session) -> datetime | None:
    """When the next row wants to be processed."""
    return session.scalar(select(func.min(InboxActivity.due_at)).where(InboxActivity.state == "new"))


def forget_old_activities(session: Session, before: datetime) -> None:
    """For the sweep: drop what was processed before an instant."""
    old = (InboxActivity.state != "new", InboxActivity.received_at < before)
    session.execute(delete(InboxActivity).where(*old))
