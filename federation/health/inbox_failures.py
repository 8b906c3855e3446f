"""Messages that came in and could not be processed: why, and once more after what was wrong is mended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.receiving.inbox import InboxActivity
from schemas.paging import pages_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class InboxFailures:
    """One page of failed messages, the latest first."""

    messages: list[InboxActivity]
    page: int
    pages: int
    total: int


def list_failures(session: Session, page: int = 1) -> InboxFailures:
    """A page of what came in and failed."""
    total = count_failures(session)
    pages = pages_of(total, PAGE_SIZE)
    page = min(max(1, page), pages)
    query = select(InboxActivity).where(InboxActivity.state == "failed").order_by(InboxActivity.id.desc())
    rows = session.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return InboxFailures(list(rows), page, pages, total)


def count_failures(session: Session) -> int:
    """How many messages failed."""
    query = select(func.count()).select_from(InboxActivity).where(InboxActivity.state == "failed")
    return session.scalar(query) or 0


def process_again(session: Session, ids: Collection[int] | None = None) -> int:
    """Process failed messages once more, these or all; returns their number."""
    wanted = [InboxActivity.state == "failed"]
    if ids is not None:
        wanted.append(InboxActivity.id.in_(list(ids)))
    fresh: dict[str, Any] = {
        "state": "new",
        "attempts": 0,
        "due_at": now(),
        "error": "",
        "processed_at": None,
    }
    changed = session.execute(
        update(InboxActivity).where(*wanted).values(fresh).returning(InboxActivity.id)
    ).all()
    if changed:
        wake_after_commit(session, "federation.jobs.process_inbox")
    return len(changed)


def messages_of(session: Session, host: str, limit: int = 20) -> list[InboxActivity]:
    """What actors of a host sent us last."""
    sender = InboxActivity.actor_uri
    starts = [f"{scheme}://{host}/" for scheme in ("https", "http")]
    is_theirs = or_(*(func.substr(sender, 1, len(start)) == start for start in starts))
    theirs = select(sender).where(is_theirs).distinct()  # exact in every collation; its index is enough
    query = select(InboxActivity).where(sender.in_(theirs)).order_by(InboxActivity.id.desc())
    return list(session.scalars(query.limit(limit)))
