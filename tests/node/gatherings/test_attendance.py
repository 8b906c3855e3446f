"""Who came is counted by a tap, and helps to fill in a figure without pretending to know more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.accounts.roles import Role
from node.accounts.service import find_by_email
from node.gatherings import attendance, changes, service
from node.gatherings.service import local_today
from node.outcomes.periods import past_quarters
from schemas.errors import Conflict, InvalidInput
from tests.node.signing_in import add_account

TODAY = local_today()
MEAL = {
    "name": "Austerlitz Eet",
    "place": "Dorpshuis",
    "firstOn": (TODAY - timedelta(days=700)).isoformat(),
    "repeat": "daily",
    "atTime": "17.30",
    "indicator": "nl:diners",
}


@pytest.fixture
def meal(village):
    return service.add_gathering(village.session, village.settings, MEAL, today=TODAY)


def test_taps_add_up_and_never_go_below_nothing(village, meal):
    for expected, step in ((1, 1), (2, 1), (1, -1), (0, -1), (0, -1)):
        assert attendance.add_to_count(village.session, meal, TODAY, step, today=TODAY) == expected
    attendance.set_count(village.session, meal, TODAY, 31, today=TODAY)
    assert attendance.add_to_count(village.session, meal, TODAY, 1, today=TODAY) == 32
    attendance.set_count(village.session, meal, TODAY, None, today=TODAY)
    assert meal.occurrence_on(TODAY).attendance is None


def test_only_what_began_and_took_place_is_counted(village, meal):
    with pytest.raises(Conflict):
        attendance.add_to_count(village.session, meal, TODAY + timedelta(days=1), 1, today=TODAY)
    changes.set_cancelled(village.session, village.settings, meal, TODAY, cancelled=True, today=TODAY)
    with pytest.raises(Conflict):
        attendance.add_to_count(village.session, meal, TODAY, 1, today=TODAY)
    for number in (-1, 10_001):
        with pytest.raises(InvalidInput):
            attendance.set_count(village.session, meal, TODAY - timedelta(days=1), number, today=TODAY)


def test_a_quarter_says_least_and_most_and_nothing_in_between(village, meal):
    lunch = {**MEAL, "name": "Lunch", "indicator": "nl:diners"}
    other = service.add_gathering(village.session, village.settings, lunch, today=TODAY)
    without = service.add_gathering(
        village.session, village.settings, {**MEAL, "name": "Gym", "indicator": ""}, today=TODAY
    )
    for gathering, number in ((meal, 20), (other, 25), (without, 99)):
        attendance.set_count(village.session, gathering, TODAY, number, today=TODAY)
    attendance.set_count(village.session, meal, TODAY - timedelta(days=1), 30, today=TODAY)
    attendance.set_count(village.session, meal, TODAY - timedelta(days=400), 500, today=TODAY)
    (counted,) = attendance.counted_between(village.session, TODAY - timedelta(days=80), TODAY)
    assert (counted.indicator, counted.times, counted.visits, counted.busiest) == ("nl:diners", 3, 75, 30)
    assert list(counted.names) == ["Austerlitz Eet", "Lunch"]


def test_the_team_is_asked_about_what_nobody_counted(village, meal):
    before = len(attendance.not_counted(village.session, TODAY))
    assert before == 8
    attendance.set_count(village.session, meal, TODAY, 0, today=TODAY)
    assert len(attendance.not_counted(village.session, TODAY)) == before - 1


def test_a_leader_counts_and_another_member_does_not(village, meal):
    leader, member = (
        add_account(village.session, village.settings, Role.MEMBER, email=f"{name}@dorp.example")
        for name in ("leider", "lid")
    )
    meal.leader_id = leader.id
    village.session.flush()
    (one,) = service.between(village.session, TODAY, TODAY)
    assert attendance.may_count(leader, one)
    assert not attendance.may_count(member, one)
    assert not attendance.may_count(None, one)


@pytest.fixture
def address(site):
    made = site.post("supporter", "/meedoen/nieuw", MEAL)
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def test_counting_on_a_phone(site, address):
    page = f"{address}/{TODAY}"
    assert "Hoeveel mensen zijn er?" in site.get("supporter", page).text
    assert "Hoeveel mensen zijn er?" not in site.get("", page).text
    assert "Hoeveel mensen zijn er?" not in site.get("member", page).text
    for _ in range(3):
        assert site.post("supporter", f"{page}/tellen", {"step": "more"}).status_code == 303
    site.post("supporter", f"{page}/tellen", {"step": "fewer"})
    assert ">2</output>" in site.get("supporter", page).text
    assert site.post("supporter", f"{page}/tellen", {"attendance": "41"}).status_code == 303
    assert "41 mensen" in site.get("member", page).text
    assert "41 mensen" not in site.get("", page).text
    assert site.post("supporter", f"{page}/tellen", {"attendance": "veel"}).status_code == 422
    assert site.post("member", f"{page}/tellen", {"step": "more"}).status_code == 403
    assert site.post("", f"{page}/tellen", {"step": "more"}).status_code in (302, 401)
    assert "Austerlitz Eet" in site.get("supporter", "/meedoen/tellen").text


def test_who_leads_it_counts_it(site, address):
    with site.runtime.database.session() as session:
        leader = find_by_email(session, "member@austerlitz.example").id
    assert site.post("supporter", f"{address}/bewerken", {**MEAL, "leaderId": str(leader)}).status_code == 303
    assert site.post("member", f"{address}/{TODAY}/tellen", {"step": "more"}).status_code == 303


def test_the_figure_is_proposed_and_a_person_keeps_it(site, address):
    program, header = site.app.test_client(), site.token("supporter")
    number = int(address.rsplit("/", 1)[1])
    for back, people in ((100, 28), (101, 31), (102, 25)):
        day = TODAY - timedelta(days=back)
        counted = program.put(
            f"/api/v1/gatherings/{number}/{day}/attendance", json={"attendance": people}, headers=header
        )
        assert counted.json["attendance"] == people, counted.text
    sheets = [
        site.get("supporter", f"/cijfers/kwartaal/{quarter}").text for quarter in past_quarters(TODAY, 2)
    ]
    both = "".join(sheets)  # the days may fall in two quarters
    assert "minstens 31" in both or "toen kwamen er 31 mensen" in both
    assert "verschillende mensen dat waren, weet de telling niet" in both


def test_a_program_counts_and_reads_the_week(site, address):
    program, header = site.app.test_client(), site.token("supporter")
    number = int(address.rsplit("/", 1)[1])
    path = f"/api/v1/gatherings/{number}/{TODAY}/attendance"
    assert program.put(path, json={"add": 5}).status_code == 401
    assert program.put(path, json={"add": 5}, headers=header).json["attendance"] == 5
    assert program.put(path, json={"add": "5"}, headers=header).status_code == 422
    assert program.put(path, json={"add": 5}, headers=site.token("member")).status_code == 403
    week = program.get("/api/v1/gatherings/week").json["items"]
    assert len(week) == 7
    assert week[0]["attendance"] is None
    assert program.get("/api/v1/gatherings/week", headers=header).json["items"][0]["on"] == TODAY.isoformat()
    assert program.get("/api/v1/gatherings/week?week=2026-W99").status_code == 404
    moved = {"movedTo": (TODAY + timedelta(days=1)).isoformat()}
    other = program.put(f"/api/v1/gatherings/{number}/{TODAY}", json=moved, headers=header)
    assert other.status_code == 422
    place = program.put(f"/api/v1/gatherings/{number}/{TODAY}", json={"place": "Park"}, headers=header)
    assert place.json["place"] == "Park"
