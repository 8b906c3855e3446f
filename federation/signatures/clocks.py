"""Clocks that differ: the commonest reason why two honest nodes stop understanding one another.

Nothing is decided by what is noted here. It is shown to people, who can set a clock right.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, Engine, update
from sqlalchemy.orm import Session

from federation.fetching.origins import authority_of
from federation.relations.peers import Peer
from federation.relations.standing import is_allowed
from federation.upserts import insert_or_update

log = structlog.get_logger(__name__)

_MOST = 86_400.0  # seconds; beyond a day it is an old message, not a clock


def note_wrong_clock(bind: Engine | Connection, actor_uri: str, seconds: float) -> None:
    """Remember, in a transaction of its own, that a peer we trust signs at the wrong time.

    The signature was not verified, so a stranger may cause a false alarm about a peer, no more.
    """
    if abs(seconds) > _MOST:
        return
    with Session(bind) as session:
        if not is_allowed(session, actor_uri):
            return
        host = authority_of(actor_uri)
        log.error("peer.wrong_clock", host=host, seconds=round(seconds))
        insert_or_update(session, Peer, "host", {"host": host, "clock_skew": seconds})
        session.commit()


def forget_wrong_clock(session: Session, actor_uri: str) -> None:
    """A message came at the right time: the clock was set right."""
    has_note = (Peer.host == authority_of(actor_uri)) & Peer.clock_skew.is_not(None)
    session.execute(update(Peer).where(has_note).values(clock_skew=None))
