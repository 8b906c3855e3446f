"""Holding: what waits for a host that is left alone, and how it is let go afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.peers import Peer, peer_answered
from federation.sending.delivery import Delivery
from federation.sending.rules import HELD
from federation.upserts import insert_or_update

FIRST_STEP = 10
"""Deliveries that a host gets at once when it is back; twice as many with each further step."""
STEP_TIME = timedelta(seconds=15)
_MOST_STEPS = 24


def hold(session: Session, hosts: Mapping[str, datetime]) -> None:
    """Nothing goes to these hosts before the instants given."""
    for host in sorted(hosts):
        waiting = (Delivery.host == host, Delivery.state == "due", Delivery.due_at < hosts[host])
        session.execute(update(Delivery).where(*waiting).values(due_at=hosts[host]))


def release(session: Session, hosts: Mapping[str, datetime]) -> None:
    """Let go, in growing steps, what was held for these hosts until the instants given."""
    for host in sorted(hosts):
        _let_go(session, host, Delivery.due_at == hosts[host])


def hear_from(session: Session, heard: Mapping[str, str]) -> None:
    """Hosts sent us something (host → signature scheme): those that failed before are tried again."""
    moment = now()
    failing = select(Peer).where(Peer.host.in_(heard)).order_by(Peer.host).with_for_update()
    known = {peer.host: peer for peer in session.scalars(failing)}
    for host in sorted(heard):
        was_failing = host in known and (known[host].failures > 0 or known[host].breaker_until is not None)
        _note_heard(session, host, heard[host], moment)
        if was_failing:
            peer_answered(session, host)
            _let_go(session, host, Delivery.id > 0)  # all that waits
            wake_after_commit(session, "federation.jobs.deliver")


def expire(session: Session) -> None:
    """For the sweep: give up what was held for seven days and is not on its way now."""
    moment = now()
    free = or_(Delivery.claimed_until.is_(None), Delivery.claimed_until < moment)
    old = (Delivery.state == "due", Delivery.created_at < moment - timedelta(seconds=HELD), free)
    values = {"state": "gave_up", "reason_code": "expired", "finished_at": moment, "claimed_until": None}
    session.execute(update(Delivery).where(*old).values(values))


def _let_go(session: Session, host: str, which: ColumnElement[bool]) -> None:
    """The oldest at once, the others in steps, so that a host that returns is not stormed."""
    moment = now()
    held = select(Delivery.id).where(Delivery.host == host, Delivery.state == "due", which)
    ids = list(session.scalars(held.order_by(Delivery.id)))
    for step in range(_MOST_STEPS):
        size = FIRST_STEP * 2**step
        part, ids = ids[:size], ids[size:]
        if not part:
            return
        # by range, not by list: databases limit the parameters of a statement
        between = Delivery.id.between(part[0], part[-1])
        mine = (Delivery.host == host, Delivery.state == "due", which, between)
        session.execute(update(Delivery).where(*mine).values(due_at=moment + step * STEP_TIME))


def _note_heard(session: Session, host: str, scheme: str, moment: datetime) -> None:
    values = {"host": host, "last_heard_at": moment, **({"heard_scheme": scheme} if scheme else {})}
    insert_or_update(session, Peer, "host", values)
