"""How long notes and tasks about entries are kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, Delete, Update, delete, exists, or_, update
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.database import now
from node.follow_ups.models import FollowUp

DONE = timedelta(days=730)
"""A task, after it was done."""
WITHOUT_ENTRY = timedelta(days=365)
"""A note or task, after its entry left the guide: whoever undoes that finds it as it was."""


def forget_old(session: Session) -> int:
    """Forget what nobody needs any more; returns how many rows changed. A note stays while its entry does."""
    has_entry = exists().where(Entry.uri == FollowUp.entry_uri)
    gone, back = (~has_entry, FollowUp.orphaned_at.is_(None)), (has_entry, FollowUp.orphaned_at.is_not(None))
    over = or_(FollowUp.done_at < now() - DONE, FollowUp.orphaned_at < now() - WITHOUT_ENTRY)
    return sum(
        _rows(session, change)
        for change in (
            update(FollowUp).where(*gone).values(orphaned_at=now()),
            update(FollowUp).where(*back).values(orphaned_at=None),
            delete(FollowUp).where(over),
        )
    )


def _rows(session: Session, change: Update | Delete) -> int:
    result = session.execute(change.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
