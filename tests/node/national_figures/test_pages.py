"""National figures on the page, in files and through the API, on any node from its own replica."""

from __future__ import annotations

import csv
import io

import pytest

from node.app import create_app
from node.national_figures import drawing, service
from tests.node.signing_in import set_up_village, signed_in

PAGE = "/cijfers/landelijk"


@pytest.fixture
def country(site, telling):
    """Forty villages of which thirty told the last quarter, and twenty the one before."""
    owners = [telling.village(number) for number in range(40)]
    for number, owner in enumerate(owners[:30]):
        telling.figure(owner, 20 + number)
        if number < 20:
            telling.figure(owner, 10 + number, quarter=0)
    telling.session.commit()
    return site


def figure_of(site, **asked):
    answer = site.app.test_client().get("/api/v1/national-figures", query_string=asked)
    assert answer.status_code == 200
    return answer.json["items"]


def test_everybody_reads_sum_margin_and_guarantee(country):
    page = country.get("", PAGE)
    assert page.status_code == 200
    (figure,) = figure_of(country, periodStart="2025-10-01")
    assert (figure["communities"], figure["reporting"]) == (40, 30)
    assert figure["reported"]["sum"] == sum(range(20, 50))
    assert figure["reported"]["errorBar"] == 61
    assert figure["estimated"]["errorBar"] > figure["estimated"]["noise"] > 61
    assert figure["estimated"]["nonResponse"] > 0
    assert figure["guarantee"] in page.text
    assert "95 procent" in figure["guarantee"]
    assert "30 van de 40" in figure["guarantee"]
    for words in ("Per thema", "Hoe het ging", "Utrecht", "te weinig gaven dit"):
        assert words in page.text, words


def test_the_period_and_the_figure_can_be_chosen(country, telling):
    telling.figure("https://dorp1.example/actor", 99, indicator="nl:members")
    telling.session.commit()
    earlier = country.get("", f"{PAGE}?figure=nl:diners&period=2025-07-01.2025-09-30.1").text
    assert "kwartaal 3 van 2025" in earlier
    members = country.get("", f"{PAGE}?figure=nl:members").text
    assert "Het zijn er te weinig" in members
    for wrong in ("figure=nl:minutes", "period=2031-01-01.2031-03-31.1", "period=x", "figure=<script>"):
        assert country.get("", f"{PAGE}?{wrong}").status_code == 422, wrong


def test_who_coordinates_sees_what_may_be_a_mistake_and_nobody_else(settings, runtime, telling):
    set_up_village(settings, runtime, is_hub=True)
    for number in range(12):
        telling.figure(telling.village(number), 30 if number else 40_000)
    telling.session.commit()
    app = create_app(settings, runtime)
    coordinator = signed_in(app)
    assert "dorp0.example: 40.000" in coordinator.get(PAGE).text
    assert "Vraag hier" not in app.test_client().get(PAGE).text
    assert "Niet meegeteld" not in coordinator.get(PAGE).text
    telling.figure(telling.village(12), 31_000, epsilon=10)
    telling.session.commit()
    page = coordinator.get(PAGE).text
    assert "Niet meegeteld" in page
    assert "dorp12.example: 31.000" in page
    assert "dorp12.example" not in app.test_client().get(PAGE).text


def test_what_the_same_villages_tell_later_is_compared_with_its_own_margin(country):
    _earlier, later = figure_of(country)
    change = later["change"]
    assert (change["communities"], change["value"], change["isClear"]) == (20, 200, True)
    assert change["errorBar"] == 70
    assert "+200 ± 70" in country.get("", PAGE).text


def test_another_definition_breaks_the_trend(country, telling):
    for number in range(6):
        telling.figure(f"https://dorp{number}.example/actor", 50, version=2)
    telling.session.commit()
    trend = country.app.test_client().get("/api/v1/national-figures/trend?indicator=nl:diners").json["items"]
    assert [(point["indicatorVersion"], point["isBreak"]) for point in trend] == [
        (1, False),
        (1, False),
        (2, True),
    ]
    assert "stippellijn" in country.get("", PAGE).text
    marks = drawing.draw_trend(trend).marks
    assert [bool(mark.line) for mark in marks] == [False, True, False]
    assert marks[2].break_x
    assert figure_of(country)[2]["change"] is None


def test_the_files_hold_what_the_page_shows(country):
    whole = country.app.test_client().get(f"{PAGE}.json")
    assert whole.json["figures"] == figure_of(country)
    text = country.app.test_client().get(f"{PAGE}.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["group"] for row in rows} == {"all", "province", "theme", "size", "began"}
    last = [row for row in rows if row["group"] == "all"][1]
    assert last["reported_sum"] == str(sum(range(20, 50)))
    assert all("al openbaar" in row["guarantee"] for row in rows)


def test_an_empty_country_says_so(site):
    page = site.get("", PAGE)
    assert page.status_code == 200
    assert "Nog geen cijfers" in page.text
    assert figure_of(site) == []
    assert site.app.test_client().get(f"{PAGE}.json").json == {"figures": []}
    assert site.app.test_client().get("/api/v1/national-figures/trend?indicator=x").status_code == 404
    assert site.app.test_client().get("/api/v1/national-figures/trend").status_code == 422
    assert site.app.test_client().get("/api/v1/national-figures?periodStart=gisteren").status_code == 422


def test_example_data_never_adds_to_what_is_real(telling, session):
    for number in range(6):
        telling.figure(telling.village(number, exampleData=True), 1000, example=True)
    (shown,) = service.find_figures(session, None, None, None)
    assert (shown["exampleData"], shown["reported"]["sum"]) == (True, 6000)
    telling.figure(telling.village(50), 7)
    (shown,) = service.find_figures(session, None, None, None)
    assert (shown["exampleData"], shown["communities"], shown["reported"]["sum"]) == (False, 1, 7)


def test_a_correction_takes_the_place_of_what_it_corrects(telling, session):
    owner = telling.village(1)
    telling.figure(owner, 500, name="eerst", at="2026-01-10T10:00:00Z")
    telling.figure(owner, 50, name="beter", at="2026-04-10T10:00:00Z")
    (shown,) = service.find_figures(session, "nl:diners", None, None)
    assert (shown["reporting"], shown["reported"]["sum"]) == (1, 50)
    (province,) = [row for row in shown["completeness"] if row["communities"]]
    assert (province["inTime"], province["medianDays"]) == (1, 10)


def test_a_village_is_expected_only_while_it_has_a_node(telling, session):
    telling.figure(telling.village(1), 5)
    telling.village(2, closedOn="2025-09-30")
    (shown,) = service.find_figures(session, None, None, None)
    assert shown["communities"] == 1
    telling.figure("https://onbekend.example/actor", 6)  # tells, but is not in the guide
    (shown,) = service.find_figures(session, None, None, None)
    assert (shown["communities"], shown["reporting"]) == (2, 2)
    assert shown["completeness"][-1]["province"] == ""


def test_answers_are_a_share_of_people_with_its_own_margins_everywhere(country, telling):
    for number in range(12):
        owner = f"https://dorp{number}.example/actor"
        told = {"indicator": "nl:lonely", "epsilon": 0.5}
        telling.figure(owner, 10 + 4 * number, denominator=60 + number, **told)
    telling.session.commit()
    (figure,) = figure_of(country, indicator="nl:lonely")
    rate = figure["rate"]
    assert figure["period"] == {"start": "2025-01-01", "end": "2025-12-31"}
    assert (rate["kind"], rate["reported"]["people"]) == ("share", sum(range(60, 72)))
    assert rate["reported"]["value"] == round(100 * sum(range(10, 58, 4)) / sum(range(60, 72)), 1)
    assert rate["estimated"]["errorBar"] > rate["estimated"]["noise"] > 0
    page = country.get("", f"{PAGE}?figure=nl:lonely").text
    assert figure["guarantee"] in page
    assert "48,9% ±" in page
    assert "Som van" not in page
    text = country.get("", f"{PAGE}.csv").text
    (row,) = [
        each
        for each in csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
        if each["indicator"] == "nl:lonely" and each["group"] == "all"
    ]
    assert (row["rate"], row["of_how_many_people"], row["estimated_sum"]) == ("48.9", "786", "")
    trend = country.app.test_client().get("/api/v1/national-figures/trend?indicator=nl:lonely").json["items"]
    assert trend[0]["rate"]["communities"] == 12
