"""The team makes a survey, prints it, types forms in twice, and ends it; others cannot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from node.gatherings.service import local_today
from node.surveys import licences, running
from node.surveys.models import Survey, SurveyResponse
from node.surveys.responses import end, read_responses
from schemas.errors import InvalidInput
from tests.node.surveys.conftest import GROUP, in_this_year

TODAY = local_today()
HOME = "/vragenlijsten"


def form(**changes):
    numbers = {f"{band}.{sex}": count for band, sexes in GROUP.items() for sex, count in sexes.items()}
    return {
        "title": "Hoe gaat het?",
        "intro": "Wij willen weten hoe het gaat.",
        "responsible": "Het bestuur",
        "access": "letters",
        "startsOn": TODAY.isoformat(),
        "endsOn": in_this_year(TODAY + timedelta(days=20)).isoformat(),
        "instruments": ["life", "djg6"],
        "invited": 300,
        "subscaleRule": "manual",
        "retentionMonths": 6,
        "own.0.text": "Eet u wel eens mee?",
        "own.0.answers": "ja\nnee\n",
        **numbers,
        **changes,
    }


def test_from_draft_to_open(site):
    made = site.post("supporter", f"{HOME}/nieuw", form())
    assert made.headers["Location"] == f"{HOME}/1"
    page = site.get("supporter", f"{HOME}/1").text
    for words in ("concept", "9 vragen", "Eet u wel eens mee?", "ja / nee", "Vastzetten"):
        assert words in page
    changed = site.post("board", f"{HOME}/1/bewerken", form(title="Gaat het goed?", revision=1))
    assert changed.status_code == 303
    stale = site.post("board", f"{HOME}/1/bewerken", form(title="Anders", revision=1))
    assert stale.status_code == 409
    assert "Anders" in stale.text
    site.post("board", f"{HOME}/1/vast")
    page = site.get("board", f"{HOME}/1").text
    assert "Gaat het goed?" in page
    assert "0 van 300 antwoordden" in page
    assert site.post("board", f"{HOME}/1/bewerken", form(revision=2)).status_code == 409
    site.post("board", f"{HOME}/1/los")
    assert "concept" in site.get("board", f"{HOME}/1").text


def test_a_form_that_is_wrong_comes_back_with_all_that_was_typed(site):
    page = site.post("board", f"{HOME}/nieuw", form(invited=5))
    assert page.status_code == 422
    for words in ("Vraag minstens 30 mensen", "Eet u wel eens mee?", 'value="150"'):
        assert words in page.text
    own = {f"own.{at}.text": f"Vraag {at}" for at in range(10)} | {
        f"own.{at}.answers": "a\nb" for at in range(10)
    }
    page = site.post(
        "board", f"{HOME}/nieuw", form(instruments=["life", "facilities", "cohesion6", "djg6"], **own)
    )
    assert page.status_code == 422
    assert "Dit zijn 28 vragen" in page.text
    assert "Vraag nu:" in page.text


def test_others_see_no_survey_and_no_form(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, access="letters")
        session.commit()
    pages = ("", "/nieuw", "/1", "/1/bewerken", "/1/papier", "/1/brieven", "/1/invoeren", "/licentie")
    changes = ("/nieuw", "/1/stop", "/1/vast", "/1/einde", "/1/brieven", "/1/invoeren", "/1/opnieuw")
    for role in ("", "member", "treasurer"):
        for path in pages:
            assert site.get(role, HOME + path).status_code in {302, 403}, (role, path)
        for path in changes:
            assert site.post(role, HOME + path, {"count": 5}).status_code in {302, 403}, (role, path)
    with site.runtime.database.session() as session:
        survey = session.get(Survey, 1)
        assert survey.cancelled_on is None
        assert running.count_codes(session, survey) == 0


def test_steps_and_their_way_back(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session)
        session.commit()
    site.post("board", f"{HOME}/1/stop")
    assert "Terugdraaien" in site.get("board", f"{HOME}/1").text
    site.post("board", f"{HOME}/1/verder")
    later = in_this_year(TODAY + timedelta(days=15)).isoformat()
    site.post("board", f"{HOME}/1/einde", {"ends_on": later})
    assert f'value="{later}"' in site.get("board", f"{HOME}/1").text
    for wrong in ("soon", "", "2001-01-01"):
        site.post("board", f"{HOME}/1/einde", {"ends_on": wrong})
        assert f'value="{later}"' in site.get("board", f"{HOME}/1").text
    site.post("board", f"{HOME}/1/binnen")  # it still runs
    site.post("board", f"{HOME}/1/klaar")
    assert site.post("board", f"{HOME}/1/weg").status_code == 404
    with site.runtime.database.session() as session:
        survey = session.get(Survey, 1)
        assert (survey.sealed_on, survey.settled_on) == (None, None)
        survey.ends_on = TODAY - timedelta(days=1)
        session.commit()
    site.post("board", f"{HOME}/1/binnen")
    site.post("board", f"{HOME}/1/klaar")
    page = site.get("board", f"{HOME}/1").text
    assert "Toch nog niet klaar" in page
    assert "alle antwoorden zijn binnen" in page
    assert site.post("board", f"{HOME}/1/opnieuw").headers["Location"] == f"{HOME}/2/bewerken"
    assert "concept" in site.get("board", HOME).text


def test_while_it_runs_only_the_number_of_answers_is_seen(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        session.add(SurveyResponse(id=7, survey_id=survey.id, sealed="x"))
        session.commit()
    page = site.get("board", f"{HOME}/1").text
    assert "1 van 900 antwoordden" in page


def test_letters_show_their_codes_once(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, access="letters")
        session.commit()
    page = site.post("board", f"{HOME}/1/brieven", {"count": 3})
    codes = re.findall(r'class="letter-code">([a-z0-9-]+)<', page.text)
    assert len(set(codes)) == 3
    assert page.headers["Cache-Control"] == "no-store"
    assert "/vragen" in page.text
    again = site.get("board", f"{HOME}/1/brieven").text
    assert not any(code in again for code in codes)
    assert "3 codes zijn nog niet gebruikt" in again
    for wrong in ("0", "", "501", "many"):
        assert site.post("board", f"{HOME}/1/brieven", {"count": wrong}).status_code == 303
    site.post("board", f"{HOME}/1/brieven/intrekken")
    assert "nog niet gebruikt" not in site.get("board", f"{HOME}/1/brieven").text


def test_paper_has_the_same_ids_as_the_screen(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, own_questions=[{"text": "Eet u mee?", "answers": ["ja", "nee"]}])
        session.commit()
    paper = site.get("board", f"{HOME}/1/papier").text
    entry = site.get("board", f"{HOME}/1/invoeren").text
    for name in ("life.1", "life.2", "djg6.1", "djg6.6", "own.1", "age", "sex", "helped"):
        assert f'<span class="item-id">{name}</span>' in paper
        assert f'name="{name}"' in entry
    assert "Liever niet zeggen" in paper


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))


def test_a_form_is_typed_twice(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters")
        (code,) = running.make_codes(session, survey, 1, TODAY)
        session.commit()
    url = f"{HOME}/1/invoeren"
    numbers = {
        "life.1": "8",
        "life.2": "0",
        "djg6.1": "3",
        "age": "4",
        "sex": "1",
        "helped": "1",
        "code": code,
    }
    browser, first = site.browser("supporter"), site.get("supporter", url)
    refused = browser.post(url, data={**hidden(first), **numbers})
    assert refused.status_code == 422  # no consent on the form
    wrong = browser.post(url, data={**hidden(first), **numbers, "consent": "1", "djg6.1": "4"})
    assert wrong.status_code == 422
    assert "staat niet op het formulier" in wrong.text
    second = browser.post(url, data={**hidden(first), **numbers, "consent": "1"})
    assert second.status_code == 200
    assert 'name="life.1" value=""' in second.text
    third = browser.post(url, data={**hidden(second), **numbers, "life.1": "7"})
    assert third.status_code == 422
    assert "Eerst ‘8’, daarna ‘7’" in third.text
    done = browser.post(url, data={**hidden(third), **numbers})
    assert done.status_code == 303
    again = browser.post(url, data={**hidden(third), **numbers})  # sent twice
    assert again.status_code == 303
    with site.runtime.database.session() as session:
        survey = session.get(Survey, 1)
        end(session, site.settings, survey, survey.ends_on + timedelta(days=1))
        (response,) = read_responses(session, site.settings, survey)
    assert response.answers == {"life.1": 8, "life.2": None, "djg6.1": 3}
    assert (response.age_band, response.sex, response.helped) == ("75+", "woman", True)
    assert response.mode == "paper"


def test_typing_once_is_not_enough_whatever_stage_is_claimed(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session)
        session.commit()
    url = f"{HOME}/1/invoeren"
    claimed = {**hidden(site.get("board", url)), "stage": "third", "life.1": "8", "consent": "1"}
    second = site.browser("board").post(url, data=claimed)
    assert (second.status_code, hidden(second)["stage"]) == (200, "second")
    with site.runtime.database.session() as session:
        assert session.query(SurveyResponse).count() == 0


def test_a_code_that_was_used_on_the_web_is_refused_on_paper(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters")
        (code,) = running.make_codes(session, survey, 1, TODAY)
        session.commit()
    url = f"{HOME}/1/invoeren"
    browser, first = site.browser("board"), site.get("board", url)
    typed = {"life.1": "8", "code": "aaaa-bbbb-cccc"}
    second = browser.post(url, data={**hidden(first), **typed, "consent": "1"})
    refused = browser.post(url, data={**hidden(second), **typed})
    assert refused.status_code == 422
    assert "al gebruikt" in refused.text
    assert browser.post(url, data={**hidden(refused), **typed, "code": ""}).status_code == 422
    assert browser.post(url, data={**hidden(refused), **typed, "code": code}).status_code == 303


def test_typing_in_is_over_when_all_is_in(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, ends_on=TODAY - timedelta(days=1), sealed_on=TODAY)
        session.commit()
    assert site.get("board", f"{HOME}/1/invoeren").status_code == 409


STATEMENTS = [f"Zin {at}" for at in range(22)]


def test_a_licensed_list_opens_when_the_board_typed_it_in(site):
    url = f"{HOME}/licentie"
    data = {"licence": "De makers, mei", "items": "\n".join(STATEMENTS), "answers": "nooit\nsoms\naltijd"}
    assert "Vraag hun eerst toestemming" in site.get("board", url).text
    assert site.post("supporter", url, {**data, "sure": "1"}).status_code == 403
    assert site.post("board", url, data).status_code == 422
    assert site.post("board", url, {**data, "sure": "1", "items": "Zin"}).status_code == 422
    assert "PH22)" not in re.sub(r"<a .*?</a>", "", site.get("board", f"{HOME}/nieuw").text)
    assert site.post("board", url, {**data, "sure": "1"}).status_code == 303
    assert "PH22) (22 vragen)" in site.get("board", f"{HOME}/nieuw").text
    made = site.post(
        "board", f"{HOME}/nieuw", form(instruments=["ph22"], **{"own.0.text": "", "own.0.answers": ""})
    )
    assert made.status_code == 303
    site.post("board", f"{HOME}/1/vast")
    site.post("board", url, {"do": "away"})
    assert "Zin 21" in site.get("board", f"{HOME}/1").text
    assert "PH22) (22" not in site.get("board", f"{HOME}/nieuw").text


INCOMPLETE = [
    {"items": STATEMENTS[:21]},
    {"items": STATEMENTS[:21] + STATEMENTS[:1]},
    {"answers": ["ja"]},
    {"answers": []},
    {"licence": ""},
    {"licence": None},
]


def test_a_licence_that_is_incomplete(session):
    for changes in INCOMPLETE:
        data = {"licence": "De makers", "items": STATEMENTS, "answers": ["slecht", "goed"], **changes}
        with pytest.raises(InvalidInput):
            licences.confirm(session, data, by="Jo", today=TODAY)
