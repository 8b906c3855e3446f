"""What this node's people decided about who speaks to us: kept for good, and reversible.

Every decision is one row that stays; taking one back is a decision too. A row whose ``state``
is 'due' still has its effect on the records to come, see `directory.replica.visibility`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from schemas.paging import pages_of

PER_PAGE = 30
BY_TIME = "omzien"
"""Who ends a rule whose time is over."""
BY_PROTOCOL = "automatic"
"""Who decided, when nobody had to."""
BY_MOVE = "moved"
"""Who makes what held for an old address hold for the new one."""


class StandingDecision(Base):
    """One decision, with what was in force before it. Rows are never changed back or removed."""

    __tablename__ = "standing_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """'rule', 'mode', 'reads' (signed reads) or 'list' (a signed list)."""
    target: Mapped[str] = mapped_column(String(2000), default="", index=True)
    """The actor, host or publisher; empty for the policy."""
    word: Mapped[str] = mapped_column(String(10))
    """What holds from now: a rule, a mode, 'on' or 'off'; '' when the rule was lifted."""
    before: Mapped[dict[str, Any]]
    """What held until now, as far as it is needed to go back to it."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    until: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=now)
    undoes_id: Mapped[int | None]
    """The decision that this one takes back."""
    state: Mapped[str] = mapped_column(String(10), default="done")
    """'due' while records are still being hidden or shown."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    after_uri: Mapped[str] = mapped_column(String(2000), default="")
    """The last record that was looked at, so that a job goes on where another stopped."""
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class History:
    """A page of decisions, newest first."""

    decisions: list[StandingDecision]
    page: int
    pages: int
    total: int
    undoable: frozenset[int]
    """Those that can be taken back: the newest about their subject."""


def history(session: Session, page: int = 1, *, target: str | None = None) -> History:
    """The decisions, newest first; about one target when it is named."""
    query = select(StandingDecision).order_by(StandingDecision.id.desc())
    count = select(func.count()).select_from(StandingDecision)
    if target is not None:
        query = query.where(StandingDecision.target == target)
        count = count.where(StandingDecision.target == target)
    total = session.scalar(count) or 0
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    found = list(session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)))
    return History(found, page, pages, total, undoable(session, found))


def in_progress(session: Session) -> list[StandingDecision]:
    """The decisions whose records are still being hidden or shown."""
    query = select(StandingDecision).where(StandingDecision.state == "due").order_by(StandingDecision.id)
    return list(session.scalars(query))


def undoable(session: Session, decisions: list[StandingDecision]) -> frozenset[int]:
    """The newest decision about each subject; what time alone ended stays ended."""
    query = select(func.max(StandingDecision.id)).group_by(StandingDecision.kind, StandingDecision.target)
    newest = set(session.scalars(query))
    return frozenset(each.id for each in decisions if each.id in newest and each.by != BY_TIME)
