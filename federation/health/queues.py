"""How much waits, in both directions: the totals at the top of the health page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery

LATE = 300.0
"""Seconds after which something that is due and that nobody held back means: no worker runs."""


@dataclass(frozen=True)
class Queues:
    """What waits to go out, and what came in."""

    due: int
    """Due now, to hosts that are not in a pause."""
    later: int
    """Waiting for a next attempt, or for the end of a host's pause."""
    given_up: int
    oldest_due_at: datetime | None
    """Since when the oldest one, to a host that is well, could have gone."""
    waiting: int
    """Received, and not processed yet."""
    oldest_waiting_at: datetime | None
    failed: dict[str, int] = field(default_factory=dict)
    """Received and failed, per type of activity."""
    ignored: dict[str, int] = field(default_factory=dict)
    """Received and of no use to us, per type of activity."""

    @property
    def is_late(self) -> bool:
        """Whether work lies about that a worker would have done."""
        instants = [at for at in (self.oldest_due_at, self.oldest_waiting_at) if at]
        return any((now() - at).total_seconds() > LATE for at in instants)


def queues(session: Session) -> Queues:
    """Count both queues."""
    present = now()
    goes = (Delivery.state == "due", Delivery.due_at <= present)
    paused = select(Peer.host).where(Peer.breaker_until > present)
    due = session.scalar(
        select(func.count()).select_from(Delivery).where(*goes, Delivery.host.not_in(paused))
    )
    states = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.state.in_(("due", "gave_up")))
        .group_by(Delivery.state)
    )
    outgoing = {state: count for state, count in states}
    new = (InboxActivity.state == "new", InboxActivity.due_at <= present)
    waiting, oldest_new = session.execute(
        select(func.count(), func.min(InboxActivity.due_at)).where(*new)
    ).one()
    return Queues(
        due=due or 0,
        later=outgoing.get("due", 0) - (due or 0),
        given_up=outgoing.get("gave_up", 0),
        oldest_due_at=_oldest_due(session, present),
        waiting=waiting,
        oldest_waiting_at=oldest_new,
        failed=_per_type(session, "failed"),
        ignored=_per_type(session, "ignored"),
    )


def _oldest_due(session: Session, present: datetime) -> datetime | None:
    """The oldest that nothing holds back: no failing host, no earlier message that waits for its turn."""
    failing = select(Peer.host).where(or_(Peer.failures > 0, Peer.breaker_until.is_not(None)))
    in_line = select(Delivery.inbox).where(Delivery.state == "due", Delivery.due_at > present)
    return session.scalar(
        select(func.min(Delivery.due_at)).where(
            Delivery.state == "due",
            Delivery.due_at <= present,
            Delivery.host.not_in(failing),
            Delivery.inbox.not_in(in_line),
        )
    )


def _per_type(session: Session, state: str) -> dict[str, int]:
    query = (
        select(InboxActivity.type, func.count())
        .where(InboxActivity.state == state)
        .group_by(InboxActivity.type)
        .order_by(func.count().desc(), InboxActivity.type)
    )
    return {kind: count for kind, count in session.execute(query)}
