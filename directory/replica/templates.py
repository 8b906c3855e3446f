"""The received activity templates: what is current, and which versions were seen.

Who copied whom is in `directory.replica.families`, how it is used in `directory.replica.template_usage`.

The signed document itself stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE
from sqlalchemy import BigInteger, ColumnElement, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.pictures import service as pictures
from directory.replica import template_usage
from directory.replica.aliases import may_claim
from directory.replica.records import Record
from directory.search import service as search
from federation.database import Base
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS, TEMPLATE_LICENSE

KIND = "template"


class KnownTemplate(Base):
    """The current version of a template of the network. One that was withdrawn keeps its place.

    And its name while copies live on: their licence asks them to say what they were made from.
    """

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
    license: Mapped[str] = mapped_column(
        String(40), default=TEMPLATE_LICENSE, server_default=TEMPLATE_LICENSE
    )
    grade_level: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What Movisie's database says of it, by its writer's word; the rest is in the record."""
    updated_at: Mapped[datetime]
    """When its content last changed: telling how it is used is no change of it."""
    withdrawn_at: Mapped[datetime | None]


class KnownVersion(Base):
    """A version of a template that passed here, so that its history can be told.

    The name is forgotten when it is current no longer.
    """

    __tablename__ = "known_template_version"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime]
    change_class: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What its owner says kind of change it is; empty for a first version."""
    change_note: Mapped[str] = mapped_column(Text, default="", server_default="")


def project(session: Session, record: Record, content: dict[str, Any]) -> None:
    """Make a verified template current, remember its version and index its words.

    ``content`` is the document as it travels (schemas.objects.ActivityTemplateObjectSchema).
    """
    loaded = schema_of(OBJECTS["ActivityTemplate"]).load(content, unknown=EXCLUDE)
    origin = loaded["copied_from"] or {}
    known = session.get(KnownTemplate, record.uri)
    known = known or KnownTemplate(uri=record.uri, key=search.key_of(record.uri))
    seen, said = (known.version, known.content_hash), (loaded["version"], loaded["content_hash"])
    if seen != said or known.withdrawn_at is not None:
        known.updated_at = record.updated_at
    known.owner_uri, known.name, known.summary = record.owner_uri, loaded["name"], loaded["summary"]
    known.version, known.content_hash = said
    known.copied_from_uri, known.copied_from_version = origin.get("id"), origin.get("version")
    known.alias_uri = (loaded["also_known_as"] or [None])[0]
    known.copied_from_hash = origin.get("content_hash")
    known.license, known.grade_level = loaded["license"], (loaded["grade"] or {}).get("level", "")
    known.withdrawn_at = None
    session.add(known)
    template_usage.project(session, record, loaded["usage"])
    pictures.project(session, record.uri, record.owner_uri, _pictures(loaded))
    _remember_version(session, known, loaded)
    search.index_document(
        session, record.uri, kind=KIND, title=known.name, texts=_texts(loaded), place_names=()
    )


def remove(session: Session, uri: str) -> None:
    """Withdraw a template: no longer found, still a place in the family tree of its copies."""
    known = session.get(KnownTemplate, uri)
    if known is not None:
        record = session.get(Record, uri)
        known.withdrawn_at = (record.deleted_at if record else None) or known.updated_at
        known.name = known.name if any(count_copies(session, [uri]).values()) else ""
        known.summary = ""
        _forget_words(session, KnownVersion.uri == uri, change_note="")
    template_usage.forget(session, uri)
    pictures.forget(session, uri)
    search.remove(session, uri)


def forget(session: Session, uri: str) -> None:
    """Take a template out of all lists and families as if it never came; its versions are remembered."""
    known = session.get(KnownTemplate, uri)
    if known is not None:
        session.delete(known)
        session.flush()
    template_usage.forget(session, uri)
    pictures.forget(session, uri)
    search.remove(session, uri)


def find_template(session: Session, uri: str) -> KnownTemplate | None:
    """The template with this address on the wire."""
    return session.get(KnownTemplate, uri)


def find_by_key(session: Session, key: str) -> KnownTemplate | None:
    """The template whose page has this short name."""
    return session.scalar(select(KnownTemplate).where(KnownTemplate.key == key))


def list_templates(
    session: Session, *, without_owner: str | None = None, page: int = 1, per_page: int = 50
) -> Sequence[KnownTemplate]:
    """One page of the current templates, newest first; of the whole network or without those of one owner."""
    query = select(KnownTemplate).where(*_current(without_owner))
    newest = query.order_by(KnownTemplate.updated_at.desc(), KnownTemplate.uri)
    return session.scalars(newest.offset((page - 1) * per_page).limit(per_page)).all()


def count_templates(session: Session, *, without_owner: str | None = None) -> int:
    """How many templates are current."""
    query = select(func.count()).select_from(KnownTemplate).where(*_current(without_owner))
    return session.scalar(query) or 0


def versions(session: Session, uri: str) -> Sequence[KnownVersion]:
    """The versions that passed here, oldest first."""
    query = select(KnownVersion).where(KnownVersion.uri == uri)
    return session.scalars(query.order_by(KnownVersion.version)).all()


def count_copies(session: Session, uris: Collection[str]) -> dict[str, int]:
    """How many copies of each of these templates are out; also of the address that it had before."""
    names = {uri: names_of(session, uri) for uri in uris}
    asked = {name for known_as in names.values() for name in known_as}
    living = select(KnownTemplate.copied_from_uri, func.count()).where(
        KnownTemplate.copied_from_uri.in_(asked), KnownTemplate.withdrawn_at.is_(None)
    )
    rows = session.execute(living.group_by(KnownTemplate.copied_from_uri))
    counts: dict[str | None, int] = {uri: count for uri, count in rows}
    return {uri: sum(counts.get(name, 0) for name in known_as) for uri, known_as in names.items()}


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


def _current(without_owner: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [KnownTemplate.withdrawn_at.is_(None)]
    return conditions if without_owner is None else [*conditions, KnownTemplate.owner_uri != without_owner]


def _remember_version(session: Session, known: KnownTemplate, loaded: dict[str, Any]) -> None:
    seen = session.get(KnownVersion, (known.uri, known.version))
    seen = seen or KnownVersion(uri=known.uri, version=known.version)
    seen.content_hash, seen.name, seen.updated_at = known.content_hash, known.name, known.updated_at
    seen.change_class, seen.change_note = loaded["change_class"] or "", loaded["change_note"] or ""
    session.add(seen)
    session.flush()
    _forget_words(session, KnownVersion.uri == known.uri, KnownVersion.version != known.version)


def _forget_words(session: Session, *which: ColumnElement[bool], **words: str) -> None:
    session.execute(update(KnownVersion).where(*which).values(name="", **words))


def _pictures(loaded: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("digest", "url", "media_type", "width", "height")
    return [{name: picture[name] for name in names} for picture in loaded["pictures"]]


def _texts(loaded: dict[str, Any]) -> list[str]:
    """What can be searched for. Materials and costs are left out: everything needs chairs and coffee."""
    sections = [f"{section['title']} {section['text']}".strip() for section in loaded["sections"]]
    labels = [parameter["label"] for parameter in loaded["parameters"]]
    roles = [f"{role['name']} {role['note']}".strip() for role in loaded["roles"]]
    lines = [item["text"] for part in ("safeguards", "checklist") for item in loaded[part]]
    return [loaded["summary"], *sections, *labels, *roles, *lines]
