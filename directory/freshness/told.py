"""What hubs tell of entries that nobody can reach, so that an entry is as fresh on every node.

A hub tries more often than anybody else: it asks by mail and letter, and its messages go to every member.
"""

from __future__ import annotations

from collections.abc import Collection

from marshmallow import EXCLUDE
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.freshness.models import ToldUnreachable
from directory.freshness.service import refresh
from directory.replica.records import Record
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS, Document


def project(session: Session, record: Record, content: Document) -> None:
    """Take over what a hub says, in place of what it said before under this address."""
    loaded = schema_of(OBJECTS["UnreachableEntry"]).load(content, unknown=EXCLUDE)
    row = session.get(ToldUnreachable, record.uri) or ToldUnreachable(uri=record.uri)
    about = {row.entry_uri, loaded["entry"]} - {None}
    row.owner_uri, row.entry_uri, row.since = record.owner_uri, loaded["entry"], loaded["since"]
    session.add(row)
    session.flush()
    refresh(session, about)


def remove(session: Session, uri: str) -> None:
    """The hub no longer says so."""
    row = session.get(ToldUnreachable, uri)
    if row is not None:
        session.delete(row)
        session.flush()
        refresh(session, [row.entry_uri])


def told_by(session: Session, owner_uri: str) -> dict[str, Collection[str]]:
    """What one hub tells: by entry the addresses of its records."""
    query: Select[str, str] = select(ToldUnreachable.entry_uri, ToldUnreachable.uri)
    told: dict[str, Collection[str]] = {}
    for entry_uri, uri in session.execute(query.where(ToldUnreachable.owner_uri == owner_uri)):
        told[entry_uri] = [*told.get(entry_uri, ()), uri]
    return told
