"""The end of a host's pause, because somebody says it is back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery
from schemas.errors import NotFound
from schemas.messages import N_


def try_now(session: Session, host: str) -> int:
    """Try a host again at once: first by a single message; the rest follows when that arrives.

    Returns how many messages wait. The count of failures stays, so that a host that is still
    away gets its pause back after this one attempt.
    """
    peer, moment = session.get(Peer, host), now()
    waits: dict[str, Any] = {
        "due_at": moment
    }  # the instant of the pause's end: what is let go after the probe
    changed = session.execute(
        update(Delivery)
        .where(Delivery.host == host, Delivery.state == "due")
        .values(waits)
        .returning(Delivery.id)
    ).all()
    if peer is None and not changed:
        raise NotFound(N_("We do not know this server."), cause=f"no peer {host}")
    if peer is not None and peer.breaker_until is not None:
        peer.breaker_until = moment
    session.flush()
    wake_after_commit(session, "federation.jobs.deliver")
    return len(changed)
