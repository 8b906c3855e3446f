"""Claiming: which deliveries may go now, taken for a minute by one worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from federation.database import now
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery

CLAIM = timedelta(seconds=60)
"""How long a claim lasts; `federation.sending.drain` is done with each letter well before."""
PER_HOST = 8
"""Deliveries to one host that a worker has in hand: a slow host may not fill it."""
_PAGES = 6
"""How often a claim looks further when a few hosts have all the first rows."""


@dataclass(frozen=True)
class Claimed:
    """One delivery that is ours to attempt."""

    id: int
    activity_uri: str
    identity_id: int
    recipient_uri: str | None
    inbox: str
    host: str
    attempts: int
    created_at: datetime


@dataclass
class _Choice:
    """What a claim has chosen so far, and how much of each host."""

    room: int
    rows: list[Claimed] = field(default_factory=list)
    of_host: Counter[str] = field(default_factory=Counter)
    full: set[str] = field(default_factory=set)


def claim(
    session: Session, room: int, *, in_hand: Counter[str] | None = None, busy: Collection[str] = ()
) -> list[Claimed]:
    """Take up to ``room`` due deliveries for this worker, the longest due first; commit at once.

    Per inbox and object only the first waits in line. Hosts in a pause and ``busy`` ones are left
    alone; one that comes out of a pause gets a single probe. ``in_hand`` counts what the worker
    has of each host already.
    """
    moment = now()
    choice = _Choice(room, of_host=Counter(in_hand or {}), full=set(busy))
    choice.full |= {host for host, count in choice.of_host.items() if count >= PER_HOST}
    for _page in range(_PAGES):
        if not _choose(session, choice, moment):
            break
    ids = [row.id for row in choice.rows]
    if ids:
        taken = update(Delivery).where(Delivery.id.in_(ids)).values(claimed_until=moment + CLAIM)
        session.execute(taken, execution_options={"synchronize_session": False})
    return choice.rows


def _choose(session: Session, choice: _Choice, moment: datetime) -> bool:
    """Take what fits from the next page of rows; True when another page may have more."""
    wanted = choice.room - len(choice.rows)
    if wanted <= 0:
        return False
    have = [row.id for row in choice.rows]
    query = _waiting(moment, choice.full).where(Delivery.id.not_in(have)).limit(wanted)
    rows = session.execute(query.with_for_update(of=Delivery, skip_locked=True)).all()
    probed = {row.host for row in rows if row.breaker_until is not None}
    silent = probed - _free_to_probe(session, probed, moment)
    for row in rows:
        most = 1 if row.host in probed else PER_HOST
        if row.host in silent or choice.of_host[row.host] >= most:
            choice.full.add(row.host)
            continue
        choice.of_host[row.host] += 1
        choice.rows.append(_claimed(row))
    choice.full |= probed
    return len(rows) == wanted and len(choice.rows) < choice.room


def _free_to_probe(session: Session, hosts: set[str], moment: datetime) -> set[str]:
    """Those of the hosts that no worker is probing now, kept from other workers until the commit."""
    if not hosts:
        return set()
    mine = select(Peer.host).where(Peer.host.in_(hosts)).order_by(Peer.host).with_for_update(skip_locked=True)
    locked = set(session.scalars(mine))
    active = select(Delivery.host).where(
        Delivery.host.in_(hosts), Delivery.state == "due", Delivery.claimed_until >= moment
    )
    return locked - set(session.scalars(active))


_COLUMNS = (
    Delivery.id,
    Delivery.activity_uri,
    Delivery.identity_id,
    Delivery.recipient_uri,
    Delivery.inbox,
    Delivery.host,
    Delivery.attempts,
    Delivery.created_at,
)


def _claimed(row: Any) -> Claimed:
    *fields, _paused_until = row
    return Claimed(*fields)


def _waiting(moment: datetime, without: Collection[str]) -> Any:
    """Deliveries that may go now, the longest due first."""
    return (
        select(*_COLUMNS, Peer.breaker_until)
        .outerjoin(Peer, Peer.host == Delivery.host)
        .where(Delivery.state == "due", Delivery.due_at <= moment)
        .where(or_(Delivery.claimed_until.is_(None), Delivery.claimed_until < moment))
        .where(or_(Peer.breaker_until.is_(None), Peer.breaker_until <= moment))
        .where(Delivery.host.not_in(without), ~_has_earlier())
        .order_by(Delivery.due_at, Delivery.id)
    )


def _has_earlier() -> Any:
    """An earlier delivery about the same object to the same inbox, or to one not looked up yet there."""
    earlier = aliased(Delivery)
    return exists().where(
        earlier.object_uri == Delivery.object_uri,
        earlier.inbox.in_((Delivery.inbox, "")),
        or_(earlier.inbox != "", earlier.host == Delivery.host),
        earlier.state == "due",
        earlier.id < Delivery.id,
    )


def still_carrying(session: Session, claimed: Collection[Claimed]) -> set[int]:
    """Those that still carry what they did when they were claimed.

    What was taken back meanwhile is not posted; what says something else since is, when the claim runs out.
    """
    carried = {row.id: row.activity_uri for row in claimed}
    query = select(Delivery.id, Delivery.activity_uri).where(Delivery.id.in_(carried))
    return {number for number, uri in session.execute(query) if uri == carried[number]}


def has_due(session: Session) -> bool:
    """Whether anything waits to be sent now."""
    return session.execute(_waiting(now(), ()).limit(1)).first() is not None


def next_due_at(session: Session) -> datetime | None:
    """When the next delivery wants to be tried; of a host in a pause, not before that is over."""
    due = select(func.min(Delivery.due_at)).outerjoin(Peer, Peer.host == Delivery.host)
    open_ = or_(Peer.breaker_until.is_(None), Peer.breaker_until <= now())
    moments = [session.scalar(due.where(Delivery.state == "due", open_))]
    held = select(Delivery.id).where(Delivery.host == Peer.host, Delivery.state == "due")
    moments.append(
        session.scalar(select(func.min(Peer.breaker_until)).where(Peer.breaker_until > now(), held.exists()))
    )
    return min((moment for moment in moments if moment is not None), default=None)
