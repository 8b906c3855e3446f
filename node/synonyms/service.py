"""What a coordinator does with groups of synonyms: add, change, take away, undo."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.search import synonym_changes
from directory.search.folding import words_of
from directory.search.queries import LONGEST_PHRASE
from directory.search.synonym_changes import SynonymChange, name_of
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_
from schemas.synonyms import LONGEST_TERM, MOST_TERMS

LEAST_TERMS = 2
NEWEST = 20


@dataclass(frozen=True)
class Group:
    """A group as it is now. ``version`` is its last change, 0 when it is as the program brought it."""

    name: str
    terms: list[str]
    version: int

    @property
    def is_changed(self) -> bool:
        """True when people of this node made or changed it."""
        return self.version > 0


def list_groups(session: Session, query: str = "") -> list[Group]:
    """The groups in which a word occurs, or all of them, by name."""
    changes = synonym_changes.latest_changes(session)
    wanted = " ".join(words_of(query))
    return [
        Group(name, terms, changes[name].id if name in changes else 0)
        for name, terms in synonym_changes.groups(session).items()
        if any(wanted in " ".join(words_of(term)) for term in terms)
    ]


def get_group(session: Session, name: str) -> Group:
    """The group with this name. Raises NotFound."""
    found = next((group for group in list_groups(session) if group.name == name), None)
    if found is None:
        raise NotFound()
    return found


def add_group(session: Session, terms: list[str], *, by: str) -> SynonymChange:
    """Make a group of words that mean the same."""
    checked = _check(terms)
    name = name_of(checked[0])
    if name in synonym_changes.groups(session):
        raise Conflict(
            N_("There is a group called “%(name)s” already. Add your words to that one."), name=name
        )
    return synonym_changes.record(session, name, checked, by)


def change_group(
    session: Session, name: str, terms: list[str], *, by: str, based_on: int | None = None
) -> SynonymChange:
    """Give a group other terms; refused when somebody changed it after version ``based_on``."""
    group = get_group(session, name)
    if based_on is not None and based_on != group.version:
        raise Conflict(N_("Somebody else changed this group while you were busy. See what it is now."))
    return synonym_changes.record(session, name, _check(terms), by)


def remove_group(session: Session, name: str, *, by: str) -> SynonymChange:
    """Let the words of a group no longer mean the same."""
    get_group(session, name)
    return synonym_changes.record(session, name, [], by)


def undo(session: Session, change_id: int, *, by: str) -> SynonymChange:
    """Give a group what it had before a change, when that is its last one."""
    change = session.get(SynonymChange, change_id)
    if change is None:
        raise NotFound()
    if synonym_changes.latest_changes(session)[change.name].id != change.id:
        raise Conflict(N_("This group was changed again after that. Undo the last change first."))
    return synonym_changes.record(session, change.name, terms_before(session, change), by)


def terms_before(session: Session, change: SynonymChange) -> list[str]:
    """What a group was before a change; empty when it was not there."""
    earlier = select(SynonymChange.terms).where(
        SynonymChange.name == change.name, SynonymChange.id < change.id
    )
    terms = session.scalar(earlier.order_by(SynonymChange.id.desc()).limit(1))
    return synonym_changes.inherited(session).get(change.name, []) if terms is None else list(terms)


def history(session: Session, most: int = NEWEST) -> list[tuple[SynonymChange, list[str], bool]]:
    """The last changes, newest first: each with what was before, and whether it can be undone."""
    last = {change.id for change in synonym_changes.latest_changes(session).values()}
    newest = session.scalars(select(SynonymChange).order_by(SynonymChange.id.desc()).limit(most)).all()
    return [(change, terms_before(session, change), change.id in last) for change in newest]


def _check(terms: list[str]) -> list[str]:
    """The terms without doubles. Raises InvalidInput."""
    tidy: dict[str, str] = {}
    for term in terms:
        tidy.setdefault(" ".join(words_of(term)), " ".join(term.split()))
    kept = [term for folded, term in tidy.items() if folded]
    for term in kept:
        if len(term) > LONGEST_TERM or len(words_of(term)) > LONGEST_PHRASE:
            raise InvalidInput(fields={"terms": [N_("A term has at most four words and 60 characters.")]})
    if not LEAST_TERMS <= len(kept) <= MOST_TERMS:
        raise InvalidInput(fields={"terms": [N_("Give at least two and at most twenty different terms.")]})
    return kept
