"""The map of a selection: clusters of initiatives, at the zoom of the country or of a province.

On the country's map municipalities near one another make one cluster, which leads to their
province; on a province's map each municipality is one, which leads to its list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from directory.geography import projection as map_projection
from directory.geography.places import gazetteer
from directory.replica.entries import EntryArea
from directory.search.index import SearchDocument
from directory.search.service import Selection, select_documents

CELL = 82  # units of the drawing; 36 km
MARGIN = 18
ROUNDS = 12
"""Of pushing overlapping clusters apart; after that they stay where they are."""


@dataclass
class Cluster:
    """Initiatives that are near one another, at one point of the drawing.

    ``municipality_code`` is empty when the cluster holds several municipalities.
    """

    name: str
    province: str
    municipality_code: str
    count: int
    x: float
    y: float
    has_examples: bool
    radius: float = 0


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
    """The clusters of a selection; of one province when it filters on one."""
    municipalities = _municipalities(session, selection)
    box = view_of(selection.province) if selection.province else COUNTRY
    scale = box.width / COUNTRY.width
    clusters = municipalities if selection.province else _merge(municipalities)
    for cluster in clusters:
        cluster.radius = round(radius_of(cluster.count) * scale, 2)
    _push_apart(clusters)
    return MapView(box, scale, sorted(clusters, key=lambda each: -each.count))


def radius_of(count: int) -> float:
    """The radius for a number of initiatives; the smallest is 24 pixels wide on a telephone."""
    return min(30.0, 20.5 + 1.05 * math.sqrt(count))


def view_of(province: str) -> ViewBox:
    """The part of the drawing with all places of a province, in the drawing's own proportions."""
    points = [
        map_projection.to_map(place.latitude, place.longitude)
        for place in gazetteer().by_id.values()
        if place.province == province
    ]
    left, right = min(point.x for point in points), max(point.x for point in points)
    top, bottom = min(point.y for point in points), max(point.y for point in points)
    width = max(right - left, (bottom - top) * COUNTRY.width / COUNTRY.height) + 2 * MARGIN
    height = width * COUNTRY.height / COUNTRY.width
    return ViewBox(
        round((left + right - width) / 2, 1),
        round((top + bottom - height) / 2, 1),
        round(width, 1),
        round(height, 1),
    )


def _municipalities(session: Session, selection: Selection) -> list[Cluster]:
    """One cluster a municipality; an initiative counts once in each where it works."""
    key = (EntryArea.province, EntryArea.municipality_code)
    query = (
        select(
            *key,
            func.min(EntryArea.municipality).label("name"),
            func.count(EntryArea.document_id.distinct()).label("amount"),
            func.avg(EntryArea.x).label("x"),
            func.avg(EntryArea.y).label("y"),
            func.max(case((SearchDocument.is_example, 1), else_=0)).label("invented"),
        )
        .join(SearchDocument, SearchDocument.id == EntryArea.document_id)
        .where(EntryArea.document_id.in_(select_documents(session, selection)))
        .group_by(*key)
        .order_by(*key)
    )
    if selection.province:
        query = query.where(EntryArea.province == selection.province)
    return [_cluster(row) for row in session.execute(query)]


def _cluster(row: Row[Any]) -> Cluster:
    return Cluster(
        name=row.name,
        province=row.province,
        municipality_code=row.municipality_code,
        count=row.amount,
        x=round(row.x, 1),
        y=round(row.y, 1),
        has_examples=bool(row.invented),
    )


def _merge(municipalities: Iterable[Cluster]) -> list[Cluster]:
    """The municipalities of a province in one cell of a grid, named after the one with the most."""
    cells: dict[tuple[str, int, int], list[Cluster]] = {}
    for each in municipalities:
        cells.setdefault((each.province, int(each.x // CELL), int(each.y // CELL)), []).append(each)
    return [_one_of(cell) for cell in cells.values()]


def _one_of(cell: list[Cluster]) -> Cluster:
    count = sum(each.count for each in cell)
    largest = max(cell, key=lambda each: each.count)
    x = sum(each.x * each.count for each in cell) / count
    y = sum(each.y * each.count for each in cell) / count
    code = largest.municipality_code if len(cell) == 1 else ""
    invented = any(each.has_examples for each in cell)
    return Cluster(largest.name, largest.province, code, count, round(x, 1), round(y, 1), invented)


def _push_apart(clusters: list[Cluster]) -> None:
    """Move overlapping clusters a little, so that each can be pressed."""
    for _round in range(ROUNDS):
        moved = False
        for index, one in enumerate(clusters):
            for other in clusters[index + 1 :]:
                moved |= _separate(one, other)
        if not moved:
            return


def _separate(one: Cluster, other: Cluster) -> bool:
    wanted = one.radius + other.radius
    across, down = other.x - one.x, other.y - one.y
    if abs(across) >= wanted or abs(down) >= wanted:
        return False
    distance = math.hypot(across, down)
    if distance >= wanted:
        return False
    if distance == 0:
        across, distance = 1.0, 1.0
    push = (wanted - distance) / 2 / distance
    one.x, one.y = round(one.x - across * push, 1), round(one.y - down * push, 1)
    other.x, other.y = round(other.x + across * push, 1), round(other.y + down * push, 1)
    return True
