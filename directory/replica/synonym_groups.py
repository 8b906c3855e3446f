"""Words that mean the same, as hubs tell it. They count on the nodes that joined the hub.

The signed document stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from marshmallow import EXCLUDE
from sqlalchemy import Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.records import Record
from directory.search.folding import words_of
from federation.actors.remote_actors import RemoteActor
from federation.database import Base
from federation.relations.followers import Follow, followed_uris
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS, Document

MOST_GROUPS = 500
"""Groups of one hub that are kept: five times as many as the program brings."""


class KnownSynonymGroup(Base):
    """A group of synonyms as its hub last told it; the row stays when the group is withdrawn."""

    __tablename__ = "known_synonym_group"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(80))
    """Folded, as `directory.search.synonym_changes.name_of` makes it."""
    terms: Mapped[list[str]]
    is_shown: Mapped[bool] = mapped_column(default=True)
    changes: Mapped[int] = mapped_column(default=0)
    """Grows with every change, so that the sum of a hub's tells that one of them changed."""


def project(session: Session, record: Record, content: Document) -> None:
    """Take over a verified group, in place of an older version of it, while there is room."""
    loaded = schema_of(OBJECTS["SynonymGroup"]).load(content, unknown=EXCLUDE)
    row = session.get(KnownSynonymGroup, record.uri) or _free_row(session, record.owner_uri)
    if row is None:
        return
    row.uri = record.uri
    row.owner_uri, row.name = record.owner_uri, " ".join(words_of(loaded["name"]))[:80]
    row.terms = [term for term in loaded["terms"] if words_of(term)]
    row.is_shown, row.changes = True, row.changes + 1
    session.add(row)
    session.flush()


def remove(session: Session, uri: str) -> None:
    """What the hub said of this group no longer counts."""
    row = session.get(KnownSynonymGroup, uri)
    if row is not None and row.is_shown:
        row.is_shown, row.changes, row.name, row.terms = False, row.changes + 1, "", []
        session.flush()


def told_by_hubs(session: Session) -> dict[str, list[str]]:
    """What the hubs that we joined say, by name; where several speak of one group, all their words."""
    query = select(KnownSynonymGroup).where(
        KnownSynonymGroup.is_shown, KnownSynonymGroup.owner_uri.in_(_joined())
    )
    told: dict[str, dict[str, None]] = {}
    # sorted here, because databases differ in the order of letters
    for row in _bounded(sorted(session.scalars(query), key=lambda row: (row.owner_uri, row.name, row.uri))):
        told.setdefault(row.name, {}).update(dict.fromkeys(row.terms))
    return {name: list(terms) for name, terms in told.items()}


def state_of_hubs() -> Select[str, int]:
    """A statement for a row of each hub; they change when what `told_by_hubs` answers changes."""
    query = select(KnownSynonymGroup.owner_uri, func.sum(KnownSynonymGroup.changes))
    return query.where(KnownSynonymGroup.owner_uri.in_(_joined())).group_by(KnownSynonymGroup.owner_uri)


def _joined() -> Select[str]:
    """The hubs that accepted us; see `federation.relations.follows.joined_hubs`."""
    is_hub = RemoteActor.role == "hub"
    return followed_uris().join(RemoteActor, RemoteActor.uri == Follow.remote_uri).where(is_hub)


def _free_row(session: Session, owner_uri: str) -> KnownSynonymGroup | None:
    """A row for one more group: of a withdrawn one, whose changes go on, or a new one; None when full."""
    mine = KnownSynonymGroup.owner_uri == owner_uri
    withdrawn = select(KnownSynonymGroup).where(mine, KnownSynonymGroup.is_shown.is_(False))
    row = session.scalar(withdrawn.limit(1))
    if row is not None:
        return row
    kept = session.scalar(select(func.count()).select_from(KnownSynonymGroup).where(mine))
    return KnownSynonymGroup(changes=0) if (kept or 0) < MOST_GROUPS else None


def _bounded(rows: Iterable[KnownSynonymGroup]) -> Iterator[KnownSynonymGroup]:
    for _owner, each in groupby(rows, key=lambda row: row.owner_uri):
        yield from islice(each, MOST_GROUPS)
