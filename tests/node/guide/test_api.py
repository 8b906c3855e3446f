"""The guide for programs: /api/v1/entries, search and places."""

from __future__ import annotations

import pytest

from directory.examples.data import examples
from directory.search.service import index_document, key_of
from tests.directory.organisations import add, organisation

pytestmark = pytest.mark.usefixtures("village")


@pytest.fixture
def records(runtime, village):
    """Some initiatives and a format."""
    with runtime.database.session() as session:
        add(session, *examples(25))
        add(
            session,
            organisation("Kookclub Echt", "Austerlitz", summary="Samen eten.", themes=["eating"]),
            first=100,
        )
        index_document(
            session, "https://a.example/eet", kind="template", title="Austerlitz Eet", texts=["Eettafel."]
        )
        session.commit()


def test_entries_are_listed_whole_with_counts(client, records):
    answer = client.get("/api/v1/entries?q=kookclub+echt").json
    assert answer["total"] == 1
    entry = answer["items"][0]
    assert (entry["name"], entry["themes"], entry["exampleData"], entry["notice"]) == (
        "Kookclub Echt", ["eating"], False, None,
    )  # fmt: skip
    assert entry["areas"][0]["municipalityCode"] == "GM0355"
    assert answer["facets"]["province"] == [{"code": "NL-UT", "count": 1}]


def test_invented_entries_say_so(client, records):
    answer = client.get("/api/v1/entries?perPage=100&province=NL-GE").json
    assert answer["items"]
    assert {item["notice"] for item in answer["items"]} == {"Voorbeeldgegevens – geen echte organisatie"}


def test_one_entry_is_read_and_an_unknown_one_is_a_problem(client, records):
    key = key_of("https://hub.example/objects/100")
    assert client.get(f"/api/v1/entries/{key}").json["name"] == "Kookclub Echt"
    missing = client.get("/api/v1/entries/none")
    assert missing.status_code == 404
    assert missing.mimetype == "application/problem+json"


def test_search_finds_formats_and_initiatives_and_tells_a_correction(client, records):
    answer = client.get("/api/v1/search?q=etetafel").json
    assert answer["correction"] == "eettafel"
    assert {"entry", "template"} == {item["type"] for item in answer["items"]}
    only = client.get("/api/v1/search?q=eettafel&type=template").json
    assert [item["name"] for item in only["items"]] == ["Austerlitz Eet"]


def test_the_nearest_come_first_when_asked(client, records):
    place = client.get("/api/v1/places?q=Zeist").json["items"][0]
    answer = client.get(f"/api/v1/entries?near={place['placeId']}").json
    assert answer["items"][0]["name"] == "Kookclub Echt"


def test_places_come_with_their_municipality_and_source(client):
    answer = client.get("/api/v1/places?q=Austerlits").json
    assert answer["items"][0]["label"] == "Austerlitz (gemeente Zeist, Utrecht)"
    assert "GeoNames" in answer["source"]
    assert client.get("/api/v1/places?q=qxqxqx").json["items"] == []


@pytest.mark.parametrize(
    "address",
    [
        "entries?province=XX",
        "entries?page=0",
        "entries?perPage=1000",
        "places",
        "places?q=a",
        "entries?near=1",
    ],
)
def test_bad_parameters_are_a_problem_with_a_reason(client, address):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code in {404, 422}
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"]
