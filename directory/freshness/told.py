"""What hubs tell of entries that nobody can reach, so that an entry is as fresh on every node.

A hub tries more often than anybody else: it asks by mail and letter, and its messages go to every member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from marshmallow import EXCLUDE
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.freshness.models import ToldUnreachable
from directory.replica.records import Record
from federation.relations.follows import joined_hubs
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS, Document

MOST_TOLD = 10_000
"""Entries of which one owner may say so: more than a hub can look after."""


def project(session: Session, record: Record, content: Document) -> None:
    """Take over what a hub says, in place of what it said before under this address, while there is room.

    The caller brings the entries up to date that `entries_of` names before and after it.
    """
    loaded = schema_of(OBJECTS["UnreachableEntry"]).load(content, unknown=EXCLUDE)
    row = session.get(ToldUnreachable, record.uri)
    if row is None and _count(session, record.owner_uri) >= MOST_TOLD:
        return
    row = row or ToldUnreachable(uri=record.uri)
    row.owner_uri, row.entry_uri, row.since = record.owner_uri, loaded["entry"], loaded["since"]
    session.add(row)
    session.flush()


def remove(session: Session, uri: str) -> None:
    """The hub no longer says so."""
    row = session.get(ToldUnreachable, uri)
    if row is not None:
        session.delete(row)
        session.flush()


def entries_of(session: Session, records: Iterable[Record]) -> set[str]:
    """The entries that these records speak of now, for as far as they are of hubs that we joined."""
    listed = [record for record in records if record.type == "UnreachableEntry"]
    hubs = {hub.uri for hub in joined_hubs(session)} if listed else set()
    uris = [record.uri for record in listed if record.owner_uri in hubs]
    if not uris:
        return set()
    return set(session.scalars(select(ToldUnreachable.entry_uri).where(ToldUnreachable.uri.in_(uris))))


def told_by(session: Session, owner_uri: str) -> dict[str, Collection[str]]:
    """What one hub tells: by entry the addresses of its records."""
    query: Select[str, str] = select(ToldUnreachable.entry_uri, ToldUnreachable.uri)
    told: dict[str, Collection[str]] = {}
    for entry_uri, uri in session.execute(query.where(ToldUnreachable.owner_uri == owner_uri)):
        told[entry_uri] = [*told.get(entry_uri, ()), uri]
    return told


def _count(session: Session, owner_uri: str) -> int:
    query = select(func.count()).select_from(ToldUnreachable)
    return session.scalar(query.where(ToldUnreachable.owner_uri == owner_uri)) or 0
