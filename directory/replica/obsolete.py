"""Messages that failed, about records that say something else by now: done with, and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.receiving.inbox import InboxActivity, settle
from schemas.activities import RECORD_ACTIVITIES


def settle_obsolete(session: Session) -> int:
    """Settle failed messages that could change nothing any more; returns how many.

    A person may have one that failed processed again, so it is kept whole; but not when its owner
    said something later about the same record, or withdrew it.
    """
    carried = InboxActivity.document
    about, said_at = carried[("object", "id")].as_string(), carried[("object", "updated")].as_string()
    failed = (
        select(InboxActivity.id, said_at, Record.updated_at)
        .join(Record, Record.uri == about)
        .where(InboxActivity.state == "failed", InboxActivity.type.in_(RECORD_ACTIVITIES))
        .where(Record.owner_uri == InboxActivity.actor_uri)
    )
    old = [number for number, said, stands in session.execute(failed).all() if _instant(said) <= stands]
    for number in old:
        settle(session.get_one(InboxActivity, number))
    return len(old)


def _instant(text: str | None) -> datetime:
    """When it says it is from; long ago when it does not say."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
