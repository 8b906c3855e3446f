"""Circles for initiatives that are near one another, large enough to press and not on top of another."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

CELL = 82  # units of the drawing; 36 km
ROUNDS = 12
"""Of pushing overlapping clusters apart; after that they stay where they are."""


@dataclass
class Cluster:
    """Initiatives that are near one another, at one point of the drawing.

    ``municipality_code`` is empty when the cluster holds several municipalities, ``place_id`` when it
    holds several places.
    """

    name: str
    province: str
    municipality_code: str
    count: int
    x: float
    y: float
    has_examples: bool
    place_id: int | None = None
    radius: float = 0


def radius_of(count: int) -> float:
    """The radius for a number of initiatives; the smallest is 24 pixels wide on a telephone."""
    return min(30.0, 20.5 + 1.05 * math.sqrt(count))


def merge(municipalities: Iterable[Cluster]) -> list[Cluster]:
    """The municipalities of a province in one cell of a grid, named after the one with the most."""
    cells: dict[tuple[str, int, int], list[Cluster]] = {}
    for each in municipalities:
        cells.setdefault((each.province, int(each.x // CELL), int(each.y // CELL)), []).append(each)
    return [_one_of(cell) for cell in cells.values()]


def push_apart(clusters: list[Cluster]) -> None:
    """Move overlapping clusters a little, so that each can be pressed."""
    for _round in range(ROUNDS):
        moved = False
        for index, one in enumerate(clusters):
            for other in clusters[index + 1 :]:
                moved |= _separate(one, other)
        if not moved:
            return


def _one_of(cell: list[Cluster]) -> Cluster:
    count = sum(each.count for each in cell)
    largest = max(cell, key=lambda each: each.count)
    x = sum(each.x * each.count for each in cell) / count
    y = sum(each.y * each.count for each in cell) / count
    code = largest.municipality_code if len(cell) == 1 else ""
    invented = any(each.has_examples for each in cell)
    return Cluster(largest.name, largest.province, code, count, round(x, 1), round(y, 1), invented)


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
    one.x, one.y = round(one.x - across * push, 2), round(one.y - down * push, 2)
    other.x, other.y = round(other.x + across * push, 2), round(other.y + down * push, 2)
    return True
