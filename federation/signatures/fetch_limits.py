"""How often and how many at a time: the bounds of fetching keys, shared by all processes of a node.

Rows, so that neither a second web process nor a restart doubles them. Every row expires.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, case, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.upserts import insert_statement
from schemas.errors import TryLater

PER_HOST = 30
"""Keys of one host that are fetched in a minute."""
OF_STRANGERS = 120
"""Keys of hosts we have nothing to do with that are fetched in a minute, all together."""
_WINDOW = timedelta(minutes=1)
_LONGEST_FETCH = timedelta(seconds=30)
"""A process that died while it fetched holds nobody up for longer."""
_ALL_STRANGERS = "*"


class FetchCount(Base):
    """How many keys of a host were fetched since a moment; of all strangers together under ``*``."""

    __tablename__ = "fetch_count"

    host: Mapped[str] = mapped_column(String(260), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=now, index=True)
    count: Mapped[int] = mapped_column(default=1)


class KeyFetch(Base):
    """A key that some process is fetching now; others wait for what comes of it."""

    __tablename__ = "key_fetch"

    key_id: Mapped[str] = mapped_column(String(2000), primary_key=True)
    until: Mapped[datetime]


def is_being_fetched(session: Session, key_id: str) -> bool:
    """Whether another thread or process fetches this key at the moment."""
    query = select(KeyFetch.key_id).where(KeyFetch.key_id == key_id, KeyFetch.until > now())
    return session.scalar(query) is not None


def claim_fetch(session: Session, key_id: str) -> bool:
    """Say that we fetch this key now; False when somebody else just did. The caller commits."""
    until = now() + _LONGEST_FETCH
    statement = insert_statement(session, KeyFetch).values(key_id=key_id, until=until)
    over = {"set_": {"until": until}, "where": KeyFetch.until <= now()}
    claimed = statement.on_conflict_do_update(index_elements=["key_id"], **over).returning(KeyFetch.key_id)
    return session.execute(claimed).first() is not None


def end_fetch(session: Session, key_id: str) -> None:
    """The fetch is over, well or badly."""
    session.execute(delete(KeyFetch).where(KeyFetch.key_id == key_id))


def count_fetch(session: Session, host: str, *, of_stranger: bool) -> None:
    """Count a fetch of a host's key; TryLater when there were too many in the last minute."""
    if _count(session, host) > PER_HOST:
        raise _too_many(f"too many keys of {host} in a minute")
    if of_stranger and _count(session, _ALL_STRANGERS) > OF_STRANGERS:
        raise _too_many("too many keys of strangers in a minute")


def _count(session: Session, host: str) -> int:
    is_over = FetchCount.since <= now() - _WINDOW
    statement = insert_statement(session, FetchCount).values(host=host, since=now(), count=1)
    values = {
        "count": case((is_over, 1), else_=FetchCount.count + 1),
        "since": case((is_over, now()), else_=FetchCount.since),
    }
    counted = statement.on_conflict_do_update(index_elements=["host"], set_=values)
    return int(session.execute(counted.returning(FetchCount.count)).scalar_one())


def forget_old_counts(session: Session) -> None:
    """For the sweep: drop what no longer counts."""
    session.execute(delete(FetchCount).where(FetchCount.since < now() - 2 * _WINDOW))
    session.execute(delete(KeyFetch).where(KeyFetch.until < now()))


def _too_many(cause: str) -> TryLater:
    return TryLater(cause=cause, kind="too_many_keys", retry_after=60)
