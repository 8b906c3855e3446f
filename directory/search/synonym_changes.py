"""The groups of synonyms as they are now: those of the program, with what our hubs tell of them and then
what people of this node changed.

A row is never changed: the last one about a group holds, and undoing adds one more.
"""

from __future__ import annotations

import threading
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import String, event, func, literal, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.pool import Pool

from directory.replica.synonym_groups import state_of_hubs, told_by_hubs
from directory.search.folding import words_of
from directory.search.synonyms import GROUPS
from directory.search.thesaurus import BUILT_IN, Thesaurus
from federation.database import Base, now

_DIRTY = "omzien_synonyms_changed"
State = frozenset[tuple[str, int]]
"""What changes whenever the groups do: our last change, and what `state_of_hubs` tells of each hub."""
_UNCHANGED: State = frozenset({("", 0)})


class SynonymChange(Base):
    """What a group of synonyms became; without terms it is no longer there."""

    __tablename__ = "synonym_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    """Which group: its first term when it was made, folded. It stays when the terms change."""
    terms: Mapped[list[str]]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=now)
    object_uri: Mapped[str | None] = mapped_column(String(2000))
    """The record that tells the network of it; empty when none has to, None while nobody was told."""


_thesauri: WeakKeyDictionary[Pool, tuple[State, Thesaurus]] = WeakKeyDictionary()
_lock = threading.Lock()


def name_of(term: str) -> str:
    """The name of a group that begins with this term."""
    return " ".join(words_of(term))[:80]


PROGRAM_GROUPS = {name_of(group[0]): group for group in GROUPS}
"""The groups that come with the program, by name."""


def record(session: Session, name: str, terms: list[str], by: str) -> SynonymChange:
    """Let a group be these terms from now on."""
    change = SynonymChange(name=name, terms=terms, by=by)
    session.add(change)
    session.flush()
    session.info[_DIRTY] = True
    return change


def latest_changes(session: Session) -> dict[str, SynonymChange]:
    """The last change of each group that was ever changed."""
    last = select(func.max(SynonymChange.id)).group_by(SynonymChange.name)
    rows = session.scalars(select(SynonymChange).where(SynonymChange.id.in_(last)))
    return {change.name: change for change in rows}


def inherited(session: Session) -> dict[str, list[str]]:
    """The groups as they would be without our own changes, by name; those without terms are left out."""
    merged = {name: list(terms) for name, terms in PROGRAM_GROUPS.items()} | told_by_hubs(session)
    return {name: terms for name, terms in merged.items() if len(terms) > 1}


def groups(session: Session) -> dict[str, list[str]]:
    """All groups as they are now, by name; those without terms are left out."""
    changed = {name: list(change.terms) for name, change in latest_changes(session).items()}
    merged = inherited(session) | changed
    return {name: merged[name] for name in sorted(merged) if merged[name]}


def thesaurus(session: Session) -> Thesaurus:
    """The groups for search. Shared by the process, unless this session itself changed them."""
    state = _state(session)
    if state == _UNCHANGED:
        return BUILT_IN
    if session.info.get(_DIRTY):
        return Thesaurus(groups(session).values())  # what may yet be undone is not shared
    pool = session.get_bind().engine.pool
    cached = _thesauri.get(pool)
    if cached is not None and cached[0] == state:
        return cached[1]
    with _lock:
        cached = _thesauri.get(pool)
        if cached is None or cached[0] != state:  # nobody made it while we waited
            cached = _thesauri[pool] = state, Thesaurus(groups(session).values())
    return cached[1]


def _state(session: Session) -> State:
    """Asked with every search, so in one statement."""
    ours = select(literal(""), func.coalesce(func.max(SynonymChange.id), 0))
    rows = session.execute(union_all(ours, state_of_hubs()))
    return frozenset((uri, int(changes)) for uri, changes in rows)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _settled(session: Session) -> None:
    if not session.in_nested_transaction():  # the end of a savepoint settles nothing
        session.info.pop(_DIRTY, None)
