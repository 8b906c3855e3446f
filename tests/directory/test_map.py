"""The map: clusters that add up, at the zoom of the country and of a province."""

from __future__ import annotations

import math

from directory.examples.data import examples
from directory.geography.map import COUNTRY, draw_map, view_of
from directory.geography.places import gazetteer
from directory.geography.projection import HEIGHT, WIDTH, to_map
from directory.search.service import Selection
from schemas.taxonomies import PROVINCES
from tests.directory.organisations import add, organisation

ENTRIES = ("entry",)


def test_every_place_is_inside_the_drawing_and_inside_its_provinces_view():
    for each in gazetteer().by_id.values():
        point = to_map(each.latitude, each.longitude)
        assert 0 < point.x < WIDTH
        assert 0 < point.y < HEIGHT
    for code in PROVINCES.codes:
        box = view_of(code)
        assert math.isclose(box.height / box.width, HEIGHT / WIDTH, rel_tol=0.01)
        assert box.width < WIDTH


def test_utrecht_lies_east_of_rotterdam_and_south_of_groningen():
    at = {name: to_map(*spot) for name, spot in {
        "utrecht": (52.09, 5.12), "rotterdam": (51.92, 4.48), "groningen": (53.22, 6.57)
    }.items()}  # fmt: skip
    assert at["rotterdam"].x < at["utrecht"].x < at["groningen"].x
    assert at["groningen"].y < at["utrecht"].y < at["rotterdam"].y


def test_the_country_has_clusters_of_neighbouring_municipalities_of_one_province(session):
    add(session, organisation("A", "Zeist"), organisation("B", "Zeist"), organisation("C", "Bunnik"),
        organisation("D", "Groningen"))  # fmt: skip
    view = draw_map(session, Selection(kinds=ENTRIES))
    assert view.box == COUNTRY
    assert [(each.name, each.province, each.count) for each in view.clusters] == [
        ("Zeist", "NL-UT", 3),
        ("Groningen", "NL-GR", 1),
    ]


def test_a_province_has_a_cluster_for_each_municipality_and_nothing_of_another_province(session):
    add(
        session,
        organisation("A", "Zeist", "Groningen"),
        organisation("B", "Austerlitz"),
        organisation("C", "Bunnik"),
    )
    view = draw_map(session, Selection(kinds=ENTRIES, province="NL-UT"))
    assert [(each.name, each.municipality_code, each.count) for each in view.clusters] == [
        ("Zeist", "GM0355", 2),
        ("Bunnik", "GM0312", 1),
    ]
    assert view.scale < 0.5


def test_an_initiative_with_two_places_in_one_municipality_counts_once(session):
    add(session, organisation("A", "Zeist", "Austerlitz"))
    assert [each.count for each in draw_map(session, Selection(kinds=ENTRIES)).clusters] == [1]


def test_the_map_shows_the_selection_and_says_when_it_holds_invented_ones(session):
    add(
        session,
        organisation("Echt", "Zeist", summary="koor"),
        organisation("Verzonnen", "Emmen", exampleData=True),
    )
    assert draw_map(session, Selection(kinds=ENTRIES)).has_examples
    chosen = draw_map(session, Selection(query="koor", kinds=ENTRIES))
    assert [each.name for each in chosen.clusters] == ["Zeist"]
    assert not chosen.has_examples
    assert draw_map(session, Selection(query="bestaatnietqq", kinds=ENTRIES)).clusters == []


def test_clusters_do_not_cover_one_another(session):
    add(session, *examples(600))
    clusters = draw_map(session, Selection(kinds=ENTRIES)).clusters
    overlaps = [
        (one.name, other.name)
        for index, one in enumerate(clusters)
        for other in clusters[index + 1 :]
        if math.dist((one.x, one.y), (other.x, other.y)) < 0.8 * (one.radius + other.radius)
    ]
    assert overlaps == []
