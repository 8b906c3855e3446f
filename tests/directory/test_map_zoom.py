"""The map further in: a municipality with its places, and the way from the drawing back to degrees."""

from __future__ import annotations

import math

import pytest

from directory.examples.data import examples
from directory.geography.map import COUNTRY, draw_map, view_of, view_of_municipality
from directory.geography.map_places import MOST_NAMES, names_at, quiet_places, spots_of
from directory.geography.places import gazetteer
from directory.geography.projection import CORNERS, to_degrees, to_map
from directory.search.service import Selection
from tests.directory.organisations import add, organisation

ZEIST = Selection(kinds=("entry",), municipality="GM0355")


def test_a_municipality_has_a_cluster_for_each_place_that_leads_to_its_initiatives(session):
    add(session, organisation("A", "Austerlitz", "Bunnik"), organisation("B", "Austerlitz", "Zeist"))
    view = draw_map(session, ZEIST)
    assert view.level == "municipality"
    assert [(each.name, each.count) for each in view.clusters] == [("Austerlitz", 2), ("Zeist", 1)]
    named = names_at(session, ZEIST)
    assert [[each.title for each in named[cluster.place_id]] for cluster in view.clusters] == [
        ["A", "B"],
        ["B"],
    ]


def test_every_municipality_has_a_view_that_holds_its_places_and_is_not_too_near():
    codes = {place.municipality_code for place in gazetteer().by_id.values()}
    for code in codes:
        box = view_of_municipality(code)
        assert box.width >= 26
        assert math.isclose(box.height / box.width, COUNTRY.height / COUNTRY.width, rel_tol=0.01)
    for place in gazetteer().by_id.values():
        box, point = view_of_municipality(place.municipality_code), to_map(place.latitude, place.longitude)
        assert box.left < point.x < box.left + box.width
        assert box.top < point.y < box.top + box.height


def test_clusters_of_a_crowded_municipality_can_each_be_pressed(session):
    places = [place for place in gazetteer().by_id.values() if place.municipality == "Zeist"]
    add(session, *[organisation(f"I {number}", f"{each.name}, Zeist") for number, each in enumerate(places)])
    clusters = draw_map(session, ZEIST).clusters
    assert len(clusters) == len(places)
    overlaps = [
        (one.name, other.name)
        for index, one in enumerate(clusters)
        for other in clusters[index + 1 :]
        if math.dist((one.x, one.y), (other.x, other.y)) < 0.8 * (one.radius + other.radius)
    ]
    assert overlaps == []


def test_the_places_of_a_selection_add_up(session):
    add(session, organisation("A", "Austerlitz"), organisation("B", "Austerlitz"), organisation("C", "Emmen"))
    spots = spots_of(session, Selection(kinds=("entry",)))
    assert [(each.name, each.count) for each in spots] == [("Austerlitz", 2), ("Emmen", 1)]
    assert [each.name for each in spots_of(session, Selection(kinds=("entry",), province="NL-DR"))] == [
        "Emmen"
    ]
    add(session, *examples(300), first=10)
    assert len(spots_of(session, Selection(kinds=("entry",)))) <= len(gazetteer().by_id)


def test_the_list_beside_the_map_has_an_end(session, monkeypatch):
    assert MOST_NAMES <= 500
    monkeypatch.setattr("directory.geography.map_places.MOST_NAMES", 3)
    add(session, *[organisation(f"Nummer {number}", "Austerlitz") for number in range(5)])
    (named,) = names_at(session, ZEIST).values()
    assert [each.title for each in named] == ["Nummer 0", "Nummer 1", "Nummer 2"]
    assert draw_map(session, ZEIST).clusters[0].count == 5


@pytest.mark.parametrize("place", list(gazetteer().by_id.values())[::100])
def test_the_way_to_the_drawing_leads_back(place):
    latitude, longitude = to_degrees(*to_map(place.latitude, place.longitude))
    assert math.isclose(latitude, place.latitude, abs_tol=1e-3)
    assert math.isclose(longitude, place.longitude, abs_tol=1e-3)
    south, west, north, east = CORNERS
    assert south < latitude < north
    assert west < longitude < east
    assert view_of(place.province).width < COUNTRY.width


def test_the_map_tells_where_nothing_is_yet(session):
    add(session, organisation("A", "Austerlitz"))
    quiet = [place.name for place in quiet_places(draw_map(session, ZEIST), "GM0355")]
    assert "Zeist" in quiet
    assert "Austerlitz" not in quiet
