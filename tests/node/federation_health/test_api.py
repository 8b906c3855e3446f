"""The health of the network for programs."""

from __future__ import annotations

import pytest

BASE = "/api/v1/health"


def test_programs_read_what_the_pages_say(troubled):
    api, headers = troubled.app.test_client(), troubled.token("board")
    found = api.get(BASE, headers=headers).json
    assert found["total"] == 3
    assert found["counts"] == {
        "alarm": 1, "down": 1, "undelivered": 1, "failing": 0, "waiting": 0, "silent": 0, "well": 0,
    }  # fmt: skip
    assert found["queues"]["givenUp"] == 60
    assert found["queues"]["failed"] == {"Create": 1}
    assert found["alarms"][0]["text"] == "De klok van laat.example loopt 7 minuten voor."
    assert found["roundTrip"] is None
    peer = api.get(f"{BASE}/peers/weg.example", headers=headers).json
    assert peer["condition"] == "down"
    assert peer["problem"]["reason"] == "held_too_long"
    assert peer["failures"] == 5
    assert api.get(f"{BASE}/peers/niemand.example", headers=headers).status_code == 404
    only = api.get(f"{BASE}?show=problems&q=weg", headers=headers).json
    assert [each["host"] for each in only["peers"]] == ["weg.example"]
    assert api.get(f"{BASE}?show=zomaar", headers=headers).status_code == 422


def test_programs_decide_by_the_same_rules(troubled):
    api = troubled.app.test_client()
    board, reader = troubled.token("board", "write:network"), troubled.token("board", "read")
    for path in ("/dead-letters/retry", "/dead-letters/discard"):
        assert api.post(BASE + path, json={"host": "weg.example"}).status_code == 401
        assert api.post(BASE + path, json={"host": "weg.example"}, headers=reader).status_code == 403
        assert api.post(BASE + path, json={}, headers=board).status_code == 422
        both = {"host": "weg.example", "ids": [1]}
        assert api.post(BASE + path, json=both, headers=board).status_code == 422
    for role in ("member", "supporter"):
        assert api.get(BASE, headers=troubled.token(role)).status_code == 403


def test_letters_go_and_come_back(troubled):
    api = troubled.app.test_client()
    headers = troubled.token("board")
    page = api.get(f"{BASE}/dead-letters?host=weg.example", headers=headers).json
    assert (page["total"], page["pages"], len(page["items"])) == (59, 2, 50)
    number = page["items"][0]["id"]
    assert api.post(f"{BASE}/dead-letters/retry", json={"ids": [number]}, headers=headers).json == {
        "count": 1
    }
    away = api.post(f"{BASE}/dead-letters/discard", json={"host": "weg.example"}, headers=headers)
    assert away.json == {"count": 58}
    (step,) = api.get(f"{BASE}/dead-letters/put-away", headers=headers).json["items"]
    back = {"host": step["host"], "at": step["at"]}
    assert api.post(f"{BASE}/dead-letters/put-back", json=back, headers=headers).json == {"count": 58}


@pytest.mark.parametrize("number", [2**31, 10**25, 0])
def test_a_number_that_no_row_can_have_is_refused(troubled, number):
    api, headers = troubled.app.test_client(), troubled.token("board")
    for address in ("dead-letters/retry", "dead-letters/discard", "inbox-failures/retry"):
        answer = api.post(f"{BASE}/{address}", json={"ids": [number]}, headers=headers)
        assert answer.status_code == 422


def test_tests_and_warnings(troubled):
    api, headers = troubled.app.test_client(), troubled.token("board")
    started = api.post(f"{BASE}/round-trips", headers=headers)
    assert started.status_code == 202
    read = api.get(f"{BASE}/round-trips/{started.json['id']}", headers=headers).json
    assert (read["state"], read["steps"], read["isOver"]) == ("asked", [], False)
    assert api.post(f"{BASE}/round-trips", headers=headers).status_code == 409
    assert api.post(f"{BASE}/peers/weg.example/test", headers=headers).status_code == 202
    assert api.post(f"{BASE}/peers/weg.example/try", headers=headers).status_code == 200
    path = f"{BASE}/peers/laat.example/alarms/clock/dismiss"
    assert api.post(path, json={"reason": ""}, headers=headers).status_code == 422
    assert api.post(path, json={"reason": "gebeld"}, headers=headers).status_code == 204
    assert api.get(BASE, headers=headers).json["alarms"] == []
    failures = api.get(f"{BASE}/inbox-failures", headers=headers).json
    assert failures["items"][0]["type"] == "Create"
    again = api.post(f"{BASE}/inbox-failures/retry", json={}, headers=headers)
    assert again.json == {"count": 1}
