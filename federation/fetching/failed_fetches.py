"""Addresses that failed a moment ago: not asked again until their time has come.

Without it a stranger could make us knock on any door with every message it sends.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.upserts import insert_or_update
from schemas.errors import AppError, TryLater

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(minutes=60)
_MEMORY = timedelta(days=1)


class FailedFetch(Base):
    """One address that could not be fetched, and when it may be tried again."""

    __tablename__ = "failed_fetch"

    url: Mapped[str] = mapped_column(String(2000), primary_key=True)
    failures: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(500), default="")
    retry_at: Mapped[datetime] = mapped_column(index=True)


def check_may_fetch(session: Session, url: str) -> None:
    """Raise TryLater while the address is in its pause."""
    row = session.get(FailedFetch, url, populate_existing=True)
    if row is not None and row.retry_at > now():
        pause = (row.retry_at - now()).total_seconds()
        raise TryLater(cause=f"{url} failed before: {row.reason}", retry_after=pause)


def remember_failure(session: Session, url: str, error: AppError) -> None:
    """Start a pause of 5 minutes, doubled at each failure up to an hour."""
    row = session.get(FailedFetch, url, populate_existing=True)
    failures = row.failures + 1 if row else 1
    pause = min(_FIRST_PAUSE * 2 ** min(failures - 1, 8), _LONGEST_PAUSE)
    values = {
        "url": url,
        "failures": failures,
        "reason": str(error)[:500].replace("\x00", ""),
        "retry_at": now() + pause,
    }
    insert_or_update(session, FailedFetch, "url", values)


def remember_success(session: Session, url: str) -> None:
    """Forget that the address failed."""
    session.execute(delete(FailedFetch).where(FailedFetch.url == url))


def forget_old_failures(session: Session) -> None:
    """For the sweep: drop what is over a day old."""
    session.execute(delete(FailedFetch).where(FailedFetch.retry_at < now() - _MEMORY))
