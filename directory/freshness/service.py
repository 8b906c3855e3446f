"""Keeping the freshness of entries up to date as time passes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from directory.freshness.models import ToldUnreachable, UnreachableEntry
from directory.freshness.rules import freshness_of, last_sign
from directory.replica.entries import Entry
from directory.search import facet_sets, vocabulary
from directory.search.documents import SearchFacet
from federation.actors.identities import Identity, find_identity
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.follows import joined_hubs
from federation.relations.members import Member
from federation.relations.peers import BREAKER_FAILURES, Peer
from schemas.taxonomies import FRESHNESS

BATCH = 400
SILENT_FOR = timedelta(days=14)
"""A node that failed again and again for so long, and was not heard, cannot be reached."""
FACET = "freshness"


@dataclass(frozen=True)
class _Host:
    """What we know of the server of a node."""

    heard_at: datetime | None
    is_down: bool


@dataclass(frozen=True)
class _Known:
    """What we know beside the entries themselves."""

    hosts: Mapping[str, _Host]
    found: frozenset[str]
    """Whom somebody here could not reach."""
    told: frozenset[str]
    """Whom a hub that we joined could not reach."""
    spoken_for: frozenset[str]
    """Nodes of which a hub of ours tells whether they can be reached: then we do not judge ourselves, so
    that all its members show the same."""


def refresh(session: Session, uris: Collection[str] = ()) -> int:
    """Bring the freshness of all entries, or of these, up to date; returns how many changed."""
    known = _known(session)
    changed = 0
    for batch in _batches(session, uris):
        states = {row.document_id: _state(row, known) for row in batch}
        before = {row.document_id: row.freshness for row in batch}
        news = {document_id: state for document_id, state in states.items() if state != before[document_id]}
        _write(session, news)
        changed += len(news)
    return changed


def found_here(session: Session) -> dict[str, date]:
    """Whom nobody here could reach, whatever others tell: by entry the day since when."""
    rows = session.execute(select(UnreachableEntry.uri, UnreachableEntry.since))
    found = {uri: since.date() for uri, since in rows}
    hosts = {host: each for host, each in _hosts(session).items() if each.is_down}
    for batch in _batches(session) if hosts else ():
        found |= {row.uri: now().date() for row in batch if row.has_node and _is_silent(row, hosts)}
    return found


def count_states(session: Session, *, example_data: bool = True) -> dict[str, int]:
    """How many entries there are in each state."""
    query = select(Entry.freshness, func.count()).group_by(Entry.freshness)
    if not example_data:
        query = query.where(Entry.is_example.is_(False))
    return dict.fromkeys(FRESHNESS.codes, 0) | {state: count for state, count in session.execute(query)}


def note_unreachable(session: Session, uri: str, *, by: str = "") -> None:
    """Nobody answers there."""
    if session.get(UnreachableEntry, uri) is None:
        session.add(UnreachableEntry(uri=uri, by=by))
        session.flush()
    refresh(session, [uri])


def note_reached(session: Session, uri: str) -> None:
    """Somebody answered after all."""
    session.execute(delete(UnreachableEntry).where(UnreachableEntry.uri == uri))
    refresh(session, [uri])


def _known(session: Session) -> _Known:
    hubs = [hub.uri for hub in joined_hubs(session)]
    own = find_identity(session, "hub")
    ours = select(Member.actor_uri).where(Member.hub_uri == (own.actor_uri if own else ""))
    members = select(Member.actor_uri).where(Member.hub_uri.in_(hubs), Member.actor_uri.not_in(ours))
    found = select(UnreachableEntry.uri)
    return _Known(
        hosts=_hosts(session),
        found=frozenset(session.scalars(found)),
        told=_told(session, hubs),
        spoken_for=frozenset(session.scalars(members)),
    )


def _told(session: Session, hubs: Collection[str]) -> frozenset[str]:
    """What these hubs say of what they host and of their members; of others, and of us, they have nothing
    to say.
    """
    of_hub = and_(Member.hub_uri == ToldUnreachable.owner_uri, Member.actor_uri == ToldUnreachable.entry_uri)
    query = (
        select(ToldUnreachable.entry_uri)
        .outerjoin(Entry, Entry.uri == ToldUnreachable.entry_uri)
        .outerjoin(Member, of_hub)
        .where(ToldUnreachable.owner_uri.in_(hubs))
        .where(or_(Entry.owner_uri == ToldUnreachable.owner_uri, Member.actor_uri.is_not(None)))
        .where(ToldUnreachable.entry_uri.not_in(select(Identity.actor_uri)))
    )
    return frozenset(session.scalars(query))


def _batches(session: Session, uris: Collection[str] = ()) -> Any:
    """The rows of entries, some at a time, in the order of their numbers."""
    columns = (
        Entry.document_id, Entry.uri, Entry.owner_uri, Entry.has_node, Entry.confirmed_on,
        Entry.closed_on, Entry.updated_at, Entry.freshness,
    )  # fmt: skip
    query = select(*columns).order_by(Entry.document_id).limit(BATCH)
    if uris:
        query = query.where(Entry.uri.in_(list(uris)))
    after = -1
    while batch := session.execute(query.where(Entry.document_id > after)).all():
        yield batch
        after = batch[-1].document_id


def _hosts(session: Session) -> Mapping[str, _Host]:
    found = {}
    for peer in session.scalars(select(Peer)):
        signs = [at for at in (peer.last_heard_at, peer.last_success_at) if at is not None]
        heard_at = max(signs, default=None)
        found[peer.host] = _Host(heard_at, peer.failures >= BREAKER_FAILURES)
    return found


def _state(row: Row[Any], known: _Known) -> str:
    is_silent = row.uri not in known.spoken_for and _is_silent(row, known.hosts)
    return freshness_of(
        has_node=row.has_node,
        last_sign_at=_sign(row, known.hosts),
        closed_on=row.closed_on,
        is_unreachable=row.uri in known.found or is_silent or _is_told(row, known),
        at=now(),
    )


def _is_told(row: Row[Any], known: _Known) -> bool:
    """Whether a hub says that nobody is there, and we did not hear otherwise ourselves."""
    host = known.hosts.get(authority_of(row.owner_uri)) if row.has_node else None
    was_heard = host is not None and host.heard_at is not None and host.heard_at > now() - SILENT_FOR
    return row.uri in known.told and not was_heard


def _is_silent(row: Row[Any], hosts: Mapping[str, _Host]) -> bool:
    """Whether the server of a node failed us again and again, and was not heard for long."""
    host = hosts.get(authority_of(row.owner_uri)) if row.has_node else None
    return host is not None and host.is_down and _sign(row, hosts) < now() - SILENT_FOR


def _sign(row: Row[Any], hosts: Mapping[str, _Host]) -> datetime:
    host = hosts.get(authority_of(row.owner_uri)) if row.has_node else None
    return last_sign(
        has_node=row.has_node,
        confirmed_on=row.confirmed_on,
        updated_at=row.updated_at,
        heard_at=host.heard_at if host else None,
    )


def _write(session: Session, states: Mapping[int, str]) -> None:
    if not states:
        return
    vocabulary.lock(session)
    members = facet_sets.members_of(session, states)
    table = Entry.__table__
    rows = [{"document": document_id, "state": state} for document_id, state in states.items()]
    statement = update(table).where(table.c.document_id == bindparam("document"))  # type: ignore[arg-type]
    session.connection().execute(statement.values(freshness=bindparam("state")), rows)
    mine = (SearchFacet.name == FACET, SearchFacet.document_id.in_(list(states)))
    session.execute(delete(SearchFacet).where(*mine))
    facets = [{"document_id": i, "name": FACET, "code": state} for i, state in states.items()]
    session.execute(insert(SearchFacet), facets)
    facet_sets.refresh(session, members, states)
    session.expire_all()
