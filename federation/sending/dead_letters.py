"""Dead letters: what was given up, for a person to send again or to put away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.sending.dead_inboxes import revive
from federation.sending.delivery import Delivery
from federation.sending.suspended import drop_suspended
from schemas.paging import pages_of

PAGE_SIZE = 50
MOST_AT_ONCE = 10_000
"""Deliveries of one host that are sent again or put away in one step."""


@dataclass(frozen=True)
class DeadLetters:
    """One page of given-up deliveries, the latest first."""

    deliveries: list[Delivery]
    page: int
    pages: int
    total: int


def list_given_up(session: Session, *, host: str | None = None, page: int = 1) -> DeadLetters:
    """A page of what was given up, of one host or of all; a page beyond the last is empty."""
    dead = _given_up(host)
    total = session.scalar(select(func.count()).select_from(Delivery).where(*dead)) or 0
    newest = select(Delivery).where(*dead).order_by(Delivery.finished_at.desc(), Delivery.id.desc())
    rows = session.scalars(newest.limit(PAGE_SIZE).offset((max(page, 1) - 1) * PAGE_SIZE))
    return DeadLetters(list(rows), max(page, 1), pages_of(total, PAGE_SIZE), total)


def retry(session: Session, which: Collection[int] | str) -> int:
    """Send once more: these deliveries, or all of a host; returns their number.

    They start anew, with seven days before them, and a dead inbox is believed to be back.
    """
    ids = _ids(session, which)
    inboxes = session.scalars(select(Delivery.inbox).where(Delivery.id.in_(ids), Delivery.inbox != ""))
    revive(session, set(inboxes))
    fresh: dict[str, Any] = {"state": "due", "reason_code": "", "finished_at": None, "claimed_until": None}
    count = _change(session, ids, {**fresh, "attempts": 0, "created_at": now(), "due_at": now()})
    drop_suspended(session)  # nothing goes out to them, whoever asks
    wake_after_commit(session, "federation.jobs.deliver")
    return count


def discard(session: Session, which: Collection[int] | str, *, by: str) -> int:
    """Put away for good: these deliveries, or all of a host; returns their number.

    The rows stay, with who decided it, until the sweep forgets what is old.
    """
    gone = {"state": "discarded", "decided_by": by[:200], "finished_at": now()}
    return _change(session, _ids(session, which), gone)


def _given_up(host: str | None) -> list[ColumnElement[bool]]:
    return [Delivery.state == "gave_up", *([Delivery.host == host] if host is not None else [])]


def _ids(session: Session, which: Collection[int] | str) -> list[int]:
    """The ids that are meant and still wait for a decision, locked in their order."""
    if isinstance(which, str):
        mine = [Delivery.host == which]
    else:
        mine = [Delivery.id.in_(list(which)[:MOST_AT_ONCE])]
    query = select(Delivery.id).where(*_given_up(None), *mine).order_by(Delivery.id).limit(MOST_AT_ONCE)
    return list(session.scalars(query.with_for_update()))


def _change(session: Session, ids: list[int], values: dict[str, Any]) -> int:
    for start in range(0, len(ids), 500):  # databases limit the parameters of a statement
        part = ids[start : start + 500]
        session.execute(update(Delivery).where(Delivery.id.in_(part)).values(values))
    return len(ids)
