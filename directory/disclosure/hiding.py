"""Which numbers of a table are hidden: the small ones, and as few others as it takes to keep them hidden."""

from __future__ import annotations

import heapq
from collections.abc import Collection

from directory.disclosure.rules import Reason, Rule, few, rounded
from directory.disclosure.tables import Place, Point, Table

_A_TOTAL = 10**9
"""A total is worth more to a reader than any part of it."""


def hide(table: Table, rule: Rule) -> dict[Place, Reason]:
    """What is not shown, with the reason.

    Afterwards whoever knows every number that is left, exactly and with all totals, can narrow no hidden
    one down to fewer values than the threshold. Rounding, which comes after, leaves them only less.
    """
    hidden = {place: reason for place in table.places() if (reason := few(table.value(place), rule))}
    while (place := _given_away(table, hidden, rule)) is not None:
        for each in _cheapest_round(table, hidden, place, rule):
            hidden.setdefault(each, Reason.OTHERS)
    return hidden


def shown(table: Table, rule: Rule) -> dict[Place, int | None]:
    """Each number as it may be read: rounded, or None where it is hidden."""
    hidden = hide(table, rule)
    return {place: None if place in hidden else rounded(table.value(place), rule) for place in table.places()}


def _given_away(table: Table, hidden: Collection[Place], rule: Rule) -> Place | None:
    """The first hidden number that the others narrow down too far, while there is more to hide."""
    if len(hidden) == len(table.places()):
        return None
    return next((place for place in hidden if _spread(table, hidden, place) < rule.least), None)


def _spread(table: Table, hidden: Collection[Place], place: Place) -> float:
    low, high = table.possible(place, hidden)
    return high - low


def _cheapest_round(table: Table, hidden: Collection[Place], place: Place, rule: Rule) -> list[Place]:
    """The numbers to hide so that this one can be larger by the threshold: a way round, as cheap as can be.

    Along it each number could be that much larger, or smaller where it is large enough; so none of them
    is narrowed down. There always is one: all totals could be larger too. (Dijkstra's shortest path.)
    """
    start, end = table.points(place)
    ways = _ways(table, hidden, place, rule)
    queue: list[tuple[int, Point, tuple[Place, ...]]] = [(0, end, ())]
    seen: set[Point] = set()
    while queue:
        cost, point, taken = heapq.heappop(queue)
        if point == start:
            return list(taken)
        if point in seen:
            continue
        seen.add(point)
        for more, head, each in ways.get(point, []):
            heapq.heappush(queue, (cost + more, head, (*taken, each)))
    raise AssertionError("a table has a way round through its totals")


def _ways(
    table: Table, hidden: Collection[Place], place: Place, rule: Rule
) -> dict[Point, list[tuple[int, Point, Place]]]:
    """From each point: what a step costs, where it leads, and the number that is hidden for it."""
    ways: dict[Point, list[tuple[int, Point, Place]]] = {}
    for each in table.places():
        if each == place:
            continue
        tail, head = table.points(each)
        value = table.value(each)
        cost = 0 if each in hidden else _A_TOTAL * table.totals_in(each) + value + 1
        ways.setdefault(tail, []).append((cost, head, each))
        if value >= rule.least:
            ways.setdefault(head, []).append((cost, tail, each))
    return ways
