"""What people put away: shown for a while, and put back when that was a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from federation.sending.delivery import Delivery


@dataclass(frozen=True)
class PutAway:
    """What was put away in one step for one host."""

    host: str
    at: datetime
    by: str
    count: int


def list_put_away(session: Session, limit: int = 10) -> list[PutAway]:
    """What was put away, the latest first."""
    query = (
        select(Delivery.host, Delivery.finished_at, Delivery.decided_by, func.count())
        .where(Delivery.state == "discarded", Delivery.finished_at.is_not(None))
        .group_by(Delivery.host, Delivery.finished_at, Delivery.decided_by)
        .order_by(Delivery.finished_at.desc(), Delivery.host)
        .limit(limit)
    )
    return [PutAway(host, at, by, count) for host, at, by, count in session.execute(query) if at]


def put_back(session: Session, host: str, at: datetime) -> int:
    """Undo one step of putting away: they are dead letters again; returns their number."""
    mine = (Delivery.host == host, Delivery.state == "discarded", Delivery.finished_at == at)
    values: dict[str, Any] = {"state": "gave_up", "decided_by": ""}
    changed = session.execute(update(Delivery).where(*mine).values(values).returning(Delivery.id)).all()
    return len(changed)
