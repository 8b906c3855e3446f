"""Where each municipality is on the map: in the middle of its people."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from directory.geography import projection as map_projection
from directory.geography.places import Place, gazetteer


@dataclass(frozen=True)
class Centre:
    """A municipality as one point of the drawing."""

    name: str
    province: str
    x: float
    y: float


@functools.cache
def centres() -> Mapping[str, Centre]:
    """All municipalities by their CBS code."""
    places: dict[str, list[Place]] = defaultdict(list)
    for place in gazetteer().by_id.values():
        places[place.municipality_code].append(place)
    return {code: _centre(inside) for code, inside in places.items()}


def _centre(places: list[Place]) -> Centre:
    """Weighed by population; a place of which that is not known counts little."""
    weights = [place.population or 100 for place in places]
    points = [map_projection.to_map(place.latitude, place.longitude) for place in places]
    x = sum(point.x * weight for point, weight in zip(points, weights, strict=True)) / sum(weights)
    y = sum(point.y * weight for point, weight in zip(points, weights, strict=True)) / sum(weights)
    return Centre(places[0].municipality, places[0].province, round(x, 2), round(y, 2))
