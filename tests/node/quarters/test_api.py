"""The sheet for programs: they fill in, and no answer holds a number."""

from __future__ import annotations

import pytest

from node.gatherings.service import local_today
from node.outcomes.models import Measurement
from node.outcomes.periods import past_quarters, quarter_of
from node.quarters.models import QuarterAnswer

QUARTER = past_quarters(local_today(), 1)[0]
PATH = f"/api/v1/quarters/{QUARTER}"
RAW = 739_219


def put(site, body, role="supporter"):
    return site.app.test_client().put(f"{PATH}/figures", json=body, headers=site.token(role))


def post(site, what, body=None, role="supporter"):
    return site.app.test_client().post(f"{PATH}/{what}", json=body, headers=site.token(role))


def stages(site):
    answer = site.app.test_client().get(PATH, headers=site.token("treasurer", "read"))
    assert str(RAW) not in answer.text
    return {each["indicator"]: each["stage"] for each in answer.json["items"] if "nl:" in each["indicator"]}


def test_a_program_fills_in_a_quarter_and_asks_the_board(site):
    kept = put(site, {"indicator": "nl:members", "value": RAW, "denominator": 800_000})
    assert kept.status_code == 200
    assert str(RAW) not in kept.text
    assert kept.json["stage"] == "counted"
    assert kept.json["hints"] == ["remarkable"], "more than live here"
    put(site, {"indicator": "nl:diners", "state": "not_counted"})
    known = stages(site)
    assert (known["nl:members"], known["nl:diners"], known["nl:volunteers"]) == (
        "counted",
        "not_counted",
        "open",
    )
    assert post(site, "ask").json == {"asked": 1}
    assert post(site, "ask").json == {"asked": 0}
    assert stages(site)["nl:members"] == "asked"
    assert post(site, "take-back", {"indicator": "nl:members"}).json["stage"] == "open"
    assert post(site, "take-back", {"indicator": "nl:members"}).status_code == 409
    with site.runtime.database.session(write=False) as session:
        assert session.query(Measurement).count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"indicator": "nl:minutes", "value": 1},
        {"indicator": "nl:members"},
        {"indicator": "nl:members", "value": "5"},
        {"indicator": "nl:members", "value": -1},
        {"indicator": "nl:members", "value": 5, "denominator": 0},
        {"indicator": "nl:members", "value": 5, "state": "not_counted"},
        {"indicator": "nl:members", "state": "perhaps"},
        {"indicator": "nl:members", "value": 5, "who": "Jo"},
        {"indicator": "nl:members", "value": 1e300},
    ],
)
def test_bad_words_are_refused(site, body):
    assert put(site, body).status_code in (400, 422), body
    with site.runtime.database.session(write=False) as session:
        assert session.query(QuarterAnswer).count() == 0


def test_who_may_and_which_quarter(site):
    client = site.app.test_client()
    body = {"indicator": "nl:members", "value": 5}
    assert client.get(PATH).status_code == 401
    assert put(site, body, role="member").status_code == 403
    read_only = client.put(f"{PATH}/figures", json=body, headers=site.token("supporter", "read"))
    assert read_only.status_code == 403
    for period in (quarter_of(local_today()), "2099-1", "2026", "x"):
        assert client.get(f"/api/v1/quarters/{period}", headers=site.token("board")).status_code == 404
