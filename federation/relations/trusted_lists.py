"""Signed lists of actors that this node trusts without having joined their publisher.

Whoever stands on a list may send us messages as a fellow member may. A list only allows: it
never overrides a rule of this node's own people, and names nobody's key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.remote_actors import RemoteActor
from federation.database import Base, now
from federation.fetching.origins import is_web_address
from schemas.objects import Document

REFRESH = timedelta(days=1)
RETRY = timedelta(hours=1)
MOST_TRUSTED = 10_000
"""Actors of one list that are kept."""


class TrustedList(Base):
    """The list of one publisher, and when it was last read."""

    __tablename__ = "trusted_list"

    publisher_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    count: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")
    """Why it could not be read the last time."""


class TrustedActor(Base):
    """One actor on one list."""

    __tablename__ = "trusted_actor"

    publisher_uri: Mapped[str] = mapped_column(
        String(2000), ForeignKey("trusted_list.publisher_uri", ondelete="CASCADE"), primary_key=True
    )
    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(200), default="")


def trusted_lists(session: Session) -> list[TrustedList]:
    """All lists, by name."""
    return list(session.scalars(select(TrustedList).order_by(TrustedList.name, TrustedList.publisher_uri)))


def lists_with(session: Session, actor_uri: str) -> list[TrustedList]:
    """The lists on which an actor stands."""
    on_it = select(TrustedActor.publisher_uri).where(TrustedActor.actor_uri == actor_uri)
    return list(session.scalars(select(TrustedList).where(TrustedList.publisher_uri.in_(on_it))))


def is_on_list(session: Session, actor_uri: str) -> bool:
    """Whether any list that we trust names the actor."""
    query = select(TrustedActor.actor_uri).where(TrustedActor.actor_uri == actor_uri)
    return session.scalar(query.limit(1)) is not None


def has_list(remote: RemoteActor) -> bool:
    """Whether an actor publishes a list of members."""
    return isinstance(remote.document.get("members"), str) and bool(remote.ed25519_multibase)


def add_list(session: Session, publisher_uri: str, name: str, *, by: str) -> TrustedList:
    """Trust a publisher's list; it is read by a job."""
    row = session.get(TrustedList, publisher_uri)
    if row is None:
        row = TrustedList(publisher_uri=publisher_uri, name=name, added_by=by)
        session.add(row)
        session.flush()
    return row


def remove_list(session: Session, publisher_uri: str) -> None:
    """Trust a list no longer."""
    session.execute(delete(TrustedActor).where(TrustedActor.publisher_uri == publisher_uri))
    session.execute(delete(TrustedList).where(TrustedList.publisher_uri == publisher_uri))


def store_trusted(session: Session, publisher_uri: str, documents: Iterable[Document]) -> int:
    """Make a list what its publisher now says it is; returns the number of actors on it."""
    row = session.get(TrustedList, publisher_uri)
    if row is None:  # removed while it was being read
        return 0
    named = {uri: name for uri, name in map(_read, documents) if uri and uri != publisher_uri}
    kept = list(named.items())[:MOST_TRUSTED]
    session.execute(delete(TrustedActor).where(TrustedActor.publisher_uri == publisher_uri))
    rows = [{"publisher_uri": publisher_uri, "actor_uri": uri, "name": name} for uri, name in kept]
    if rows:
        session.execute(insert(TrustedActor), rows)
    row.count, row.read_at, row.error = len(kept), now(), ""
    return len(kept)


def note_trouble(session: Session, publisher_uri: str, reason: str) -> None:
    """A list could not be read; what was read before stays."""
    row = session.get(TrustedList, publisher_uri)
    if row is not None:
        row.error = reason[:500]


def due_lists(session: Session) -> list[str]:
    """The lists that were not read for a day, and not tried for an hour."""
    old_read = or_(TrustedList.read_at.is_(None), TrustedList.read_at < now() - REFRESH)
    old_try = or_(TrustedList.tried_at.is_(None), TrustedList.tried_at < now() - RETRY)
    return list(session.scalars(select(TrustedList.publisher_uri).where(old_read, old_try)))


def _read(document: Document) -> tuple[str, str]:
    uri, name = document.get("id"), document.get("name")
    text = " ".join(name.replace("\x00", "").split())[:200] if isinstance(name, str) else ""
    return (str(uri), text) if is_web_address(uri) and "\x00" not in str(uri) else ("", "")
