"""Reuse by programs: exports and the guide as an HSDS 3.0 service."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.usefixtures("guide")


def test_a_selection_is_exported_in_each_form(client):
    answer = client.get("/api/v1/export/geojson?q=kookclub+echt")
    assert [each["properties"]["name"] for each in answer.get_json(force=True)["features"]] == [
        "Kookclub Echt"
    ]
    assert client.get("/api/v1/export/docx").status_code == 404
    assert client.get("/api/v1/export/csv?province=XX").status_code == 422


def test_hsds_says_what_it_is(client):
    about = client.get("/api/v1/hsds/").json
    assert about["version"] == "3.0"
    assert about["openapi_url"].endswith("/api/v1/openapi.json")
    assert "/api/v1/hsds/services" in client.get("/api/v1/openapi.json").json["paths"]


def test_services_come_in_pages_each_once(client):
    seen, number = [], 1
    while True:
        page = client.get(f"/api/v1/hsds/services?per_page=20&page={number}").json
        seen += [each["id"] for each in page["contents"]]
        assert (page["total_items"], page["total_pages"], page["page_number"]) == (42, 3, number)
        assert (page["first_page"], page["size"]) == (number == 1, len(page["contents"]))
        if page["last_page"]:
            break
        number += 1
    assert len(seen) == len(set(seen)) == 42
    beyond = client.get("/api/v1/hsds/services?page=99").json
    assert (beyond["empty"], beyond["contents"]) == (True, [])


def test_a_service_is_found_by_words_term_and_organisation_and_read_whole(client):
    found = client.get("/api/v1/hsds/services?search=kookclub+echt").json["contents"]
    assert [each["name"] for each in found] == ["Kookclub Echt"]
    assert "service_areas" not in found[0]
    whole = client.get(f"/api/v1/hsds/services/{found[0]['id']}").json
    assert [each["name"] for each in whole["service_areas"]] == ["gemeente Zeist", "gemeente Bunnik"]
    assert whole["phones"][0]["number"] == "0343 123456"
    term = next(each["taxonomy_term"] for each in whole["attributes"] if each["link_type"] == "theme")
    by_term = client.get(f"/api/v1/hsds/services?taxonomy_term_id={term['id']}&per_page=100&full=true").json
    assert whole["id"] in [each["id"] for each in by_term["contents"]]
    assert {"eating"} <= {each["value"] for one in by_term["contents"] for each in one["attributes"]}
    of_one = client.get(f"/api/v1/hsds/services?organization_id={whole['organization']['id']}").json
    assert [each["id"] for each in of_one["contents"]] == [whole["id"]]


def test_a_program_asks_only_for_what_changed(client):
    all_of_them = client.get("/api/v1/hsds/services?minimal=true&per_page=100").json["contents"]
    assert {frozenset(each) for each in all_of_them} == {frozenset({"id", "last_modified"})}
    latest = all_of_them[-1]["last_modified"].replace("+", "%2B")
    changed = client.get(f"/api/v1/hsds/services?minimal=true&modified_after={latest}").json
    assert 1 <= changed["total_items"] < 42
    assert client.get("/api/v1/hsds/services?modified_after=2999-01-01T00:00:00Z").json["empty"]


def test_all_services_come_as_lines(client):
    answer = client.get("/api/v1/hsds/services?format=ndjson")
    services = [json.loads(line) for line in answer.text.splitlines()]
    assert len({each["id"] for each in services}) == 42
    assert all("organization" in each for each in services)


@pytest.mark.parametrize(
    "address",
    [
        "services/rubbish",
        "services/00000000-0000-8000-8000-000000000000",
        "services?taxonomy_term_id=rubbish",
        "services?modified_after=yesterday",
        "services?modified_after=0001-01-01T00:00:00%2B14:00",
        "services?modified_after=9999-12-31T23:59:59-14:00",
        "services?per_page=0",
        "services?format=xml",
    ],
)
def test_bad_questions_get_a_problem_with_a_reason(client, address):
    answer = client.get(f"/api/v1/hsds/{address}")
    assert answer.status_code in {404, 422}
    assert answer.mimetype == "application/problem+json"


def test_whole_files_count_together_whatever_their_form(client):
    forms = ("/gids.csv", "/api/v1/export/geojson", "/api/v1/hsds/services?format=ndjson")
    answers = [client.get(forms[at % 3]) for at in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert {client.get(form).status_code for form in forms} == {429}
    assert client.get("/api/v1/hsds/services").status_code == 200
