"""Peers: what we learned of other hosts, and who is allowed to talk to us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class Peer(Base):
    """One host: how to sign for it, and whether it answers."""

    __tablename__ = "peer"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Host with port, as in the address."""
    scheme: Mapped[str] = mapped_column(String(10), default="")
    """The signature scheme that worked ('rfc9421' or 'cavage'), until ``scheme_until``."""
    scheme_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row, of the host as a whole."""
    breaker_until: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str] = mapped_column(String(500), default="")
    clock_skew: Mapped[float | None]
    """Seconds its clock is ahead of ours, when that is noteworthy."""


class PeerRule(Base):
    """A decision of this node's people about an actor or a host."""

    __tablename__ = "peer_rule"

    target: Mapped[str] = mapped_column(String(2000), primary_key=True)
    """An actor's URI, or a host."""
    rule: Mapped[str] = mapped_column(String(5))
    """'allow' or 'block'."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=now)
