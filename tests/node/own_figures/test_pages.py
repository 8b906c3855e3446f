"""The page of our own figures: for everybody, for the team, for programs, and for spreadsheets."""

from __future__ import annotations

import pytest

from federation.actors.identities import own_uri
from federation.database import now
from node.outcomes import service as outcomes
from node.outcomes.noise import Noisy
from node.outcomes.periods import past_quarters
from node.own_figures import service
from tests.directory.organisations import add, organisation
from tests.node.outcomes.test_raw_stays import holds

PAGE = "/ons-dorp/cijfers"
RAW = 7_394
SHOWN = "7.395"


def quarter(back=1):
    return str(past_quarters(now().date())[back - 1])


def counted(site, value=RAW, *, period=None, indicator="nl:diners"):
    """A number that the supporter counted; its key."""
    with site.runtime.database.session() as session:
        data = {"indicator": indicator, "period": period or quarter(), "value": value}
        measurement = outcomes.prepare(session, data, prepared_by=900, today=now().date())
        session.commit()
        return measurement.id


def released(site, value=RAW, *, period=None):
    key = counted(site, value, period=period)
    with site.runtime.database.session() as session:
        measurement = outcomes.get_measurement(session, key)
        outcomes.approve(
            session,
            site.settings,
            measurement,
            approved_by=901,
            noise=lambda number, **_options: Noisy(number + 7, 12),
        )
        session.commit()


def asked(site, key, **form):
    return site.post("supporter", f"{PAGE}/tonen/{key}", form)


def test_an_empty_page_says_what_will_come(site):
    page = site.get("", PAGE)
    assert page.status_code == 200
    assert "nog geen cijfers" in page.text
    assert site.get("", f"{PAGE}.csv").status_code == 200


def test_the_team_asks_the_board_decides_and_everybody_reads_it_rounded(site):
    key = counted(site)
    assert SHOWN in site.get("supporter", f"{PAGE}/tonen/{key}").text
    assert asked(site, key).status_code == 303
    assert holds([site.get("", PAGE).text], 7_395) == []
    assert "Wacht op het bestuur" in site.get("board", PAGE).text
    look = site.get("board", f"{PAGE}/1/beslissen")
    seen = look.text.split('name="seen" value="')[1].split('"')[0]
    assert site.post("board", f"{PAGE}/1/beslissen", {"seen": "another"}).status_code == 409
    assert site.post("board", f"{PAGE}/1/beslissen", {"seen": seen}).status_code == 303
    public = site.get("", PAGE).text
    assert SHOWN in public
    assert "afgerond, en niet met kans veranderd" in public
    assert holds([public, site.get("", f"{PAGE}.csv").text], RAW) == []
    assert site.post("board", f"{PAGE}/1/weghalen").status_code == 303
    assert SHOWN not in site.get("", PAGE).text


def test_the_board_says_no_and_it_can_be_asked_again(site):
    key = counted(site)
    asked(site, key)
    assert "Nee, niet tonen" in site.get("board", f"{PAGE}/1/beslissen").text
    assert site.post("supporter", f"{PAGE}/1/niet-tonen").status_code == 403
    assert site.post("board", f"{PAGE}/1/niet-tonen").status_code == 303
    assert "Wacht op het bestuur" not in site.get("board", PAGE).text
    assert site.post("board", f"{PAGE}/1/niet-tonen").status_code == 404
    asked(site, key)
    with site.runtime.database.session() as session:
        (waiting,) = service.waiting(session)
        service.decide(session, waiting, approved_by=77)
        session.commit()
    assert site.post("board", f"{PAGE}/{waiting.id}/niet-tonen").status_code == 409


def test_a_part_that_is_too_small_is_a_dash_and_wrong_parts_are_told(site):
    key = counted(site, 63)
    wrong = asked(site, key, **{"part-18-39": "3", "part-40-64": "veel"})
    assert wrong.status_code == 422
    assert "parts-error" in wrong.text
    assert 'value="veel"' in wrong.text
    asked(site, key, **{"part-18-39": "3", "part-40-64": "25", "part-65-74": "35"})
    with site.runtime.database.session() as session:
        service.decide(session, service.get_figure(session, 1), approved_by=77)
        session.commit()
    rows = site.get("", PAGE).text
    assert "18 tot en met 39" in rows
    assert rows.count("–</span>") >= 2
    (line,) = site.app.test_client().get("/api/v1/own-figures").json["items"]
    assert line["points"][0]["parts"]["18-39"] is None
    assert line["points"][0]["value"] == 65


def test_a_released_figure_stands_there_with_margin_guarantee_trend_and_table(site):
    for back, value in ((3, 1041), (2, 1044), (1, 1053)):
        released(site, value, period=quarter(back))
    page = site.get("", PAGE).text
    for told in (
        "1.060",
        "± 12",
        "95 procent",
        "trend-chart",
        "Hetzelfde als tabel",
        "geen duidelijk verschil",
    ):
        assert told.lower() in page.lower(), told
    assert holds([page], 1053) == []
    rows = site.get("", f"{PAGE}.csv").text
    assert "noise;count;;1060;1048;1072;12" in rows
    points = site.app.test_client().get("/api/v1/own-figures").json["items"][0]["points"]
    assert [point["value"] for point in points] == [1048, 1051, 1060]
    assert all("95 procent" in point["guarantee"] for point in points)
    refused = site.get("supporter", f"{PAGE}/tonen/1")
    assert refused.status_code == 409


def test_villages_like_ours_are_a_range_of_at_least_five_without_names(site, telling):
    released(site, 52, period="2025-4")  # the period of those that tell
    alike = {"themes": ["meals"], "phase": "running", "membersBand": "50-99"}
    neighbours = [telling.village(number, **alike) for number in range(3, 13, 2)]
    own = organisation("Wij zelf", "Austerlitz")
    add(telling.session, own | {"id": own_uri(telling.session), "initiative": own["initiative"] | alike})
    telling.session.commit()
    page = site.get("", PAGE).text
    assert "Minder dan 5" in page
    for uri, value in zip(neighbours, (20, 30, 40, 50, 60), strict=True):
        telling.figure(uri, value)
    telling.session.commit()
    page = site.get("", PAGE).text
    assert "tussen 30 en 50" in page
    assert not any(f"Dorp {number}" in page for number in range(3, 13, 2))


@pytest.mark.parametrize("role", ["", "member", "treasurer", "supporter"])
def test_who_has_no_right_neither_asks_nor_decides(site, role):
    key = counted(site)
    asked(site, key)
    paths = [f"{PAGE}/1/beslissen", f"{PAGE}/1/niet-tonen", f"{PAGE}/1/weghalen"]
    paths += [f"{PAGE}/tonen/{key}"] if role in ("", "member") else []
    for path in paths:
        assert site.post(role, path).status_code in {302, 403}, path
    assert site.app.test_client().get("/api/v1/own-figures").json["items"] == []


def test_programs_ask_and_decide_by_the_same_rules(site):
    api, key = site.app.test_client(), counted(site)
    for body in (
        {},
        {"measurementId": "1"},
        {"measurementId": key, "parts": {"baby": 3}},
        {"measurementId": 99},
    ):
        answer = api.post("/api/v1/own-figures", json=body, headers=site.token("supporter"))
        assert answer.status_code in {404, 422}, body
    made = api.post("/api/v1/own-figures", json={"measurementId": key}, headers=site.token("supporter"))
    assert made.status_code == 201
    assert str(RAW) not in made.text
    path = f"/api/v1/own-figures/{made.json['id']}"
    (waits,) = api.get("/api/v1/own-figures/waiting", headers=site.token("board", "read")).json["items"]
    seen, board = {"seen": waits["seenAs"]}, site.token("board")
    assert api.post(f"{path}/approve", json=seen, headers=site.token("supporter")).status_code == 403
    assert api.post(f"{path}/approve", json=seen, headers=site.token("board", "read")).status_code == 403
    for blind in ({}, {"seen": None}):
        assert api.post(f"{path}/approve", json=blind, headers=board).status_code == 422, blind
    counted(site)
    assert api.post(f"{path}/approve", json=seen, headers=board).status_code == 409
    (seen,) = api.get("/api/v1/own-figures/waiting", headers=board).json["items"]
    answer = api.post(f"{path}/approve", json={"seen": seen["seenAs"]}, headers=board)
    assert answer.json["isShown"] is True
    assert api.post(f"{path}/take-back", headers=site.token("board")).json["takenBackAt"]


def test_members_stand_beside_the_adults_of_the_village(site):
    with site.runtime.database.session() as session:
        data = {"indicator": "nl:members", "period": quarter(), "value": 160, "denominator": 800}
        measurement = outcomes.prepare(session, data, prepared_by=900, today=now().date())
        service.decide(session, service.ask(session, measurement, asked_by=900), approved_by=901)
        session.commit()
    page = site.get("", PAGE).text
    assert "ongeveer 20% van 800 volwassen inwoners" in page
    assert "ongeveer 20 procent van 800 volwassen inwoners" in page


def test_loneliness_stands_beside_the_country_with_year_source_and_what_is_a_model(site):
    with site.runtime.database.session() as session:
        data = {"indicator": "nl:lonely", "period": quarter(), "value": 40, "denominator": 90}
        measurement = outcomes.prepare(session, data, prepared_by=900, today=now().date())
        figure = service.ask(session, measurement, asked_by=900)
        service.decide(session, figure, approved_by=901)
        session.commit()
    page = site.get("", PAGE).text
    assert "van 90 mensen" in page
    assert "met een model" in page
    assert "2022" in page
