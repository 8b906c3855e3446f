"""Corrections: new releases that cost budget again, while the old one stays in the record as replaced."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from directory.national.replica_parts import gather_from_replica
from directory.replica.figures import list_figures, replaced_uris
from node.outcomes import corrections, service
from node.outcomes.export import figures_csv
from node.outcomes.models import Measurement, PrivacyBudget
from node.outcomes.noise import Noisy
from schemas.errors import Conflict, InvalidInput, NotAllowed
from tests.node.outcomes.test_pages import approve as approve_page
from tests.node.outcomes.test_pages import count, quarter

TODAY = date(2026, 7, 15)


def prepare(village, value=40, period="2026-2"):
    data = {"indicator": "nl:diners", "period": period, "value": value}
    return service.prepare(village.session, data, prepared_by=1, today=TODAY)


def approve(village, measurement, by=2):
    return service.approve(
        village.session,
        village.settings,
        measurement,
        approved_by=by,
        noise=lambda value, **_: Noisy(value + 3, 12),
    )


def correct(village, measurement, value=52, **more):
    data = {"value": value, "reason": "late"} | more
    return corrections.correct(village.session, measurement, data, prepared_by=1)


def test_a_correction_is_a_new_release_that_says_what_it_replaces_and_costs_again(village, neighbour):
    first = approve(village, prepare(village))
    again = approve(village, correct(village, first.measurement))
    for activity in village.sent():
        neighbour.hears(village, activity)
    assert village.session.get(PrivacyBudget, 2026).spent == 0.5
    sent = village.sent()[-1]["object"]
    assert (sent["replaces"], sent["correctionReason"]) == (first.object_uri, "late")
    assert "er kwamen later nog tellingen bij" in sent["content"]
    figures = {each.uri: each for each in list_figures(neighbour.session)}
    assert {each.value for each in figures.values()} == {43, 55}, "the old one stays in the record"
    assert replaced_uris(figures.values()) == {first.object_uri: again.object_uri}
    assert figures[again.object_uri].replaces_uri == first.object_uri
    national = next(iter(gather_from_replica(neighbour.session).figures.values()))
    assert [each.value for each in national.values()] == [55]
    rows = list(csv.DictReader(io.StringIO(figures_csv(neighbour.session).lstrip("\ufeff")), delimiter=";"))
    assert {row["replaced_by_uri"] for row in rows} == {again.object_uri, ""}


def test_of_a_correction_that_waits_there_is_one_and_it_can_be_changed_and_taken_back(village):
    first = approve(village, prepare(village)).measurement
    one = correct(village, first)
    assert correct(village, first, value=53, reason="twice").id == one.id
    assert (one.raw_value, one.correction_reason, one.edition) == (53, "twice", 2)
    with pytest.raises(NotAllowed):
        approve(village, one, by=1)
    corrections.withdraw(village.session, one)
    assert village.session.query(Measurement).count() == 1
    assert village.session.get(PrivacyBudget, 2026).spent == 0.25
    approve(village, correct(village, first, value=54))
    third = correct(village, first, value=55)
    assert third.edition == 3
    assert service.previous(village.session, third).raw_value == 54


def test_the_same_number_is_never_drawn_anew(village):
    first = approve(village, prepare(village)).measurement
    with pytest.raises(Conflict):
        correct(village, first, value=40)
    second = approve(village, correct(village, first)).measurement
    for measurement in (first, second):
        with pytest.raises(Conflict):
            correct(village, measurement, value=52)
        assert approve(village, measurement, by=3) is measurement.release
    assert len(village.sent()) == 2


def test_the_same_number_is_not_drawn_anew_by_way_of_another(village):
    first = approve(village, prepare(village)).measurement
    waits = correct(village, first, value=41)
    with pytest.raises(Conflict):
        correct(village, first, value=40)
    with pytest.raises(Conflict):
        prepare(village, value=40)
    waits.count_again(40, None, prepared_by=1)
    with pytest.raises(Conflict):
        approve(village, waits)
    assert len(village.sent()) == 1


def test_nobody_learns_the_exact_number_of_a_survey_by_trying_a_correction(site):
    with site.runtime.database.session() as session:
        data = {"indicator": "nl:lonely", "period": "2025", "value": 49, "denominator": 120}
        measured = service.prepare(session, data, prepared_by=3, today=TODAY)
        approve(site.village(session), measured)
        session.commit()
    path = "/cijfers/1/verbeteren"
    for role in ("supporter", "board"):
        assert 'id="value" name="value" type="text" value=""' in site.get(role, path).text
    answers = []
    for value in ("48", "49"):
        typed = {"value": value, "denominator": "120", "reason": "late"}
        answers.append(site.post("supporter", path, typed).status_code)
        site.post("supporter", "/cijfers/2/verbetering-terug")
    assert answers == [303, 303]


def test_what_was_not_released_is_not_corrected_and_what_was_is_not_taken_back(village):
    measurement = prepare(village)
    with pytest.raises(Conflict):
        correct(village, measurement)
    with pytest.raises(Conflict):
        corrections.withdraw(village.session, measurement)
    approve(village, measurement)
    with pytest.raises(Conflict):
        corrections.withdraw(village.session, measurement)
    second = approve(village, correct(village, measurement)).measurement
    with pytest.raises(Conflict):
        corrections.withdraw(village.session, second)


def test_when_the_budget_is_spent_a_correction_is_refused_too(village):
    first = approve(village, prepare(village)).measurement
    for value in range(50, 57):
        approve(village, correct(village, first, value=value))
    assert village.session.get(PrivacyBudget, 2026).spent == 2.0
    ninth = correct(village, first, value=60)
    with pytest.raises(Conflict):
        approve(village, ninth)
    assert len(village.sent()) == 8


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"value": 3}, "reason"),
        ({"value": 3, "reason": "Jan was ziek"}, "reason"),
        ({"value": -3, "reason": "late"}, "value"),
        ({"value": None, "reason": "late"}, "value"),
        ({"value": 3, "reason": "late", "denominator": -1}, "denominator"),
        ({"value": 3, "reason": "late", "note": "x"}, "note"),
    ],
)
def test_bad_corrections_are_refused_with_their_place(village, data, place):
    measurement = approve(village, prepare(village)).measurement
    with pytest.raises(InvalidInput) as caught:
        corrections.correct(village.session, measurement, data, prepared_by=1)
    assert list(caught.value.fields) == [place]


def test_a_correction_in_the_browser(site):
    count(site, value="739")
    approve_page(site)
    page = site.get("supporter", "/cijfers/1/verbeteren")
    assert page.status_code == 200
    assert "Nu is er nog 1,75" in page.text
    path = "/cijfers/1/verbeteren"
    bad = site.post("supporter", path, {"value": "acht", "reason": ""})
    assert bad.status_code == 422
    assert 'value="acht"' in bad.text
    assert site.post("supporter", path, {"value": "808", "reason": "mistake"}).status_code == 303
    assert "Verbetering" in site.get("supporter", "/cijfers").text
    assert "vergist" in site.get("board", "/cijfers/2/goedkeuren").text
    assert site.post("supporter", "/cijfers/2/verbetering-terug").status_code == 303
    assert site.post("supporter", path, {"value": "808", "reason": "mistake"}).status_code == 303
    number = re.findall(r"/cijfers/(\d+)/goedkeuren", site.get("board", "/cijfers").text)[0]
    assert approve_page(site, number).status_code == 303
    assert site.get("board", "/cijfers").text.count("Vervangen") == 1
    public = site.get("", "/cijfers").text
    assert "Verbeterd: het was" in public
    assert public.count('<circle class="value"') == 1
    for role in ("", "member"):
        assert site.get(role, path).status_code in {302, 403}
        assert site.post(role, path).status_code in {302, 403}


def test_a_correction_by_program(site):
    api = site.app.test_client()
    body = {"indicator": "nl:diners", "period": quarter(), "value": 40}
    headers = site.token("supporter", "write:outcomes")
    made = api.post("/api/v1/outcomes/measurements", json=body, headers=headers).json
    path = f"/api/v1/outcomes/measurements/{made['id']}"
    data = {"value": 44, "reason": "twice"}
    assert api.post(f"{path}/correct", json=data, headers=headers).status_code == 409
    seen = {"seen": made["seenAs"]}
    api.post(f"{path}/approve", json=seen, headers=site.token("board"))
    answer = api.post(f"{path}/correct", json=data, headers=headers)
    assert (answer.status_code, answer.json["edition"], answer.json["isReleased"]) == (201, 2, False)
    taken_back = f"/api/v1/outcomes/measurements/{answer.json['id']}/correction"
    assert api.delete(taken_back, headers=headers).status_code == 204
    again = api.post(f"{path}/correct", json=data, headers=headers).json
    address, seen = f"/api/v1/outcomes/measurements/{again['id']}/approve", {"seen": again["seenAs"]}
    api.post(address, json=seen, headers=site.token("board"))
    items = api.get("/api/v1/outcomes").json["items"]
    assert sorted((each["isReplaced"], each["correctionReason"]) for each in items) == [
        (False, "twice"),
        (True, None),
    ]
    for bad in ({}, {"value": 1}, {**data, "reason": "because"}):
        assert api.post(f"{path}/correct", json=bad, headers=headers).status_code == 422, bad
