"""Alarms: what a person should look at. They go by themselves when mended, or by a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.relations.peers import Peer
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_

MOST_REASON = 500
MOST_SHOWN = 50


class DismissedAlarm(Base):
    """An alarm that a person put aside, and why: a later board can read it."""

    __tablename__ = "dismissed_alarm"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(260), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Alarm:
    """One thing to look at."""

    host: str
    kind: str
    """'clock', 'key_mismatch' or another word of who raised it."""
    at: datetime | None
    seconds: float = 0.0
    """Of a clock: how far it is ahead of ours."""


def list_alarms(session: Session, *, host: str | None = None) -> list[Alarm]:
    """What is wrong now, the newest first."""
    query = select(Peer).where(or_(Peer.alarm != "", Peer.clock_skew.is_not(None)))
    if host is not None:
        query = query.where(Peer.host == host)
    newest = query.order_by(Peer.alarm_at.desc().nulls_last(), Peer.host).limit(MOST_SHOWN)
    return [alarm for peer in session.scalars(newest) for alarm in alarms_of(peer)]


def alarms_of(peer: Peer) -> list[Alarm]:
    """The alarms about one host."""
    found = []
    if peer.alarm and peer.alarm != "clock":
        found.append(Alarm(peer.host, peer.alarm, peer.alarm_at))
    if peer.clock_skew is not None or peer.alarm == "clock":
        found.append(Alarm(peer.host, "clock", peer.alarm_at, peer.clock_skew or 0.0))
    return found


def dismiss(session: Session, host: str, kind: str, *, reason: str, by: str) -> DismissedAlarm:
    """Put an alarm aside. It comes back when its cause shows itself again.

    Raises InvalidInput without a reason, NotFound when there is no such alarm.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput(fields={"reason": [N_("Write in a few words why.")]})
    if len(reason) > MOST_REASON:
        raise InvalidInput(fields={"reason": [N_("Use at most 500 characters.")]})
    peer = session.get(Peer, host)
    if peer is None or kind not in {alarm.kind for alarm in alarms_of(peer)}:
        raise NotFound(N_("This warning is not there any more."), cause=f"no alarm {kind} about {host}")
    if kind == "clock":
        peer.clock_skew = None
    if peer.alarm == kind:
        peer.alarm, peer.alarm_at = "", None
    row = DismissedAlarm(host=host, kind=kind, reason=reason, by=by)
    session.add(row)
    session.flush()
    return row


def dismissed(session: Session, host: str) -> list[DismissedAlarm]:
    """What was put aside about a host, the latest first."""
    query = select(DismissedAlarm).where(DismissedAlarm.host == host).order_by(DismissedAlarm.id.desc())
    return list(session.scalars(query.limit(10)))
