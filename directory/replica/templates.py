"""The received activity templates: what is current, which versions were seen, who copied whom.

The signed document itself stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE
from sqlalchemy import BigInteger, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.aliases import may_claim
from directory.replica.records import Record
from directory.search import service as search
from federation.database import Base
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS

KIND = "template"
FAMILY_LIMIT = 500
"""The most members of a family that are looked up."""
GENERATIONS_UP, GENERATIONS_DOWN = 10, 20


class KnownTemplate(Base):
    """The current version of a template of the network. One that was withdrawn keeps its place."""

    __tablename__ = "known_template"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """A short name for page addresses, see `search.key_of`."""
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[str] = mapped_column(String(80))
    alias_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    """The address it says to have had before its owner moved; a claim, see `directory.replica.aliases`."""
    copied_from_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    copied_from_version: Mapped[int | None] = mapped_column(BigInteger)
    copied_from_hash: Mapped[str | None] = mapped_column(String(80))
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class KnownVersion(Base):
    """A version of a template that passed here, so that its history can be told."""

    __tablename__ = "known_template_version"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime]


@dataclass
class Relative:
    """One template in a family tree; ``template`` is None when it never reached this node."""

    uri: str
    template: KnownTemplate | None
    children: list[Relative] = field(default_factory=list)


def project(session: Session, record: Record, content: dict[str, Any]) -> None:
    """Make a verified template current, remember its version and index its words.

    ``content`` is the document as it travels (schemas.objects.ActivityTemplateObjectSchema).
    """
    loaded = schema_of(OBJECTS["ActivityTemplate"]).load(content, unknown=EXCLUDE)
    origin = loaded["copied_from"] or {}
    known = session.get(KnownTemplate, record.uri)
    known = known or KnownTemplate(uri=record.uri, key=search.key_of(record.uri))
    known.owner_uri, known.name, known.summary = record.owner_uri, loaded["name"], loaded["summary"]
    known.version, known.content_hash = loaded["version"], loaded["content_hash"]
    known.copied_from_uri, known.copied_from_version = origin.get("id"), origin.get("version")
    known.alias_uri = (loaded["also_known_as"] or [None])[0]
    known.copied_from_hash = origin.get("content_hash")
    known.updated_at, known.withdrawn_at = record.updated_at, None
    session.add(known)
    _remember_version(session, known)
    search.index_document(
        session, record.uri, kind=KIND, title=known.name, texts=_texts(loaded), place_names=()
    )


def remove(session: Session, uri: str) -> None:
    """Withdraw a template: no longer found, still a place in the family tree of its copies."""
    known = session.get(KnownTemplate, uri)
    if known is not None:
        record = session.get(Record, uri)
        known.withdrawn_at = (record.deleted_at if record else None) or known.updated_at
    search.remove(session, uri)


def forget(session: Session, uri: str) -> None:
    """Take a template out of all lists and families as if it never came; its versions are remembered."""
    known = session.get(KnownTemplate, uri)
    if known is not None:
        session.delete(known)
        session.flush()
    search.remove(session, uri)


def find_template(session: Session, uri: str) -> KnownTemplate | None:
    """The template with this address on the wire."""
    return session.get(KnownTemplate, uri)


def find_by_key(session: Session, key: str) -> KnownTemplate | None:
    """The template whose page has this short name."""
    return session.scalar(select(KnownTemplate).where(KnownTemplate.key == key))


def list_templates(
    session: Session, *, owner_uri: str | None = None, most: int = 200
) -> Sequence[KnownTemplate]:
    """The current templates of the network, or of one owner, newest first."""
    query = select(KnownTemplate).where(KnownTemplate.withdrawn_at.is_(None))
    if owner_uri is not None:
        query = query.where(KnownTemplate.owner_uri == owner_uri)
    return session.scalars(query.order_by(KnownTemplate.updated_at.desc()).limit(most)).all()


def versions(session: Session, uri: str) -> Sequence[KnownVersion]:
    """The versions that passed here, oldest first."""
    query = select(KnownVersion).where(KnownVersion.uri == uri)
    return session.scalars(query.order_by(KnownVersion.version)).all()


def copies_of(session: Session, uri: str) -> Sequence[KnownTemplate]:
    """The direct copies of a template, oldest first; also those of the address it had before."""
    query = select(KnownTemplate).where(KnownTemplate.copied_from_uri.in_(names_of(session, uri)))
    return session.scalars(
        query.order_by(KnownTemplate.updated_at, KnownTemplate.uri).limit(FAMILY_LIMIT)
    ).all()


def count_copies(session: Session, uri: str) -> int:
    """How many copies of a template are out in the network."""
    living = select(func.count()).where(
        KnownTemplate.copied_from_uri.in_(names_of(session, uri)), KnownTemplate.withdrawn_at.is_(None)
    )
    return session.scalar(living) or 0


def family(session: Session, uri: str) -> Relative:
    """The whole family of a template, from its oldest known ancestor down.

    A claim of descent is the copier's own; a circle of claims is cut where it closes.
    """
    root_uri = _oldest_ancestor(session, uri)
    root = Relative(root_uri, session.get(KnownTemplate, root_uri))
    seen, waiting = {root_uri}, [(root, 0)]
    while waiting and len(seen) < FAMILY_LIMIT:
        parent, generation = waiting.pop(0)
        for copy in copies_of(session, parent.uri):
            if copy.uri not in seen:
                seen.add(copy.uri)
                parent.children.append(Relative(copy.uri, copy))
        if generation < GENERATIONS_DOWN:
            waiting += [(child, generation + 1) for child in parent.children]
    return root


def members(root: Relative) -> list[Relative]:
    """All of a family, parents before children."""
    found, waiting = [], [root]
    while waiting:
        relative = waiting.pop(0)
        found.append(relative)
        waiting += relative.children
    return found


def names_of(session: Session, uri: str) -> list[str]:
    """The addresses under which a template is known: its own, and the one it rightly says to have had."""
    known = session.get(KnownTemplate, uri)
    if known is None or known.alias_uri is None or not may_claim(session, known.owner_uri, known.alias_uri):
        return [uri]
    return [uri, known.alias_uri]


def current_uri(session: Session, uri: str) -> str:
    """Where a template is now that may have moved with its owner; the address itself when it did not."""
    query = select(KnownTemplate).where(KnownTemplate.alias_uri == uri).order_by(KnownTemplate.uri).limit(20)
    for claimant in session.scalars(query):
        if may_claim(session, claimant.owner_uri, uri):
            return claimant.uri
    return uri


def _oldest_ancestor(session: Session, uri: str) -> str:
    uri = current_uri(session, uri)
    seen = {uri}
    while len(seen) <= GENERATIONS_UP:
        known = session.get(KnownTemplate, uri)
        parent = current_uri(session, known.copied_from_uri) if known and known.copied_from_uri else None
        if parent is None or parent in seen:
            break
        seen.add(parent)
        uri = parent
    return uri


def _remember_version(session: Session, known: KnownTemplate) -> None:
    seen = session.get(KnownVersion, (known.uri, known.version))
    seen = seen or KnownVersion(uri=known.uri, version=known.version)
    seen.content_hash, seen.name, seen.updated_at = known.content_hash, known.name, known.updated_at
    session.add(seen)
    session.flush()


def _texts(loaded: dict[str, Any]) -> list[str]:
    sections = [section["text"] for section in loaded["sections"]]
    labels = [parameter["label"] for parameter in loaded["parameters"]]
    return [loaded["summary"], *sections, *labels]
