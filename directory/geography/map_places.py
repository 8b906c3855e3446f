"""The places of a map: how many initiatives each has, and which."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.geography.map import MapView
from directory.geography.places import Place, gazetteer
from directory.replica.entries import EntryArea
from directory.search.documents import SearchDocument
from directory.search.service import Selection, select_documents

MOST_NAMES = 400
"""Of the initiatives of one municipality beside its map; the guide has them all."""


@dataclass(frozen=True)
class Spot:
    """A place and how many initiatives work there."""

    place_id: int
    name: str
    municipality: str
    municipality_code: str
    latitude: float
    longitude: float
    count: int


@dataclass(frozen=True)
class Named:
    """An initiative at a place."""

    place_id: int
    key: str
    title: str
    is_example: bool


def quiet_places(view: MapView, code: str) -> list[Place]:
    """The places of a municipality where nothing of the selection is, by name; no neighbourhoods."""
    heard = {cluster.place_id for cluster in view.clusters}
    inside = (each for each in gazetteer().by_id.values() if each.municipality_code == code)
    quiet = [
        each
        for each in inside
        if each.place_id not in heard and each.part_of is None and not each.is_municipality
    ]
    return sorted(quiet, key=lambda each: (each.name, each.place_id))


def spots_of(session: Session, selection: Selection) -> list[Spot]:
    """All places of a selection, by name: never more than there are places in the country."""
    query = (
        select(
            EntryArea.place_id,
            func.min(EntryArea.name),
            func.min(EntryArea.municipality),
            func.min(EntryArea.municipality_code),
            func.avg(EntryArea.latitude),
            func.avg(EntryArea.longitude),
            func.count(EntryArea.document_id.distinct()),
        )
        .where(EntryArea.document_id.in_(select_documents(session, selection)))
        .group_by(EntryArea.place_id)
        .order_by(func.min(EntryArea.name), EntryArea.place_id)
    )
    if selection.province:
        query = query.where(EntryArea.province == selection.province)
    if selection.municipality:
        query = query.where(EntryArea.municipality_code == selection.municipality)
    return [_spot(Spot(*row)) for row in session.execute(query)]


def names_at(session: Session, selection: Selection) -> dict[int, list[Named]]:
    """The initiatives of a municipality's places, by place id and by name; at most `MOST_NAMES`."""
    query = (
        select(EntryArea.place_id, SearchDocument.key, SearchDocument.title, SearchDocument.is_example)
        .join(SearchDocument, SearchDocument.id == EntryArea.document_id)
        .where(
            EntryArea.municipality_code == selection.municipality,
            EntryArea.document_id.in_(select_documents(session, selection)),
        )
        .order_by(SearchDocument.sort_title, SearchDocument.key)
        .limit(MOST_NAMES)
    )
    found: dict[int, list[Named]] = {}
    for row in dict.fromkeys(session.execute(query)):
        found.setdefault(row.place_id, []).append(Named(*row))
    return found


def _spot(spot: Spot) -> Spot:
    """The same with its point to some metres."""
    return replace(spot, latitude=round(spot.latitude, 4), longitude=round(spot.longitude, 4))
