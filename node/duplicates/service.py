"""Looking for duplicates, and saying that two entries are not one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from directory.matching.scoring import LIKELY, Score
from directory.matching.service import find_pairs
from directory.replica.entries import Entry, entries_of
from node.duplicates.models import Duplicate
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.paging import pages_of

PAGE_SIZE = 20
BATCH = 400
MOST_KEPT = 5000
"""More questions than this nobody answers; the likeliest are kept."""


@dataclass(frozen=True)
class Alike:
    """Two entries that look alike, by their addresses."""

    left_uri: str
    right_uri: str
    score: Score


@dataclass(frozen=True)
class Shown:
    """A pair with both its entries; one is None after a merge."""

    duplicate: Duplicate
    left: Entry | None
    right: Entry | None

    @property
    def is_likely(self) -> bool:
        """True when it is nearly always one initiative."""
        return self.duplicate.likelihood >= LIKELY


@dataclass(frozen=True)
class PageOfDuplicates:
    """One page of pairs, the likeliest first."""

    items: list[Shown]
    page: int
    pages: int
    total: int


def look_again(session: Session) -> int:
    """Compare all entries and keep what is alike; returns how many pairs are open."""
    return keep(session, compare(session))


def compare(session: Session) -> list[Alike]:
    """The pairs that look alike now, the likeliest first. It only reads: it may take a while."""
    found = find_pairs(session)[:MOST_KEPT]
    return [Alike(pair.left.uri, pair.right.uri, pair.score) for pair in found]


def keep(session: Session, pairs: Sequence[Alike]) -> int:
    """Keep what looks alike; what was decided stays so. Returns how many pairs are open."""
    found = {(pair.left_uri, pair.right_uri): pair for pair in pairs}
    known = {(each.left_uri, each.right_uri): each for each in session.scalars(select(Duplicate))}
    gone = [each.id for pair, each in known.items() if each.state == "open" and pair not in found]
    for start in range(0, len(gone), BATCH):
        session.execute(delete(Duplicate).where(Duplicate.id.in_(gone[start : start + BATCH])))
    for pair, now_found in found.items():
        _keep(session, known.get(pair), now_found)
    session.flush()
    return count_open(session)


def list_duplicates(session: Session, state: str = "open", page: int = 1) -> PageOfDuplicates:
    """The pairs in a state ('open', 'different', 'merged'): the likeliest first, decided ones by day."""
    chosen = Duplicate.state == state
    total = session.scalar(select(func.count()).select_from(Duplicate).where(chosen)) or 0
    pages = pages_of(total, PAGE_SIZE)
    page = min(max(1, page), pages)
    order = Duplicate.likelihood.desc() if state == "open" else Duplicate.decided_at.desc()
    query = select(Duplicate).where(chosen).order_by(order, Duplicate.id)
    rows = list(session.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    return PageOfDuplicates(_shown(session, rows), page, pages, total)


def count_open(session: Session) -> int:
    """How many pairs wait for a decision."""
    query = select(func.count()).select_from(Duplicate).where(Duplicate.state == "open")
    return session.scalar(query) or 0


def get_duplicate(session: Session, duplicate_id: int) -> Duplicate:
    """One pair. Raises NotFound."""
    found = session.get(Duplicate, duplicate_id)
    if found is None:
        raise NotFound(N_("This pair does not exist."), cause=f"duplicate {duplicate_id}")
    return found


def show(session: Session, duplicate: Duplicate) -> Shown:
    """A pair with its entries."""
    return _shown(session, [duplicate])[0]


def keep_apart(session: Session, duplicate: Duplicate, *, by: str, note: str = "") -> None:
    """Say that these are two initiatives; the pair is not shown again."""
    duplicate.decide("different", by=by, note=note)
    session.flush()


def forget_about(session: Session, uri: str) -> None:
    """Drop the open questions about an entry that is gone, or went to another hand."""
    about = or_(Duplicate.left_uri == uri, Duplicate.right_uri == uri)
    session.execute(delete(Duplicate).where(Duplicate.state == "open", about))


def ask_again(session: Session, duplicate: Duplicate) -> None:
    """Take “these are two” back."""
    if duplicate.state != "different":
        raise Conflict(N_("There is nothing to undo here."))
    duplicate.reopen()
    session.flush()


def _keep(session: Session, known: Duplicate | None, pair: Alike) -> None:
    if known is None:
        known = Duplicate(left_uri=pair.left_uri, right_uri=pair.right_uri, state="open")
        session.add(known)
    if known.state == "open":
        known.likelihood = round(pair.score.likelihood, 4)
        known.reasons_for, known.reasons_against = pair.score.reasons_for, pair.score.reasons_against


def _shown(session: Session, rows: list[Duplicate]) -> list[Shown]:
    entries = entries_of(session, {uri for each in rows for uri in (each.left_uri, each.right_uri)})
    return [Shown(each, entries.get(each.left_uri), entries.get(each.right_uri)) for each in rows]
