"""Somebody who tries to reckon hidden numbers, in a way of their own: by trying every table there can be."""

from __future__ import annotations

from itertools import product


def possible_values(table, hidden, most):
    """For each hidden place the values it has in some table with the same numbers in all other places.

    Tried are whole numbers up to ``most`` for each number of people.
    """
    places = [(row, column) for row in range(table.height) for column in range(table.width)]
    free = [place for place in places if place in hidden]
    known = {place: table.value(place) for place in places if place not in hidden}
    sums = [place for place in table.places() if place not in places]
    told = {place: table.value(place) for place in sums if place not in hidden}
    found = {place: set() for place in hidden}
    for guess in product(range(most + 1), repeat=len(free)):
        cells = known | dict(zip(free, guess, strict=True))
        if all(_total(table, cells, place) == value for place, value in told.items()):
            for place in hidden:
                found[place].add(cells[place] if place in cells else _total(table, cells, place))
    return found


def _total(table, cells, place):
    row, column = place
    rows = range(table.height) if row == table.height else [row]
    columns = range(table.width) if column == table.width else [column]
    return sum(cells[each_row, each_column] for each_row in rows for each_column in columns)
