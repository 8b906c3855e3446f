"""A table of exact counts with its totals, and what of it can be reckoned from the rest.

Rows and columns with their totals are a network: each number is an arc, each sum says that what flows into
a point flows out of it. So what somebody can reckon about a hidden number, its lowest and highest possible
value, is exactly two questions of how much more can flow (Fischetti and Salazar-González, 1999).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

Place = tuple[int, int]
"""Row and column; the row or column after the last is the total."""
Point = tuple[str, int]
"""A row, a column or the totals, where sums must come out."""
_Arc = tuple[Point, Point]


@dataclass(frozen=True)
class Table:
    """Exact counts by row and column. One row is a plain list with its total."""

    rows: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """ValueError for what is no table of counts."""
        widths = {len(row) for row in self.rows}
        if len(widths) != 1 or 0 in widths or any(value < 0 for row in self.rows for value in row):
            raise ValueError("a table has rows of one length, with counts")

    @property
    def height(self) -> int:
        """The number of rows; also the place of the row of totals."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """The number of columns; also the place of the column of totals."""
        return len(self.rows[0])

    def value(self, place: Place) -> int:
        """The number in a place, totals reckoned."""
        row, column = place
        rows = self.rows if row == self.height else self.rows[row : row + 1]
        return sum(sum(each) if column == self.width else each[column] for each in rows)

    def places(self) -> list[Place]:
        """All numbers: those of people first, then totals, the grand total last."""
        has_totals_below = self.height > 1
        places = [
            (row, column) for row in range(self.height + has_totals_below) for column in range(self.width + 1)
        ]
        return sorted(places, key=lambda place: (self.totals_in(place), place))

    def totals_in(self, place: Place) -> int:
        """0 for a number of people, 1 for a total, 2 for the grand total; in a list its total has 1."""
        return (place[0] == self.height) + (place[1] == self.width)

    def possible(self, place: Place, hidden: Collection[Place]) -> tuple[int, float]:
        """Between which values a hidden number must lie for who knows all that is not hidden, exactly."""
        start, end = self.points(place)
        others = [each for each in hidden if each != place]
        value = self.value(place)
        more = self._flow(end, start, others)
        less = min(value, self._flow(start, end, others))
        return int(value - less), value + more

    def points(self, place: Place) -> _Arc:
        """From where to where a number flows."""
        row, column = place
        is_list = self.height == 1
        below: Point = ("below", 0)
        beside: Point = below if is_list else ("beside", 0)
        if row == self.height:
            return (below, beside) if column == self.width else (("column", column), below)
        if column == self.width:
            return beside, ("row", row)
        return ("row", row), (below if is_list else ("column", column))

    def _flow(self, start: Point, end: Point, hidden: Collection[Place]) -> float:
        """How much can flow: along a hidden number without end, against it as much as it is."""
        room: dict[Point, dict[Point, float]] = {}
        for place in hidden:
            tail, head = self.points(place)
            _widen(room, tail, head, math.inf)
            _widen(room, head, tail, self.value(place))
        total = 0.0
        while path := _path(room, start, end):
            step = min(room[tail][head] for tail, head in path)
            if step == math.inf:
                return math.inf
            for tail, head in path:
                room[tail][head] -= step
                room[head][tail] += step
            total += step
        return total


def _widen(room: dict[Point, dict[Point, float]], tail: Point, head: Point, more: float) -> None:
    """Two numbers between the same points carry what both carry."""
    ways = room.setdefault(tail, {})
    ways[head] = ways.get(head, 0) + more


def _path(room: dict[Point, dict[Point, float]], start: Point, end: Point) -> list[_Arc]:
    """The shortest way along which something can flow; nothing when there is none."""
    before: dict[Point, Point] = {start: start}
    queue = deque([start])
    while queue and end not in before:
        point = queue.popleft()
        for head, left in room.get(point, {}).items():
            if left > 0 and head not in before:
                before[head] = point
                queue.append(head)
    path: list[_Arc] = []
    while end in before and end != start:
        path.append((before[end], end))
        end = before[end]
    return path
