"""Clocks that differ: the commonest reason why two honest nodes stop understanding one another.

Nothing is decided by what is noted here. It is shown to people, who can set a clock right.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.orm import Session

from federation.database import writing
from federation.fetching.origins import authority_of
from federation.relations.peers import Peer, clear_alarm, note_alarm
from federation.relations.standing import is_allowed
from federation.signatures.policy import WrongClock
from federation.upserts import insert_or_update

log = structlog.get_logger(__name__)


def note_wrong_clock(bind: Engine | Connection, wrong: WrongClock) -> None:
    """Remember, in a transaction of its own, that a peer we trust signs at the wrong time.

    Only when its own key did sign: otherwise anybody could raise an alarm about anybody.
    """
    if not wrong.signer:
        return
    with Session(writing(bind)) as session:
        if not is_allowed(session, wrong.signer):
            return
        host = authority_of(wrong.signer)
        log.error("peer.wrong_clock", host=host, seconds=round(wrong.seconds))
        insert_or_update(session, Peer, "host", {"host": host, "clock_skew": wrong.seconds})
        note_alarm(session, host, "clock")
        session.commit()


def forget_wrong_clocks(session: Session, hosts: Iterable[str]) -> None:
    """Messages of these hosts came at the right time: their clocks were set right."""
    query = select(Peer.host).where(Peer.host.in_(list(hosts)), Peer.clock_skew.is_not(None))
    for host in session.scalars(query).all():
        session.execute(update(Peer).where(Peer.host == host).values(clock_skew=None))
        clear_alarm(session, host, "clock")
