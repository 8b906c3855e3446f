"""Deliveries: one row per activity and inbox, claimed in batches, posted concurrently.

The row is the job. A worker claims rows for a minute and commits, posts without holding a
transaction (`federation.sending.posting`), then records what came of it; a claim whose worker died
runs out by itself.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ForeignKey, Index, Select, String, case, delete, exists, func, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from federation.database import Base, now
from federation.queue import wake_after_commit
from federation.relations.peers import BREAKER_FAILURES, Peer, peer_answered, peer_failed

log = structlog.get_logger(__name__)

CLAIM = timedelta(seconds=60)
"""How long a worker may take over a batch; `federation.sending.posting` stops well before."""
PER_HOST = 20
"""Deliveries to one host in a batch: a slow host may not fill it."""
FIRST_PAUSE, LONGEST_PAUSE, HELD = 5.0, 6 * 3600.0, 7 * 86400.0  # seconds
REFUSALS = 6
"""Attempts after 401 or 403: our key or our membership may only just be on its way there."""


class Delivery(Base):
    """One activity on its way to one inbox."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "inbox", "object_uri"),
        Index(None, "host", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_uri: Mapped[str] = mapped_column(ForeignKey("published_activity.uri"), index=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    recipient_uri: Mapped[str | None] = mapped_column(String(2000))
    """The receiving actor while its inbox is not known yet: it is looked up before posting."""
    inbox: Mapped[str] = mapped_column(String(2000), default="")
    host: Mapped[str] = mapped_column(String(255))
    object_uri: Mapped[str | None] = mapped_column(String(2000))
    """Deliveries about one object to one inbox keep their order."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    """'due', 'done', 'gave_up', or 'discarded' by a person."""
    reason_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why it was given up: 'expired', 'inbox_gone', 'refused' or 'unreachable'."""
    decided_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Who discarded it."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    claimed_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt. Without a status the host could not be reached."""

    delivery_id: int
    status: int | None = None
    error: str = ""
    retry_after: float | None = None
    scheme: str = ""
    """The signature scheme that was accepted."""
    postponed: bool = False
    """Not attempted: the host failed a moment before, or the batch ran out of time."""


def retry_delay(attempts: int, elapsed: float, draw: float = 0.5) -> float | None:
    """Seconds until the next attempt, or None to give up.

    ``attempts`` made so far, ``elapsed`` seconds since the first was due; ``draw`` in [0, 1)
    spreads the delay between 75 % and 125 %, so that a host that returns is not stormed.
    """
    if elapsed >= HELD:
        return None
    mean = min(FIRST_PAUSE * 3.0 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return mean * (0.75 + draw / 2)


def claim(session: Session, limit: int) -> list[Delivery]:
    """Take due deliveries for this worker, the oldest first; the caller commits at once.

    Per inbox and object only the first waits in line; hosts in a pause are left alone, and one
    that comes out of it gets a single probe.
    """
    moment = now()
    free = Delivery.claimed_until.is_(None) | (Delivery.claimed_until < moment)
    query = (
        select(Delivery)
        .where(Delivery.id.in_(_candidates(moment, limit)), Delivery.state == "due", free)
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True)
    )
    claimed = list(session.scalars(query))
    for delivery in claimed:
        delivery.claimed_until = moment + CLAIM
    session.flush()
    return claimed


def _candidates(moment: datetime, limit: int) -> Select[tuple[int]]:
    """The ids of deliveries that may go now, a bounded number per host."""
    earlier = aliased(Delivery)
    waits = exists().where(
        Delivery.inbox != "",
        earlier.inbox == Delivery.inbox,
        earlier.object_uri == Delivery.object_uri,
        earlier.state == "due",
        earlier.id < Delivery.id,
    )
    place = func.row_number().over(partition_by=Delivery.host, order_by=Delivery.id).label("place")
    ranked = (
        select(Delivery.id, place, Peer.failures)
        .outerjoin(Peer, Peer.host == Delivery.host)
        .where(Delivery.state == "due", Delivery.due_at <= moment, ~waits)
        .where(Delivery.claimed_until.is_(None) | (Delivery.claimed_until < moment))
        .where(Peer.breaker_until.is_(None) | (Peer.breaker_until <= moment))
        .subquery()
    )
    most = case((ranked.c.failures >= BREAKER_FAILURES, 1), else_=PER_HOST)
    return select(ranked.c.id).where(ranked.c.place <= most).order_by(ranked.c.id).limit(limit)


def record(session: Session, outcomes: Iterable[Outcome]) -> None:
    """Write down what came of a batch and what it says about the hosts."""
    failed_hosts: dict[str, str] = {}
    for outcome in outcomes:
        delivery = session.get(Delivery, outcome.delivery_id)
        if delivery is None or delivery.state != "due":
            continue
        delivery.claimed_until = None
        if outcome.postponed:
            continue
        delivery.attempts += 1
        delivery.last_status, delivery.last_error = outcome.status, outcome.error[:500]
        if not _is_accepted(outcome):
            log.info(
                "delivery.failed", inbox=delivery.inbox, status=outcome.status, error=outcome.error[:200]
            )
        if _host_failed(outcome):
            failed_hosts[delivery.host] = outcome.error
        else:
            peer_answered(session, delivery.host, outcome.scheme)
        _decide(session, delivery, outcome)
    for host, reason in failed_hosts.items():  # once per batch, however many were on their way
        peer_failed(session, host, reason)
    session.flush()


def _is_accepted(outcome: Outcome) -> bool:
    return outcome.status is not None and 200 <= outcome.status < 300


def _host_failed(outcome: Outcome) -> bool:
    return outcome.status is None or outcome.status >= 500


def _decide(session: Session, delivery: Delivery, outcome: Outcome) -> None:
    status = outcome.status
    if _is_accepted(outcome):
        _finish(delivery, "done")
    elif status in {404, 410} and delivery.inbox:
        _end_inbox(session, delivery)
    elif _is_passing(delivery, outcome):
        _retry(delivery, outcome.retry_after)
    else:
        _finish(delivery, "gave_up")


def _is_passing(delivery: Delivery, outcome: Outcome) -> bool:
    """Whether the reason of a failure may go away by itself."""
    if outcome.status in {401, 403}:
        return delivery.attempts < REFUSALS
    return _host_failed(outcome) or outcome.status in {408, 425, 429}


def _finish(delivery: Delivery, state: str) -> None:
    delivery.state, delivery.finished_at = state, now()


def _retry(delivery: Delivery, retry_after: float | None) -> None:
    elapsed = (now() - delivery.created_at).total_seconds()
    delay = retry_delay(delivery.attempts, elapsed, random.random())  # noqa: S311  # spreads load, no secret
    if delay is None:
        _finish(delivery, "gave_up")
        return
    pause = max(delay, min(retry_after or 0.0, LONGEST_PAUSE))
    delivery.due_at = now() + timedelta(seconds=pause)


def _end_inbox(session: Session, delivery: Delivery) -> None:
    """The inbox is gone: nothing that waits for it needs to be tried."""
    reason = f"the inbox answered {delivery.last_status}"
    waiting = (Delivery.inbox == delivery.inbox, Delivery.state == "due")
    values = {"state": "gave_up", "finished_at": now(), "last_error": reason}
    session.execute(update(Delivery).where(*waiting).values(values))


def try_again(session: Session, delivery: Delivery) -> None:
    """A person asks to send once more what was given up."""
    delivery.state, delivery.finished_at, delivery.attempts = "due", None, 0
    delivery.created_at = delivery.due_at = now()
    wake_after_commit(session, "federation.jobs.deliver")


def hear_from(session: Session, hosts: set[str]) -> None:
    """Hosts sent us something: those that failed before are back, and what waits for them is due."""
    failing = select(Peer.host).where(Peer.host.in_(hosts), Peer.failures > 0)
    for host in session.scalars(failing).all():
        peer_answered(session, host)
        waiting = (Delivery.host == host, Delivery.state == "due", Delivery.due_at > now())
        session.execute(update(Delivery).where(*waiting).values(due_at=now()))
        wake_after_commit(session, "federation.jobs.deliver")


def has_due(session: Session) -> bool:
    """Whether anything waits to be sent now."""
    return session.scalar(_candidates(now(), 1)) is not None


def next_due_at(session: Session) -> datetime | None:
    """When the next delivery wants to be tried."""
    return session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "due"))


def forget_old_deliveries(session: Session, before: datetime) -> None:
    """For the sweep: drop finished deliveries from before an instant."""
    old = (Delivery.state != "due", Delivery.finished_at < before)
    session.execute(delete(Delivery).where(*old))
