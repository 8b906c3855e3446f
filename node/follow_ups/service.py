"""Writing, finding and finishing notes and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.aliases import may_claim
from directory.replica.entries import Entry
from directory.replica.records import Record
from node.follow_ups.models import FollowUp
from node.gatherings.service import local_today
from node.listings.models import Listing
from node.listings.successors import predecessors
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_

MOST_LETTERS = 2000
FURTHEST = timedelta(days=3 * 365)
PAGE = 100


def add(
    session: Session,
    entry: Entry,
    text: str,
    *,
    by: str,
    due_on: date | None = None,
    from_outside: bool = False,
) -> FollowUp:
    """Write a note, or with a day a task. Raises InvalidInput."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise InvalidInput(fields={"text": [N_("Please fill this in.")]})
    if len(text) > MOST_LETTERS:
        raise InvalidInput(fields={"text": [N_("Use at most 2,000 characters.")]})
    if due_on is not None and due_on > local_today() + FURTHEST:
        raise InvalidInput(fields={"due_on": [N_("This day is too far away.")]})
    follow_up = FollowUp(
        entry_uri=entry.uri, entry_name=entry.name, text=text, due_on=due_on, by=by, from_outside=from_outside
    )
    session.add(follow_up)
    session.flush()
    return follow_up


def of_entry(session: Session, uri: str) -> Sequence[FollowUp]:
    """All about one entry, the newest first."""
    query = select(FollowUp).where(FollowUp.entry_uri == uri)
    return session.scalars(query.order_by(FollowUp.id.desc()).limit(PAGE)).all()


def open_tasks(session: Session) -> Sequence[FollowUp]:
    """What is to be done, the most urgent first."""
    query = select(FollowUp).where(FollowUp.due_on.is_not(None), FollowUp.done_at.is_(None))
    return session.scalars(query.order_by(FollowUp.due_on, FollowUp.id).limit(PAGE)).all()


def finished_tasks(session: Session) -> Sequence[FollowUp]:
    """What was done lately."""
    query = select(FollowUp).where(FollowUp.done_at.is_not(None))
    return session.scalars(query.order_by(FollowUp.done_at.desc()).limit(PAGE // 5)).all()


def count_due(session: Session) -> int:
    """How many tasks should be done by today."""
    due = (FollowUp.due_on <= local_today(), FollowUp.done_at.is_(None))
    return session.scalar(select(func.count()).select_from(FollowUp).where(*due)) or 0


def get_follow_up(session: Session, follow_up_id: int) -> FollowUp:
    """One note or task. Raises NotFound."""
    found = session.get(FollowUp, follow_up_id)
    if found is None:
        raise NotFound(N_("This note does not exist."), cause=f"follow-up {follow_up_id}")
    return found


def remove(session: Session, follow_up: FollowUp) -> None:
    """Throw a note away."""
    session.delete(follow_up)
    session.flush()


def move_all(session: Session, old_uri: str, new_uri: str) -> list[int]:
    """Let all notes and tasks of an entry go along to what takes its place; which ones these are."""
    found = session.scalars(select(FollowUp).where(FollowUp.entry_uri == old_uri)).all()
    for each in found:
        each.entry_uri = new_uri
    return [each.id for each in found]


def move_back(session: Session, moved: Sequence[int], from_uri: str, to_uri: str) -> None:
    """Give an entry that is back the notes and tasks that went along with `move_all`."""
    still_there = (FollowUp.id.in_(moved), FollowUp.entry_uri == from_uri)
    for each in session.scalars(select(FollowUp).where(*still_there)):
        each.entry_uri = to_uri


def entries_before(session: Session, entry: Entry) -> Sequence[Listing]:
    """The entries of this hub whose place this one took, the last that went first: their history is kept."""
    record = session.get(Record, entry.uri)
    former = record.document.get("alsoKnownAs") or [] if record is not None else []
    uris = {entry.uri, *(uri for uri in former if may_claim(session, entry.owner_uri, uri))}
    ids = {each for uri in uris for each in predecessors(session, uri)}
    query = select(Listing).where(Listing.id.in_(ids)).order_by(Listing.changed_at.desc(), Listing.id)
    return session.scalars(query.limit(PAGE)).all()
