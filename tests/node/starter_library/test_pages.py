"""The starter library in the browser and through the API: looking, beginning, and who may."""

from __future__ import annotations

import re

import pytest

from node.starter_library.starters import starters

ADDRESS = "/formats/startbibliotheek"
API = "/api/v1/starter-library"


def test_a_stranger_reads_all_seventeen_and_one_of_them_whole(site):
    assert ADDRESS in site.get("", "/formats").text
    page = site.get("", ADDRESS)
    for starter in starters().values():
        assert starter.name_in("Austerlitz").replace("&", "&amp;") in page.text
    one = site.get("", f"{ADDRESS}/past_op")
    assert "Austerlitz Past Op" in one.text
    assert "doet geen verzorging" in one.text
    assert "VOG" in one.text
    assert f"{ADDRESS}/past_op/beginnen" not in one.text


def test_a_village_without_a_network_begins_in_one_minute(site):
    form = site.get("supporter", f"{ADDRESS}/eet/beginnen")
    assert 'value="Austerlitz Eet"' in form.text
    assert 'value="25"' in form.text
    sent = {"name": "Samen aan Tafel", "answer-aantal_eters": "12", "answer-prijs": "6,50"}
    sent |= {"answer-hoe_vaak": "elke maand", "answer-ophalen": "no", "answer-duur": "90"}
    made = site.post("supporter", f"{ADDRESS}/eet/beginnen", sent)
    assert made.status_code == 303, made.text
    address = made.headers["Location"]
    page = site.get("supporter", address)
    assert "Samen aan Tafel" in page.text
    assert "6,50" in page.text
    assert site.get("", address).status_code == 404
    assert address in site.get("supporter", f"{ADDRESS}/eet").text


def test_a_mistake_is_told_beside_its_question_and_nothing_is_lost(site):
    sent = {"name": "Eten!", "answer-aantal_eters": "duizend", "answer-plek": "de oude school"}
    answer = site.post("supporter", f"{ADDRESS}/eet/beginnen", sent)
    assert answer.status_code == 422
    assert re.search(r'id="answer-aantal_eters-error"', answer.text)
    assert "de oude school" in answer.text
    assert "duizend" in answer.text


@pytest.mark.parametrize("key", ["bestaat-niet", "..%2feet", "eet.toml"])
def test_what_is_not_in_the_library_is_not_found(site, key):
    assert site.get("supporter", f"{ADDRESS}/{key}").status_code == 404
    assert site.get("", f"{API}/{key}").status_code == 404


@pytest.mark.parametrize("role", ["", "member"])
def test_only_the_team_begins(site, role):
    refused = {302, 401, 403}
    assert site.get(role, f"{ADDRESS}/eet/beginnen").status_code in refused
    answer = site.post(role, f"{ADDRESS}/eet/beginnen", {"name": "Stiekem Eet"})
    assert answer.status_code in refused
    assert "Stiekem Eet" not in site.get("supporter", "/formats").text


def test_a_village_that_is_no_hub_shares_nothing(site):
    assert "/startbibliotheek/delen" not in site.get("supporter", ADDRESS).text
    assert site.post("supporter", f"{ADDRESS}/delen").status_code == 403


def test_a_program_reads_and_begins(site):
    api = site.app.test_client()
    items = api.get(API).json["items"]
    assert [each["key"] for each in items] == list(starters())
    whole = api.get(f"{API}/rijdt").json
    assert whole["name"] == whole["content"]["name"] == "Austerlitz Rijdt"
    headers = site.token("supporter", "write:templates")
    made = api.post(f"{API}/rijdt/begin", json={"answers": {"afstand": 15}}, headers=headers)
    assert made.status_code == 201
    answers = {each["key"]: each["value"] for each in made.json["content"]["parameters"]}
    assert answers["afstand"] == 15
    assert answers["rolstoel"] is False
    wrong = api.post(f"{API}/rijdt/begin", json={"answers": {"afstand": 9000}}, headers=headers)
    assert wrong.status_code == 422
    unknown = api.post(f"{API}/rijdt/begin", json={"answers": {"kleur": "rood"}}, headers=headers)
    assert unknown.status_code == 422
    assert api.post(f"{API}/rijdt/begin", json={}).status_code == 401
    assert api.post(f"{API}/share", headers=headers).status_code == 403


def test_a_coordinator_shares_the_library_in_one_press(hub_site):
    assert f"{ADDRESS}/delen" in hub_site.get("coordinator", ADDRESS).text
    assert f"{ADDRESS}/delen" not in hub_site.get("supporter", ADDRESS).text
    assert hub_site.post("coordinator", f"{ADDRESS}/delen").status_code == 303
    page = hub_site.get("", "/formats/starter-eet")
    assert page.status_code == 200
    assert "Ons Dorp Eet" in page.text
    assert "Ons Dorp Eet" in hub_site.get("", "/formats?q=eet").text
    assert f"{ADDRESS}/delen" not in hub_site.get("coordinator", ADDRESS).text
    again = hub_site.app.test_client().post(f"{API}/share", headers=hub_site.token("coordinator"))
    assert again.json == {"new": [], "improved": [], "kept": [], "same": list(starters())}
