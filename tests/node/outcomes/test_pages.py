"""Figures in the browser and through the API: two people decide, and the raw number stays inside."""

from __future__ import annotations

import re

from federation.database import now
from node.outcomes.periods import past_quarters

RAW = 739_219


def quarter():
    return str(past_quarters(now().date())[0])


def count(site, **changes):
    form = {"indicator": "nl:diners", "period": quarter(), "value": str(RAW), **changes}
    return site.post("supporter", "/cijfers/nieuw", form)


def approve(site, number=1):
    """The board looks, and presses the button of what it sees."""
    path = f"/cijfers/{number}/goedkeuren"
    seen = re.search(r'name="seen" value="([^"]*)"', site.get("board", path).text)
    return site.post("board", path, {"seen": seen[1] if seen else ""})


def test_the_supporter_counts_the_board_decides_and_everybody_reads(site):
    assert count(site).status_code == 303
    assert str(RAW) in site.get("supporter", "/cijfers").text.replace(".", "")
    assert str(RAW) not in site.get("", "/cijfers").text.replace(".", "")
    page = site.get("board", "/cijfers/1/goedkeuren")
    assert "0,25" in page.text
    assert "Ja, deel dit cijfer" in page.text
    assert approve(site).status_code == 303
    released = site.get("board", "/cijfers/1/goedkeuren").text
    assert "95 procent" in released
    public = site.get("", "/cijfers")
    assert "± 12" in public.text
    assert "95 procent" in public.text
    assert "739" in site.get("", "/cijfers.csv").text
    sent = site.app.test_client().get("/api/v1/outcomes").json["items"]
    assert abs(sent[0]["value"] - RAW) < 200
    assert sent[0]["errorBar"] == 12
    assert approve(site).status_code == 303
    assert site.app.test_client().get("/api/v1/outcomes").json["items"] == sent


def test_a_member_of_the_board_does_not_approve_what_she_prepared(site):
    form = {"indicator": "nl:members", "period": quarter(), "value": "12"}
    assert site.post("board", "/cijfers/nieuw", form).status_code == 303
    assert "Ja, deel dit cijfer" not in site.get("board", "/cijfers/1/goedkeuren").text
    answer = approve(site)
    assert answer.status_code == 403
    assert "ander bestuurslid" in answer.text
    assert site.app.test_client().get("/api/v1/outcomes").json["items"] == []


def test_a_wrong_number_is_told_in_dutch_and_kept(site):
    for value, period in (
        ("veel", quarter()),
        ("-3", quarter()),
        ("9" * 40, quarter()),
        ("12.5", quarter()),
        ("3", "2099-1"),
    ):
        answer = count(site, value=value, period=period)
        assert answer.status_code == 422, value
        assert f'value="{value}"' in answer.text
        assert 'id="value-error"' in answer.text or 'id="period-error"' in answer.text


def test_who_has_no_right_neither_counts_nor_decides(site):
    count(site)
    for role in ("", "member"):
        for path in ("/cijfers/nieuw", "/cijfers/1/goedkeuren"):
            assert site.get(role, path).status_code in {302, 403}
            assert site.post(role, path).status_code in {302, 403}
    for role in ("supporter", "treasurer"):
        assert site.post(role, "/cijfers/1/goedkeuren").status_code == 403
    assert site.app.test_client().get("/api/v1/outcomes").json["items"] == []


def test_programs_count_and_decide_by_the_same_rules(site):
    api = site.app.test_client()
    body = {"indicator": "nl:diners", "period": quarter(), "value": RAW}
    made = api.post("/api/v1/outcomes/measurements", json=body, headers=site.token("supporter"))
    assert made.status_code == 201
    assert str(RAW) not in made.text
    path = f"/api/v1/outcomes/measurements/{made.json['id']}/approve"
    assert api.post(path, headers=site.token("supporter")).status_code == 403
    assert api.post(path, headers=site.token("board", "read")).status_code == 403
    board = site.token("board", "write:outcomes")
    assert api.post(path, headers=board).status_code == 422, "nobody approves what was not looked at"
    for seen in ("something else", "x" * 80, 5, None):
        assert api.post(path, json={"seen": seen}, headers=board).status_code in {409, 422}
    released = api.post(path, json={"seen": made.json["seenAs"]}, headers=board)
    assert released.status_code == 200
    assert released.json["errorBar"] == 12
    for bad in ({**body, "value": 1e400}, {**body, "value": "5"}, {}, {**body, "raw": 1}):
        answer = api.post("/api/v1/outcomes/measurements", json=bad, headers=site.token("supporter"))
        assert answer.status_code in {400, 422}, bad


def test_a_number_that_changed_while_the_board_looked_is_not_released(site):
    count(site)
    seen = re.search(r'name="seen" value="([^"]*)"', site.get("board", "/cijfers/1/goedkeuren").text)[1]
    count(site, value="41")
    assert str(RAW) not in seen
    for shown in (seen, ""):
        answer = site.post("board", "/cijfers/1/goedkeuren", {"seen": shown})
        assert answer.status_code == 409
        assert "veranderd" in answer.text
    assert site.app.test_client().get("/api/v1/outcomes").json["items"] == []
    assert approve(site).status_code == 303
