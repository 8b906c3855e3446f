"""Inboxes that said they are gone (404 or 410): not tried again until their actor was fetched anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.remote_actors import RemoteActor
from federation.database import Base, now
from federation.upserts import insert_or_update


class DeadInbox(Base):
    """One inbox that is gone, and since when. An actor fetched after that says that it is back."""

    __tablename__ = "dead_inbox"

    inbox: Mapped[str] = mapped_column(String(2000), primary_key=True)
    status: Mapped[int]
    """What it answered: 404 or 410."""
    died_at: Mapped[datetime] = mapped_column(default=now, index=True)


def bury(session: Session, inbox: str, status: int) -> None:
    """Remember that an inbox is gone."""
    insert_or_update(session, DeadInbox, "inbox", {"inbox": inbox, "status": status, "died_at": now()})


def status_of(session: Session, inbox: str) -> int | None:
    """What a dead inbox answered; None for one that lives."""
    return session.scalar(select(DeadInbox.status).where(DeadInbox.inbox == inbox))


def revive(session: Session, inboxes: Iterable[str]) -> None:
    """Forget that inboxes were gone: a person, or their owner, says that they are there."""
    session.execute(delete(DeadInbox).where(DeadInbox.inbox.in_(list(inboxes))))


def died_at(session: Session, inboxes: Iterable[str]) -> dict[str, datetime]:
    """Those of the inboxes that are gone, and since when."""
    wanted = sorted({inbox for inbox in inboxes if inbox})
    found: dict[str, datetime] = {}
    for start in range(0, len(wanted), 500):  # databases limit the parameters of a statement
        query = select(DeadInbox.inbox, DeadInbox.died_at)
        part = DeadInbox.inbox.in_(wanted[start : start + 500])
        found |= {inbox: at for inbox, at in session.execute(query.where(part))}
    return found


@dataclass(frozen=True)
class Address:
    """Where an actor says that it can be reached, and when it said so."""

    uri: str
    inbox: str
    shared_inbox: str | None
    fetched_at: datetime


def addresses_of(session: Session, uris: Sequence[str]) -> list[Address]:
    """The addresses of those actors that we know."""
    columns = (RemoteActor.uri, RemoteActor.inbox, RemoteActor.shared_inbox, RemoteActor.fetched_at)
    rows: list[Address] = []
    for start in range(0, len(uris), 500):  # databases limit the parameters of a statement
        query = select(*columns).where(RemoteActor.uri.in_(uris[start : start + 500]))
        rows += [Address(*row) for row in session.execute(query)]
    return rows


def living_inbox(actor: Address, dead: dict[str, datetime], *, shared: bool) -> str:
    """Where an actor can be reached: the inbox it shares, else its own; empty when all are gone."""
    for inbox in (actor.shared_inbox if shared else None, actor.inbox):
        if inbox and (inbox not in dead or actor.fetched_at > dead[inbox]):
            return inbox
    return ""


def forget_old_dead(session: Session, before: datetime) -> None:
    """For the sweep: after a long time an inbox gets another chance."""
    session.execute(delete(DeadInbox).where(DeadInbox.died_at < before))
