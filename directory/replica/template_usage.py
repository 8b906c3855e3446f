"""How communities use their templates, as they told the network: since when, until when and why.

A projection of what travels beside a template (`schemas.template_evidence`); it can be rebuilt from the
records. A template that is withdrawn takes what was told about it along.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.records import Record
from federation.database import Base

CHUNK = 500
"""Addresses in one question to the database."""


class KnownUsage(Base):
    """What one community told about the use of one template of its own; months, never people."""

    __tablename__ = "known_usage"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    started_on: Mapped[date]
    """The first day of the month, as all days here."""
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[str] = mapped_column(String(20), default="")
    told_on: Mapped[date]
    """The month in which this was so; never later than the record."""
    cost_lowest: Mapped[float | None]
    cost_highest: Mapped[float | None]
    """Euros for one participant each time."""
    hours_lowest: Mapped[float | None]
    hours_highest: Mapped[float | None]
    """Hours of who organises, for one participant each time."""
    example_data: Mapped[bool] = mapped_column(default=False)


def project(session: Session, record: Record, usage: dict[str, Any] | None) -> None:
    """Keep what a verified template tells of its use, as `schemas.template_evidence.UsageSchema` loads it."""
    this_month = record.updated_at.date().replace(day=1)
    if usage is None or max(usage["started_in"], usage["stopped_in"] or usage["started_in"]) > this_month:
        forget(session, record.uri)  # nothing, or something that is still to come
        return
    known = session.get(KnownUsage, record.uri) or KnownUsage(uri=record.uri)
    known.owner_uri = record.owner_uri
    known.started_on, known.stopped_on = usage["started_in"], usage["stopped_in"]
    known.stop_reason = usage["stop_reason"] or ""
    known.told_on = min(usage["told_in"], this_month)
    known.cost_lowest, known.cost_highest = _range(usage["cost_per_person"])
    known.hours_lowest, known.hours_highest = _range(usage["hours_per_person"])
    known.example_data = bool(usage["example_data"])
    session.add(known)
    session.flush()


def forget(session: Session, uri: str) -> None:
    """Keep nothing of the use of a template."""
    known = session.get(KnownUsage, uri)
    if known is not None:
        session.delete(known)
        session.flush()


def usages_of(session: Session, uris: Iterable[str]) -> dict[str, KnownUsage]:
    """What was told of these templates, by address."""
    wanted = sorted(set(uris))
    found: dict[str, KnownUsage] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(KnownUsage).where(KnownUsage.uri.in_(wanted[start : start + CHUNK]))
        found |= {usage.uri: usage for usage in session.scalars(query)}
    return found


def _range(told: dict[str, Any] | None) -> tuple[float | None, float | None]:
    return (told["lowest"], told["highest"]) if told else (None, None)
