"""A list of invented initiatives as coordinators get them."""

from __future__ import annotations

import random

from directory.geography.places import Place, gazetteer

HEAD = ["Nr", "Naam initiatief", "Plaats", "Gemeente", "Soort", "Thema's", "Vrijwilligers", "Opgericht"]
THEMES = ("samen eten", "vervoer", "wonen", "mantelzorg", "dementie", "bewegen", "ruimtevaart")


def messy_rows(count: int, first: int = 0) -> list[list[str]]:
    """Rows as people keep them, numbered from ``first``: most are good, one in ten has something wrong."""
    chance = random.Random(5 + first)
    places = [each for each in gazetteer().by_id.values() if not each.is_municipality]
    return [_row(chance, at, chance.choice(places)) for at in range(first, first + count)]


def _row(chance: random.Random, at: int, place: Place) -> list[str]:
    where = place.name if chance.random() > 0.05 else chance.choice(["Xyzzyplugh", "", "Oudega"])
    return [
        str(at),
        f"Samen {place.name} {at}" if chance.random() > 0.01 else "",
        where,
        place.municipality if chance.random() > 0.1 else "",
        chance.choice(["zorgzaam dorp", "Zorgcooperatie", "stadsdorp", "onbekend"]),
        "; ".join(chance.sample(THEMES, 2)),
        chance.choice(["ca. 20", "1.200", "veel"]),
        chance.choice(["2015", "sinds 2012", "ooit"]),
    ]
