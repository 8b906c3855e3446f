"""One selection in every call of the API: the list, the files, the map and its places agree."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from directory.geography.places import resolve_place
from tests.directory.organisations import add, organisation

pytestmark = pytest.mark.usefixtures("around_zeist")
CALLS = ("entries", "export/csv", "map", "map/places")


@pytest.fixture
def around_zeist(runtime, village):
    """Three initiatives in the same province: in Zeist, near it and farther away."""
    with runtime.database.session() as session:
        add(
            session,
            organisation("Eten in Zeist", "Zeist", themes=["eating"], targetGroups=["older_people"]),
            organisation("Eten in Bunnik", "Bunnik", themes=["eating"], phase="running"),
            organisation("Eten in Rhenen", "Rhenen", themes=["eating"]),
        )
        session.commit()


def counted(client, parameters: str) -> dict[str, int]:
    """How many initiatives each call gives."""
    answers = {call: client.get(f"/api/v1/{call}?{parameters}") for call in CALLS}
    assert {answer.status_code for answer in answers.values()} == {200}
    rows = csv.DictReader(io.StringIO(answers["export/csv"].get_data().decode("utf-8-sig")), delimiter=";")
    return {
        "entries": answers["entries"].json["total"],
        "export/csv": len(list(rows)),
        "map": sum(each["count"] for each in answers["map"].json["clusters"]),
        "map/places": sum(each["count"] for each in answers["map/places"].json["items"]),
    }


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ("", 3),
        ("near={zeist}", 3),
        ("near={zeist}&withinKm=12", 2),
        ("near={zeist}&withinKm=1.5", 1),
        ("near={zeist}&withinKm=0", 1),
        ("targetGroup=older_people", 1),
        ("q=bunnik&phase=running&province=NL-UT", 1),
        ("sort=distance", 3),
    ],
)
def test_every_call_gives_the_same_selection(client, parameters, count):
    asked = parameters.format(zeist=resolve_place("Zeist").place_id)
    assert counted(client, asked) == dict.fromkeys(CALLS, count)


@pytest.mark.parametrize("near", ["999999999", "0", "-1"])
def test_a_place_that_we_do_not_know_is_not_the_whole_country(client, near):
    assert {client.get(f"/api/v1/{call}?near={near}").status_code for call in CALLS} == {404}


@pytest.mark.parametrize("wrong", ["near=Zeist", "withinKm=401", "withinKm=nan", "province=XX"])
def test_what_a_call_does_not_understand_it_refuses(client, wrong):
    assert {client.get(f"/api/v1/{call}?{wrong}").status_code for call in CALLS} == {422}


@pytest.mark.parametrize(
    ("parameters", "count"),
    [("near=Zeist&within=10", 2), ("near=Rhenen&within=5", 1), ("target_group=older_people", 1)],
)
def test_the_map_that_moves_asks_for_the_places_of_the_same_selection(client, parameters, count):
    text = client.get(f"/kaart?{parameters}").text
    (address,) = re.findall(r'data-places="([^"]+)"', text)
    places = client.get(unescape(address)).json["items"]
    assert sum(each["count"] for each in places) == count
    assert f"{count} initiati" in text


def test_the_description_promises_no_parameter_that_a_call_leaves_aside(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    for path in ("/api/v1/export/{form}", "/api/v1/map", "/api/v1/map/places"):
        names = {each["name"] for each in paths[path]["get"]["parameters"] if each["in"] == "query"}
        assert {"near", "withinKm", "targetGroup"} <= names
        assert not names & {"page", "perPage", "sort"}
