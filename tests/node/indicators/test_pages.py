"""Definitions in the browser and through the API."""

from __future__ import annotations

from schemas.survey_indicators import CATALOGUE
from tests.node.indicators.test_local import GARDEN

FORM = {**GARDEN, "measured_by": GARDEN["measuredBy"]}
SLUG = "mensen-in-de-moestuin"


def test_everybody_reads_what_the_figures_mean(site):
    page = site.get("", "/cijfers/definities")
    assert page.status_code == 200
    for words in ("Eters aan tafel", "volwassen inwoners", "Eenzaamheid", "nooit minuten"):
        assert words in page.text, words
    assert "Een eigen cijfer" not in page.text
    items = site.app.test_client().get("/api/v1/indicators").json["items"]
    assert {"nl:diners", "nl:lonely"} <= {each["code"] for each in items}
    assert {each["code"] for each in items if each["isCounted"]} == set(CATALOGUE)
    mean = next(each for each in items if each["code"] == "nl:life_mark")
    assert (mean["aggregate"], mean["lowest"], mean["bound"]) == ("sum", 1, 9)
    assert (mean["counted"], mean["topic"], mean["takesDenominator"]) == ("survey", "wellbeing", "required")


def sheet(site):
    return site.browser("supporter").get("/cijfers/kwartaal", follow_redirects=True).text


def test_the_team_defines_changes_and_stops_a_figure_of_its_own(site):
    assert site.post("supporter", "/cijfers/definities/nieuw", FORM).status_code == 303
    assert GARDEN["name"] in site.get("", "/cijfers/definities").text
    assert GARDEN["name"] in sheet(site)
    assert site.get("supporter", f"/cijfers/definities/{SLUG}").status_code == 200
    changed = FORM | {"definition": "Wie er oogstte."}
    assert site.post("supporter", f"/cijfers/definities/{SLUG}", changed).status_code == 303
    assert "definitie 2" in site.get("", "/cijfers/definities").text
    site.post("supporter", f"/cijfers/definities/{SLUG}/stoppen")
    assert GARDEN["name"] not in sheet(site)
    site.post("supporter", f"/cijfers/definities/{SLUG}/stoppen", {"again": "1"})
    assert GARDEN["name"] in sheet(site)


def test_a_measure_of_work_comes_back_with_what_was_typed(site):
    answer = site.post("supporter", "/cijfers/definities/nieuw", FORM | {"name": "Gewerkte uren", "goal": ""})
    assert answer.status_code == 422
    assert 'value="Gewerkte uren"' in answer.text
    answer = site.post("supporter", "/cijfers/definities/nieuw", FORM | {"name": "Gewerkte uren"})
    assert "hoe hard iemand werkt" in answer.text
    answer = site.post("supporter", "/cijfers/definities/nieuw", FORM | {"measured_by": "chef"})
    assert answer.status_code == 422
    assert "Kies er één" in answer.text or "lijst" in answer.text


def test_programs_do_the_same_and_strangers_nothing(site):
    api = site.app.test_client()
    writes = site.token("supporter", "write:outcomes")
    made = api.post("/api/v1/indicators", json=GARDEN, headers=writes)
    assert (made.status_code, made.json["version"], made.json["isCounted"]) == (201, 1, True)
    path = f"/api/v1/indicators/{SLUG}"
    assert api.put(path, json=GARDEN | {"goal": "Samen buiten"}, headers=writes).json["version"] == 2
    assert api.post(f"{path}/retire", headers=writes).json["isCounted"] is False
    assert api.post(f"{path}/reinstate", headers=writes).json["isCounted"] is True
    assert (
        api.post("/api/v1/indicators", json=GARDEN | {"unit": "minuten"}, headers=writes).status_code == 422
    )
    assert api.put("/api/v1/indicators/onbekend", json=GARDEN, headers=writes).status_code == 404
    for headers in ({}, site.token("supporter", "read")):
        assert api.post("/api/v1/indicators", json=GARDEN, headers=headers).status_code in (401, 403)
    for role in ("", "member"):
        assert site.post(role, "/cijfers/definities/nieuw", FORM).status_code in (302, 403)
