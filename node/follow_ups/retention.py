"""How long notes and tasks about entries are kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, and_, delete, exists, or_
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.database import now
from node.follow_ups.models import FollowUp

DONE = timedelta(days=730)
"""A task, after it was done."""
WITHOUT_ENTRY = timedelta(days=365)
"""A note or task whose entry is not in the guide any more, after it was written."""


def forget_old(session: Session) -> int:
    """Forget what nobody needs any more; returns how many that were. A note about an entry stays with it."""
    has_entry = exists().where(Entry.uri == FollowUp.entry_uri)
    over = or_(
        FollowUp.done_at < now() - DONE,
        and_(~has_entry, FollowUp.created_at < now() - WITHOUT_ENTRY),
    )
    result = session.execute(delete(FollowUp).where(over).execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
