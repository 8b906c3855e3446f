"""Keeping the freshness of entries up to date as time passes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from directory.freshness.models import UnreachableEntry
from directory.freshness.rules import freshness_of, last_sign
from directory.replica.entries import Entry
from directory.search import facet_sets, vocabulary
from directory.search.documents import SearchFacet
from federation.database import now
from federation.fetching.origins import authority_of
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


def refresh(session: Session, uris: Collection[str] = ()) -> int:
    """Bring the freshness of all entries, or of these, up to date; returns how many changed."""
    hosts, unreachable = _hosts(session), set(session.scalars(select(UnreachableEntry.uri)))
    changed = 0
    for batch in _batches(session, uris):
        states = {row.document_id: _state(row, hosts, unreachable) for row in batch}
        before = {row.document_id: row.freshness for row in batch}
        news = {document_id: state for document_id, state in states.items() if state != before[document_id]}
        _write(session, news)
        changed += len(news)
    return changed


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


def _batches(session: Session, uris: Collection[str]) -> Any:
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


def _state(row: Row[Any], hosts: Mapping[str, _Host], unreachable: Collection[str]) -> str:
    host = hosts.get(authority_of(row.owner_uri)) if row.has_node else None
    sign = last_sign(
        has_node=row.has_node,
        confirmed_on=row.confirmed_on,
        updated_at=row.updated_at,
        heard_at=host.heard_at if host else None,
    )
    return freshness_of(
        has_node=row.has_node,
        last_sign_at=sign,
        closed_on=row.closed_on,
        is_unreachable=row.uri in unreachable or bool(host and host.is_down and sign < now() - SILENT_FOR),
        at=now(),
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
