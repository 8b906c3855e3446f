"""Breakers: what sending to a host shows of it, and how long a host that fails is left alone.

A pause follows each failure and grows; after five failures in a row it is half an hour. What comes
after a pause is a single probe. The decisions are pure functions of the row and what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from federation.relations.peers import (
    BREAKER_FAILURES,
    BREAKER_PAUSE,
    BREAKER_WINDOW,
    SCHEME_MEMORY,
    Peer,
)
from federation.upserts import insert_or_update_many

FIRST_PAUSE = 5.0  # seconds; three times as long after each further failure
FRESH = timedelta(minutes=1)
"""How old what we know of a healthy host may be before it is written down again."""
_COLUMNS = (
    "host",
    "failures",
    "breaker_until",
    "last_success_at",
    "last_failure_at",
    "last_failure",
    "scheme",
    "scheme_until",
    "wish",
)


@dataclass(frozen=True)
class Contact:
    """What a moment of sending showed of one host: it answered, or it failed and why."""

    answered: bool
    failure: str = ""
    scheme: str = ""
    """The signature scheme that it accepted."""
    wish: str = ""
    """The kind of signature it asked for and then accepted (`federation.sending.wishes`)."""
    pause: float = 0.0
    """Seconds it asked us to wait."""
    pauses: bool = True
    """Whether a failure stops the other deliveries to this host for a moment."""


@dataclass
class Pauses:
    """Hosts that get nothing until an instant, and hosts whose pause is over (and since which instant)."""

    held: dict[str, datetime] = field(default_factory=dict)
    released: dict[str, datetime] = field(default_factory=dict)


def pause_after(failures: int) -> timedelta:
    """How long a host is left alone after so many failures in a row."""
    if failures >= BREAKER_FAILURES:
        return BREAKER_PAUSE
    return timedelta(seconds=FIRST_PAUSE * 3.0 ** (failures - 1))


def note_contacts(session: Session, contacts: Mapping[str, Contact]) -> Pauses:
    """Write down what sending showed of hosts; says which to hold and which to let go."""
    moment, pauses = now(), Pauses()
    known = _known(session, contacts)
    rows = []
    for host in sorted(contacts):  # one order for all workers, so that none waits for another in a circle
        before = known.get(host) or _unknown(host)
        if host in known and _is_old_news(before, contacts[host], moment):
            continue
        after = next_state(before, contacts[host], moment)
        rows.append(after)
        if after["breaker_until"] is not None:
            pauses.held[host] = after["breaker_until"]
        elif before["breaker_until"] is not None:
            pauses.released[host] = before["breaker_until"]
    insert_or_update_many(session, Peer, "host", rows)
    return pauses


def next_state(before: Mapping[str, Any], contact: Contact, moment: datetime) -> dict[str, Any]:
    """The row of a host after a contact; pure."""
    if contact.answered:
        return {**before, **_answered(contact, moment)}
    probed = before["breaker_until"] is not None
    recent = before["last_failure_at"] is not None and moment - before["last_failure_at"] < BREAKER_WINDOW
    failures = before["failures"] + 1 if recent or probed else 1
    failed = {"failures": failures, "last_failure_at": moment, "last_failure": contact.failure[:500]}
    asked = timedelta(seconds=contact.pause)
    if not contact.pauses and failures < BREAKER_FAILURES and not asked:
        return {**before, **failed}
    return {**before, **failed, "breaker_until": moment + max(pause_after(failures), asked)}


def _answered(contact: Contact, moment: datetime) -> dict[str, Any]:
    pause = moment + timedelta(seconds=contact.pause) if contact.pause else None
    values: dict[str, Any] = {"failures": 0, "breaker_until": pause, "last_success_at": moment}
    if contact.scheme:
        until = moment + SCHEME_MEMORY
        values |= {"scheme": contact.scheme, "scheme_until": until, "wish": contact.wish}
    return values


def _is_old_news(row: Mapping[str, Any], contact: Contact, moment: datetime) -> bool:
    """A healthy host that was healthy a moment ago: nothing to write."""
    is_healthy = row["failures"] == 0 and row["breaker_until"] is None and not contact.pause
    if not contact.answered or not is_healthy or row["last_success_at"] is None:
        return False
    if contact.scheme and (contact.scheme, contact.wish) != (row["scheme"], row["wish"]):
        return False
    return bool(moment - row["last_success_at"] < FRESH)


def _known(session: Session, contacts: Mapping[str, Contact]) -> dict[str, Mapping[str, Any]]:
    columns = [getattr(Peer, name) for name in _COLUMNS]
    query = select(*columns).where(Peer.host.in_(contacts)).order_by(Peer.host).with_for_update()
    return {row["host"]: dict(row) for row in session.execute(query).mappings()}


def _unknown(host: str) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(_COLUMNS)
    return {**empty, "host": host, "failures": 0, "last_failure": "", "scheme": "", "wish": ""}
