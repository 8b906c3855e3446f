"""The map of a selection: clusters of initiatives, at three zooms.

On the country's map municipalities near one another make one cluster, which leads to their
province; on a province's map each municipality is one, which leads to its own map; there each
place is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pyroaring import BitMap
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from directory.geography import projection as map_projection
from directory.geography.centres import centres
from directory.geography.clusters import Cluster, merge, push_apart, radius_of
from directory.geography.places import Place, gazetteer
from directory.geography.projection import Point
from directory.replica.entries import EntryArea
from directory.search import facet_sets
from directory.search.document_sets import as_select
from directory.search.documents import SearchDocument
from directory.search.facet_sets import EXAMPLE
from directory.search.service import Selection, documents_of

MUNICIPALITY = "municipality"
MARGIN = 18
SMALLEST = 26
"""The least width of a view, in units of the drawing: 11 km."""

Level = Literal["country", "province", "municipality"]


@dataclass(frozen=True)
class ViewBox:
    """The part of the drawing that is shown."""

    left: float
    top: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"


COUNTRY = ViewBox(0, 0, map_projection.WIDTH, map_projection.HEIGHT)


@dataclass(frozen=True)
class MapView:
    """A drawn selection. ``scale`` is the size of a unit against the country's map."""

    level: Level
    box: ViewBox
    scale: float
    clusters: list[Cluster]

    @property
    def has_examples(self) -> bool:
        """True when invented initiatives are among them."""
        return any(cluster.has_examples for cluster in self.clusters)

    @property
    def largest(self) -> int:
        """The count of the largest cluster."""
        return max((cluster.count for cluster in self.clusters), default=0)


def draw_map(session: Session, selection: Selection) -> MapView:
    """The clusters of a selection; of one province or municipality when it filters on one."""
    level = level_of(selection)
    found = _count(session, selection, level)
    box = _box_of(selection, level, found)
    scale = box.width / COUNTRY.width
    clusters = merge(found) if level == "country" else found
    for cluster in clusters:
        cluster.radius = round(radius_of(cluster.count) * scale, 2)
    push_apart(clusters)
    return MapView(level, box, scale, sorted(clusters, key=lambda each: -each.count))


def level_of(selection: Selection) -> Level:
    """How far the map of a selection zooms in."""
    if selection.municipality:
        return "municipality"
    return "province" if selection.province else "country"


def view_of(province: str) -> ViewBox:
    """The part of the drawing with all places of a province, in the drawing's own proportions."""
    return _around(_points(place for place in gazetteer().by_id.values() if place.province == province))


def view_of_municipality(code: str) -> ViewBox:
    """The part of the drawing with all places of a municipality."""
    return _around(_in_municipality(code))


def _box_of(selection: Selection, level: Level, found: Collection[Cluster]) -> ViewBox:
    if level == "municipality" and (points := _in_municipality(selection.municipality or "")):
        return _around(points)
    if level == "municipality" and found:  # it merged into another: only its entries say where it was
        return _around([Point(each.x, each.y) for each in found])
    return view_of(selection.province) if selection.province else COUNTRY


def _in_municipality(code: str) -> list[Point]:
    return _points(place for place in gazetteer().by_id.values() if place.municipality_code == code)


def _points(places: Iterable[Place]) -> list[Point]:
    return [map_projection.to_map(place.latitude, place.longitude) for place in places]


def _around(points: Collection[Point]) -> ViewBox:
    left, right = min(point.x for point in points), max(point.x for point in points)
    top, bottom = min(point.y for point in points), max(point.y for point in points)
    margin = min(MARGIN, 4 + (right - left) / 5)
    width = max(right - left, (bottom - top) * COUNTRY.width / COUNTRY.height) + 2 * margin
    width = max(width, SMALLEST)
    height = width * COUNTRY.height / COUNTRY.width
    return ViewBox(
        round((left + right - width) / 2, 1),
        round((top + bottom - height) / 2, 1),
        round(width, 1),
        round(height, 1),
    )


def _count(session: Session, selection: Selection, level: Level) -> list[Cluster]:
    """One cluster a municipality, or a place of one; an initiative counts once in each."""
    if level == "municipality":
        chosen = documents_of(session, selection)
        return _from_areas(session, chosen, EntryArea.municipality_code == selection.municipality, level)
    sets = facet_sets.load(session, {MUNICIPALITY, EXAMPLE})
    chosen, invented = documents_of(session, selection), sets.get((EXAMPLE, "true"), BitMap())
    known, unknown = [], []
    for (name, code), documents in sets.items():
        if name == MUNICIPALITY and (found := documents & chosen):
            if code in centres():
                known.append(_at_centre(code, len(found), has_examples=found.intersect(invented)))
            else:
                unknown.append(code)  # it merged into another, or is new: its entries say where it is
    if unknown:
        known += _from_areas(session, chosen, EntryArea.municipality_code.in_(unknown), level)
    wanted = [each for each in known if selection.province in {None, each.province}]
    return sorted(wanted, key=lambda each: (each.province, each.municipality_code))


def _at_centre(code: str, count: int, *, has_examples: bool) -> Cluster:
    centre = centres()[code]
    return Cluster(centre.name, centre.province, code, count, centre.x, centre.y, has_examples)


def _from_areas(session: Session, chosen: BitMap, where: ColumnElement[bool], level: Level) -> list[Cluster]:
    """The clusters of the places of these documents."""
    key: list[Any] = [EntryArea.province, EntryArea.municipality_code]
    if level == "municipality":
        key.append(EntryArea.place_id)
    query = (
        select(
            *key,
            func.min(EntryArea.name if level == "municipality" else EntryArea.municipality).label("name"),
            func.count(EntryArea.document_id.distinct()).label("amount"),
            func.avg(EntryArea.x).label("x"),
            func.avg(EntryArea.y).label("y"),
            func.max(case((SearchDocument.is_example, 1), else_=0)).label("invented"),
        )
        .join(SearchDocument, SearchDocument.id == EntryArea.document_id)
        .where(where, EntryArea.document_id.in_(as_select(session, chosen)))
        .group_by(*key)
        .order_by(*key)
    )
    return [_cluster(row, level) for row in session.execute(query)]


def _cluster(row: Any, level: Level) -> Cluster:
    return Cluster(
        name=row.name,
        province=row.province,
        municipality_code=row.municipality_code,
        count=row.amount,
        x=round(row.x, 2),
        y=round(row.y, 2),
        has_examples=bool(row.invented),
        place_id=row.place_id if level == "municipality" else None,
    )
