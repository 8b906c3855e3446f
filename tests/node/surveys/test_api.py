"""Surveys for programs: the team's by token, answering without, and no address kept anywhere."""

from __future__ import annotations

from datetime import timedelta

from node.gatherings.service import local_today
from node.surveys import licences
from node.surveys.models import Survey
from node.surveys.responses import end, read_responses
from tests.node.surveys.conftest import in_this_year, survey_form

HOME = "/api/v1/surveys"


def filled_in(**changes):
    return {
        "answers": {"life.1": 7, "life.2": None},
        "ticket": "0123456789abcdef",
        "consentVersion": "1",
        **changes,
    }


def test_a_survey_from_making_to_results(site):
    api, head = site.app.test_client(), site.token("supporter")
    made = api.post(HOME, json=survey_form(access="letters"), headers=head)
    assert made.status_code == 201
    url, key = f"{HOME}/{made.json['id']}", made.json["key"]
    assert made.json["isDraft"]
    assert api.get(f"{HOME}/asked/{key}").status_code == 404
    stale = api.put(url, json={"revision": 9, "content": survey_form()}, headers=head)
    assert stale.status_code == 409
    content = survey_form(access="letters", title="Anders")
    assert api.put(url, json={"revision": 1, "content": content}, headers=head).json["title"] == "Anders"
    assert api.post(f"{url}/steps", json={"step": "fix"}, headers=head).json["isOpen"]
    codes = api.post(f"{url}/letters", json={"count": 2}, headers=head).json["codes"]
    asked = api.get(f"{HOME}/asked/{key}")
    assert asked.json["needsCode"]
    assert [part["code"] for part in asked.json["parts"]] == ["life", "djg6"]
    assert "Austerlitz Zorgt" in asked.json["consent"]
    refused = api.post(f"{HOME}/asked/{key}", json=filled_in())
    assert refused.status_code == 422
    assert api.post(f"{HOME}/asked/{key}", json=filled_in(code=codes[0])).status_code == 204
    shown = api.get(url, headers=head).json
    assert shown["answered"] == 1
    assert "7" not in str({name: value for name, value in shown.items() if name.startswith("answer")})
    assert api.post(f"{url}/steps", json={"step": "complete"}, headers=head).status_code == 409
    assert api.delete(f"{url}/letters", headers=head).status_code == 204
    assert api.post(f"{HOME}/asked/{key}", json=filled_in(code=codes[1], ticket="f" * 16)).status_code == 422
    day = in_this_year(local_today() + timedelta(days=3)).isoformat()
    assert api.put(f"{url}/last-day", json={"endsOn": day}, headers=head).json["endsOn"] == day
    assert api.post(f"{url}/again", headers=head).status_code == 201
    assert len(api.get(HOME, headers=head).json["items"]) == 2
    with site.runtime.database.session() as session:
        survey = session.get(Survey, made.json["id"])
        end(session, site.settings, survey, survey.ends_on + timedelta(days=1))
        assert read_responses(session, site.settings, survey)[0].answers == {"life.1": 7, "life.2": None}


WRONG = [
    {"answers": {"life.1": 11}},
    {"answers": {"life.1": "7"}},
    {"answers": {"life.1": 7.5}},
    {"answers": {"djg11.1": 1}},
    {"answers": {}},
    {"answers": None},
    {"ticket": "short"},
    {"consentVersion": "0"},
    {"consentVersion": ""},
    {"ageBand": "43"},
    {"sex": "Jan"},
    {"name": "Jan"},
    {"answers": {f"own.{at}": 1 for at in range(200)}},
]


def test_what_was_not_asked_is_refused(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session)
        session.commit()
    browser = site.app.test_client()
    for wrong in WRONG:
        sent = browser.post(f"{HOME}/asked/abcd2345", json=filled_in(**wrong))
        assert sent.status_code == 422, wrong


def test_instruments_with_their_sources(site):
    items = site.app.test_client().get(f"{HOME}/instruments").json["items"]
    assert {"djg6", "djg11", "cohesion6", "life", "facilities"} == {each["code"] for each in items}
    assert all(each["source"] for each in items)


def test_licensed_statements_are_shown_to_the_team_only(site):
    with site.runtime.database.session() as session:
        data = {"licence": "ja", "items": [f"Zin {at}" for at in range(22)], "answers": ["nee", "ja"]}
        licences.confirm(session, data, by="Jo", today=local_today())
        session.commit()
    stranger = site.app.test_client().get(f"{HOME}/instruments")
    assert "ph22" not in stranger.text
    assert "Zin 1" not in stranger.text
    assert "ph22" not in site.get("member", f"{HOME}/instruments").text
    assert "Zin 1" in site.get("board", f"{HOME}/instruments").text
    by_token = site.app.test_client().get(f"{HOME}/instruments", headers=site.token("board"))
    assert "Zin 1" in by_token.text


def test_others_may_not(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, access="letters")
        session.commit()
    api = site.app.test_client()
    for head in (site.token("member"), site.token("treasurer"), {}):
        assert api.get(HOME, headers=head).status_code in {401, 403}
        assert api.post(f"{HOME}/1/letters", json={"count": 1}, headers=head).status_code in {401, 403}
        assert api.post(f"{HOME}/1/steps", json={"step": "stop"}, headers=head).status_code in {401, 403}


def test_no_address_of_who_answers_is_kept(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session)
        session.commit()
    browser = site.app.test_client()
    here = {"REMOTE_ADDR": "203.0.113.77"}
    browser.get("/vragen/abcd2345", environ_base=here)
    browser.post("/vragen/abcd2345", data={"go": "next"}, environ_base=here)
    browser.post("/vragen", data={"code": "aaaa"}, environ_base=here)
    browser.get(f"{HOME}/asked/abcd2345", environ_base=here)
    assert browser.post(f"{HOME}/asked/abcd2345", json=filled_in(), environ_base=here).status_code == 204
    keys = [str(key) for key in site.runtime.queue.redis.keys("*")]
    assert any("survey:abcd2345" in key for key in keys), keys
    assert not any("203.0.113.77" in key for key in keys)


def test_one_stranger_stops_no_survey(site, make_survey):
    """What one sender asks too much counts with that sender, and not with what all may ask together."""
    with site.runtime.database.session() as session:
        make_survey(session)
        session.commit()
    browser = site.app.test_client()
    stranger, other = {"REMOTE_ADDR": "203.0.113.77"}, {"REMOTE_ADDR": "203.0.113.78"}
    tries = [browser.post("/vragen", data={"code": "a"}, environ_base=stranger) for _ in range(301)]
    assert [each.status_code for each in tries[-2:]] == [422, 429]
    assert browser.post("/vragen", data={"code": "a"}, environ_base=other).status_code == 422
    asked = f"{HOME}/asked/abcd2345"
    assert browser.post(asked, json=filled_in(), environ_base=stranger).status_code == 429
    assert browser.post(asked, json=filled_in(), environ_base=other).status_code == 204
    redis = site.runtime.queue.redis
    assert [redis.llen(key) for key in redis.keys("*survey:/survey_answers.enter*")] == [301]
