"""Peers: what we learned of other hosts by talking to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now

BREAKER_FAILURES = 5
"""Failures of a host in a row, within `BREAKER_WINDOW` of one another, that stop us for a while."""
BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_PAUSE = timedelta(minutes=30)
SCHEME_MEMORY = timedelta(days=7)


class Peer(Base):
    """One host: how to sign for it, and whether it answers."""

    __tablename__ = "peer"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Host with port, as in the address."""
    scheme: Mapped[str] = mapped_column(String(10), default="")
    """The signature scheme that worked ('rfc9421' or 'cavage'), until ``scheme_until``."""
    scheme_until: Mapped[datetime | None]
    wish: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """The kind of signature that it asked for with ``Accept-Signature``, until ``scheme_until``."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row, of the host as a whole."""
    breaker_until: Mapped[datetime | None]
    """Until then nothing is sent there: a short pause after each failure, a long one after five."""
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str] = mapped_column(String(500), default="")
    clock_skew: Mapped[float | None]
    """Seconds its clock is ahead of ours, when that is noteworthy."""
    last_heard_at: Mapped[datetime | None]
    """When it last sent us something that we took in."""
    heard_scheme: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The signature scheme of what it sent last."""
    software: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Its software with version, as its NodeInfo says."""
    software_at: Mapped[datetime | None]
    alarm: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What a person should look at ('clock', 'key_mismatch'), or nothing."""
    alarm_at: Mapped[datetime | None]


def peer_answered(session: Session, host: str) -> None:
    """The host is there, whatever came of the last attempts."""
    peer = _peer(session, host)
    peer.failures, peer.breaker_until, peer.last_success_at = 0, None, now()


def note_alarm(session: Session, host: str, kind: str) -> None:
    """Something about a host that a person should look at; the last alarm is the one shown."""
    peer = _peer(session, host)
    peer.alarm, peer.alarm_at = kind[:40], now()


def clear_alarm(session: Session, host: str, kind: str) -> None:
    """The cause of an alarm is gone; an alarm of another kind stays."""
    this_alarm = (Peer.host == host, Peer.alarm == kind)
    session.execute(update(Peer).where(*this_alarm).values(alarm="", alarm_at=None))


def _peer(session: Session, host: str) -> Peer:
    peer = session.get(Peer, host)
    if peer is None:
        peer = Peer(host=host, failures=0)
        session.add(peer)
        session.flush()
    return peer
