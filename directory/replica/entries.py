"""The entries of the directory: every initiative of the network, with or without a node of its own.

A projection of the `Organization` records: an actor that tells its ``initiative``, or an entry
that a hub hosts. It can be rebuilt from the records at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from directory.matching import keys as match_keys
from directory.matching.traits import traits_of
from directory.replica.entry_rows import areas_of, first_freshness, plain_summary, row_of
from directory.replica.records import Record
from directory.search import index as search_index
from directory.search import vocabulary
from directory.search.documents import RowId
from directory.search.index import Findable
from federation.database import Base, JsonDocument
from schemas.errors import NotFound
from schemas.taxonomies import KINDS, PROVINCES, TARGET_GROUPS, THEMES

KIND = "entry"
BATCH = 400


class Entry(Base):
    """One initiative, as its owner or its hub describes it."""

    __tablename__ = "entry"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """The name in page addresses and in the API: the same on every node."""
    document_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("search_document.id", ondelete="CASCADE"), unique=True
    )
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    has_node: Mapped[bool]
    """True when the initiative speaks for itself; False when a hub hosts its entry."""
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(40))
    legal_form: Mapped[str | None] = mapped_column(String(40))
    phase: Mapped[str | None] = mapped_column(String(40))
    themes: Mapped[list[str]]
    target_groups: Mapped[list[str]]
    founded_on: Mapped[int | None]
    """The year in which it began."""
    volunteers_band: Mapped[str | None] = mapped_column(String(10))
    members_band: Mapped[str | None] = mapped_column(String(10))
    has_supporter: Mapped[bool | None]
    website: Mapped[str | None] = mapped_column(String(2000))
    email: Mapped[str | None] = mapped_column(String(320))
    telephone: Mapped[str | None] = mapped_column(String(30))
    license: Mapped[str] = mapped_column(String(40))
    source_name: Mapped[str] = mapped_column(String(200), default="")
    freshness: Mapped[str] = mapped_column(String(12), default="fresh", server_default="fresh")
    """One of `schemas.taxonomies.FRESHNESS`, kept up to date by `directory.freshness`."""
    is_example: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
    other_names: Mapped[list[str]] = mapped_column(server_default="[]")
    kvk_number: Mapped[str | None] = mapped_column(String(8), index=True)
    partners: Mapped[list[str]] = mapped_column(server_default="[]")
    activities: Mapped[list[str]] = mapped_column(server_default="[]")
    """The addresses of the templates of what it does."""
    languages: Mapped[list[str]] = mapped_column(server_default="[]")
    accessibility: Mapped[list[str]] = mapped_column(server_default="[]")
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, server_default="[]")
    """Which field comes from where, as `schemas.initiatives.FieldSourceSchema` on the wire."""
    confirmed_on: Mapped[date | None]
    """When somebody last said that this is still true."""
    closed_on: Mapped[date | None]

    areas: Mapped[list[EntryArea]] = relationship(
        primaryjoin="foreign(EntryArea.document_id) == Entry.document_id",
        order_by="EntryArea.position",
        viewonly=True,
        lazy="selectin",
    )

    @property
    def contact(self) -> dict[str, str | None]:
        """What the board chose to publish."""
        return {"website": self.website, "email": self.email, "telephone": self.telephone}


class EntryArea(Base):
    """A place where an initiative works; an initiative may have several, never a single pin."""

    __tablename__ = "entry_area"
    __table_args__ = (Index(None, "province", "municipality_code"), Index(None, "latitude", "longitude"))

    document_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(String(100))
    municipality: Mapped[str] = mapped_column(String(100))
    municipality_code: Mapped[str] = mapped_column(String(6))
    province: Mapped[str] = mapped_column(String(5))
    latitude: Mapped[float]
    longitude: Mapped[float]
    x: Mapped[float]
    """Where it is on the map, see `directory.geography.projection`."""
    y: Mapped[float]


@dataclass(frozen=True)
class Projectable:
    """A verified record with the content that travels in it."""

    record: Record
    content: dict[str, Any]


def project(session: Session, record: Record, content: dict[str, Any]) -> None:
    """Show an organisation in the directory, or take it out when it tells nothing of itself."""
    project_all(session, [Projectable(record, content)])


def project_all(session: Session, organisations: Iterable[Projectable]) -> None:
    """Show many organisations at once."""
    listed = list(organisations)
    for start in range(0, len(listed), BATCH):
        batch = {each.record.uri: each for each in listed[start : start + BATCH]}
        silent = [uri for uri, each in batch.items() if not each.content.get("initiative")]
        remove_all(session, silent)
        _project_batch(session, [each for uri, each in batch.items() if uri not in silent])


def remove(session: Session, uri: str) -> None:
    """Take an organisation out of the directory."""
    remove_all(session, [uri])


def remove_all(session: Session, uris: Collection[str]) -> None:
    """Take organisations out of the directory; unknown ones are ignored."""
    if not uris:
        return
    session.flush()
    vocabulary.lock(session)
    ids = session.scalars(select(Entry.document_id).where(Entry.uri.in_(uris))).all()
    if ids:
        session.execute(delete(EntryArea).where(EntryArea.document_id.in_(ids)))
        match_keys.forget(session, ids)
        session.execute(delete(Entry).where(Entry.uri.in_(uris)))
        search_index.remove_documents(session, uris)


def get_entry(session: Session, key: str) -> Entry:
    """The entry with this key. Raises NotFound."""
    entry = session.scalar(select(Entry).where(Entry.key == key))
    if entry is None:
        raise NotFound()
    return entry


def entries_of(session: Session, uris: Collection[str]) -> dict[str, Entry]:
    """The entries of these records, by address."""
    found = session.scalars(select(Entry).where(Entry.uri.in_(uris)))
    return {entry.uri: entry for entry in found}


def _project_batch(session: Session, batch: list[Projectable]) -> None:
    if not batch:
        return
    ids = search_index.index_documents(session, [_findable(each) for each in batch])
    known = set(session.scalars(select(Entry.uri).where(Entry.uri.in_([each.record.uri for each in batch]))))
    rows = [row_of(each.record, each.content, id_) for each, id_ in zip(batch, ids, strict=True)]
    session.execute(delete(EntryArea).where(EntryArea.document_id.in_(ids)))
    if changed := [row for row in rows if row["uri"] in known]:
        session.bulk_update_mappings(Entry.__mapper__, changed)
    if fresh := [row for row in rows if row["uri"] not in known]:
        session.execute(insert(Entry), fresh)
    areas = [area for each, id_ in zip(batch, ids, strict=True) for area in areas_of(each.content, id_)]
    session.execute(insert(EntryArea), areas)
    told = ((id_, each.content) for each, id_ in zip(batch, ids, strict=True))
    match_keys.store(session, {id_: traits_of(it["name"], it["initiative"]) for id_, it in told})


def _findable(each: Projectable) -> Findable:
    content = each.content
    initiative = content["initiative"]
    areas = initiative["areas"]
    summary = plain_summary(content)
    labels = [KINDS.label(initiative["kind"])]
    labels += [THEMES.label(code) for code in initiative.get("themes", [])]
    labels += [TARGET_GROUPS.label(code) for code in initiative.get("targetGroups", [])]
    return Findable(
        uri=each.record.uri,
        kind=KIND,
        title=content["name"],
        texts=[summary, *labels, *initiative.get("otherNames", []), *initiative.get("partners", [])],
        place_names=[name for area in areas for name in _names_of(area)],
        summary=summary,
        places=_place_label(areas),
        is_example=bool(initiative.get("exampleData")),
        facets=_facets(initiative) | {"freshness": [first_freshness(each.record, content)]},
    )


def _facets(initiative: dict[str, Any]) -> dict[str, list[str]]:
    return {
        "kind": [initiative["kind"]],
        "theme": initiative.get("themes", []),
        "province": [area["province"] for area in initiative["areas"]],
        "municipality": [area["municipalityCode"] for area in initiative["areas"]],
        "target_group": initiative.get("targetGroups", []),
        "phase": [initiative["phase"]] if initiative.get("phase") else [],
    }


def _names_of(area: dict[str, Any]) -> tuple[str, str, str]:
    return area["name"], area["municipality"], PROVINCES.label(area["province"])


def _place_label(areas: list[dict[str, Any]]) -> str:
    """“Austerlitz (Zeist)”, and how many more there are."""
    first, more = areas[0], len(areas) - 1
    label = f"{first['name']} ({first['municipality']})"
    return f"{label} +{more}" if more else label
