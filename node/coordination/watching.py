"""What came into saved views and what left them: each view is compared with who was in it before.

An entry comes in when it is new, and also when it grew stale, or was changed so that it now fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from directory.search.documents import SearchDocument
from directory.search.service import Selection, select_documents
from federation.database import now
from node.coordination.models import SavedView, ViewChange, ViewSnapshot
from node.guide.selection import read_kept_choice

MEMORY = timedelta(days=90)
"""So long changes are kept."""
LATEST = 100
BATCH = 400


@dataclass(frozen=True)
class Look:
    """A view as it is now, and what changed since ``before``; None when nobody looked before."""

    view_id: int
    at: datetime
    before: datetime | None
    entries: dict[str, str] | None
    """None when the last look holds the same."""
    changes: list[ViewChange]


def look(session: Session) -> list[Look]:
    """Compare every view with its last look. It only reads: it may take a while."""
    views = session.scalars(select(SavedView).order_by(SavedView.id)).all()
    return [found for view in views if (found := _look_at(session, view)) is not None]


def keep(session: Session, looks: Sequence[Look]) -> int:
    """Keep what was seen; returns how many changes there were. Who looked meanwhile goes before."""
    count = 0
    for each in looks:
        snapshot = session.get(ViewSnapshot, each.view_id, with_for_update=True)
        if session.get(SavedView, each.view_id) is None:
            continue
        if (snapshot.looked_at if snapshot else None) != each.before:
            continue
        snapshot = snapshot or ViewSnapshot(view_id=each.view_id)
        if each.entries is not None:
            snapshot.remember(each.entries)
        snapshot.looked_at = each.at
        session.add(snapshot)
        session.add_all(each.changes)
        count += len(each.changes)
    session.flush()
    return count


def begin(session: Session, view: SavedView) -> None:
    """Remember who is in a new view, so that all that changes from now on is told."""
    if (found := _look_at(session, view)) is not None:
        keep(session, [found])


def changes_of(session: Session, view: SavedView, limit: int = LATEST) -> Sequence[ViewChange]:
    """What changed in a view, the newest first."""
    query = select(ViewChange).where(ViewChange.view_id == view.id)
    return session.scalars(query.order_by(ViewChange.id.desc()).limit(limit)).all()


def forget_old(session: Session) -> None:
    """Forget what changed long ago."""
    session.execute(delete(ViewChange).where(ViewChange.at < now() - MEMORY))


def _look_at(session: Session, view: SavedView) -> Look | None:
    """A view as it is now; None when it is not clear any more which place it means."""
    choice = read_kept_choice(view.parameters)
    if choice.is_unclear:
        return None
    at = now()
    snapshot = session.get(ViewSnapshot, view.id)
    entries = _entries_in(session, choice.selection)
    if snapshot is None:
        return Look(view.id, at, None, entries, [])
    before = snapshot.entries
    if before == entries:
        return Look(view.id, at, snapshot.looked_at, None, [])
    changes = list(_changes(session, view, snapshot.looked_at, before, entries))
    return Look(view.id, at, snapshot.looked_at, entries, changes)


def _entries_in(session: Session, selection: Selection) -> dict[str, str]:
    documents = select_documents(session, selection)
    query = select(SearchDocument.key, SearchDocument.title).where(SearchDocument.id.in_(documents))
    return {key: name for key, name in session.execute(query)}


def _changes(
    session: Session, view: SavedView, since: datetime, before: dict[str, str], entries: dict[str, str]
) -> Iterator[ViewChange]:
    entered = [key for key in entries if key not in before]
    left = [key for key in before if key not in entries]
    new = _arrived_since(session, since) if entered else set()
    for key in entered:
        reason = "new" if key in new else "changed"
        yield ViewChange(view_id=view.id, entry_key=key, name=entries[key], entered=True, reason=reason)
    there = still_there(session, left)
    for key in left:
        reason = "changed" if key in there else "gone"
        yield ViewChange(view_id=view.id, entry_key=key, name=before[key], entered=False, reason=reason)


def _arrived_since(session: Session, at: datetime) -> set[str]:
    query = select(SearchDocument.key).join(Record, Record.uri == SearchDocument.uri)
    return set(session.scalars(query.where(Record.first_received_at > at)))


def still_there(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these entries are in the guide."""
    listed, found = list(keys), set[str]()
    for start in range(0, len(listed), BATCH):
        query = select(SearchDocument.key).where(SearchDocument.key.in_(listed[start : start + BATCH]))
        found.update(session.scalars(query))
    return found
