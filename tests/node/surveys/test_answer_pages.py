"""Answering in a browser without scripts: one question a screen, back and forth, no cookie, no trace."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from node.gatherings.service import local_today
from node.surveys import running
from node.surveys.models import SurveyResponse
from node.surveys.responses import end, read_responses

TODAY = local_today()


def hidden(page):
    """What the form of a screen sends along by itself."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    kept = {name: value for name, value in found if name != "next"}
    chosen = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked>', page.text)
    return {**kept, **dict(chosen)}


def press(browser, page, go="next", **chosen):
    path = re.search(r'<form method="post" action="(/vragen[^"]*)"', page.text).group(1)
    return browser.post(path, data={**hidden(page), **chosen, "go": go})


def kept(site, survey_id):
    """The answers, as they are when the survey is over."""
    with site.runtime.database.session() as session:
        survey = session.get(running.Survey, survey_id)
        end(session, site.settings, survey, survey.ends_on + timedelta(days=1))
        return read_responses(session, site.settings, survey)


@pytest.fixture
def asked(site, make_survey):
    """A survey with one instrument, open by link."""
    with site.runtime.database.session() as session:
        survey = make_survey(session, instruments=["life"])
        session.commit()
        return survey


def test_a_whole_walk(site, asked):
    browser = site.app.test_client()
    page = browser.get("/vragen/abcd2345")
    for words in (
        "Hoe gaat het?",
        "5 korte vragen",
        "Wat wij beloven",
        "12 maanden",
        "Het bestuur van",
        "één keer",
    ):
        assert words in page.text
    page = press(browser, page)
    assert page.status_code == 422
    assert "Zonder uw toestemming" in page.text
    page = press(browser, page, consent="1")
    assert "Vraag 1 van 5" in page.text
    page = press(browser, page)
    assert page.status_code == 422
    assert "Kies een antwoord" in page.text
    page = press(browser, page, **{"life.1": "8"})
    page = press(browser, page, **{"life.2": "-"})
    assert "Hoe oud bent u?" in page.text
    page = press(browser, page, "back")
    assert "Vraag 2 van 5" in page.text
    assert re.search(r'name="life.2" value="-" checked', page.text)
    page = press(browser, press(browser, page, "back"), **{"life.1": "9"})
    page = press(browser, page)
    for name, value in (("age", "75+"), ("sex", "woman"), ("helped", "yes")):
        page = press(browser, page, **{name: value})
    assert "laatste vraag" in page.text
    answer = press(browser, page, "send")
    assert answer.headers["Location"] == "/vragen/abcd2345/bedankt"
    assert press(browser, page, "send").status_code == 303  # pressed twice
    end_page = browser.get("/vragen/abcd2345/bedankt")
    assert "Dank u wel" in end_page.text
    assert "0343 12 34 56" in end_page.text
    (response,) = kept(site, asked.id)
    assert response.answers == {"life.1": 9, "life.2": None}
    assert (response.age_band, response.sex, response.helped, response.mode) == ("75+", "woman", True, "web")
    assert response.consent == "1"


def test_no_cookie_and_the_browser_forgets_at_the_end(site, asked):
    browser = site.app.test_client()
    page = browser.get("/vragen/abcd2345")
    pages = [page, browser.get("/vragen"), browser.get("/vragen/abcd2345/bedankt")]
    assert pages[2].headers["Clear-Site-Data"] == '"cache"'
    pages.append(press(browser, page, consent="1"))
    pages.append(browser.post("/vragen", data={"code": "wrong"}))
    for each in pages:
        assert "Set-Cookie" not in each.headers
        assert each.headers["Cache-Control"] == "private, no-cache"
        assert "csrf_token" not in each.text


def test_who_is_signed_in_is_neither_shown_nor_kept(site, asked):
    site.get("board", "/account")
    page = site.browser("board").get("/vragen/abcd2345")
    assert "Test board" not in page.text
    assert "Uitloggen" not in page.text


def test_on_a_screen_with_answers_nothing_leads_away_by_accident(site, asked):
    browser = site.app.test_client()
    page = press(browser, browser.get("/vragen/abcd2345"), consent="1")
    assert page.text.count("<form") == 1
    assert 'class="site-nav"' not in page.text


def test_a_letter_opens_by_its_picture_and_by_its_code(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters", instruments=["life"])
        code, other = running.make_codes(session, survey, 2, TODAY)
        session.commit()
    browser = site.app.test_client()
    assert "Deze code kennen wij niet" in browser.post("/vragen", data={"code": "abcd"}).text
    page = browser.post("/vragen", data={"code": other.upper()})
    assert "Hoe gaat het?" in page.text
    page = browser.get("/vragen/abcd2345")
    assert press(browser, page, consent="1").status_code == 422
    page = browser.get(f"/vragen/abcd2345/{code}")
    assert f'value="{code}"' in page.text
    page = press(browser, page, consent="1", code=code)
    for name in ("life.1", "life.2", "age", "sex", "helped"):
        page = press(browser, page, **{name: "-" if name != "life.1" else "3"})
    assert press(browser, page, "send").status_code == 303
    again = press(browser, browser.get(f"/vragen/abcd2345/{code}"), consent="1", code=code)
    assert again.status_code == 422
    assert "al gebruikt" in again.text
    (response,) = kept(site, survey.id)
    assert (response.age_band, response.sex, response.helped) == (None, None, None)


def test_no_code_of_a_letter_is_logged(site, make_survey, capsys):
    site.get("", "/vragen/unknown1/abcd-efgh-jkmn")
    told = capsys.readouterr()
    assert "request.refused" in told.out + told.err
    assert "abcd-efgh" not in told.out + told.err


def test_what_a_browser_makes_up_is_left_out(site, asked):
    browser = site.app.test_client()
    page = browser.get("/vragen/abcd2345")
    strange = {"life.1": "99", "djg6.1": "1", "step": "nowhere", "age": "43", "name": "Jan", "consent": "1"}
    page = press(browser, page, **strange)
    assert "Vraag 1 van 5" in page.text
    assert "Jan" not in page.text
    assert "djg6" not in page.text
    sent = press(browser, page, "send", step="send")
    assert sent.status_code == 422
    assert "nog geen antwoord" in sent.text
    with site.runtime.database.session() as session:
        assert session.query(SurveyResponse).count() == 0


def test_without_consent_nothing_is_sent_whatever_step_is_claimed(site, asked):
    browser = site.app.test_client()
    sent = browser.post("/vragen/abcd2345", data={"step": "send", "go": "send", "life.1": "7"})
    assert sent.status_code == 422
    assert "Zonder uw toestemming" in sent.text


def test_outside_its_days(site, make_survey):
    outside = (
        ({"starts_on": TODAY + timedelta(days=2)}, "U kunt antwoorden vanaf"),
        ({"ends_on": TODAY - timedelta(days=1)}, "gesloten"),
        ({"cancelled_on": TODAY}, "gestopt"),
    )
    browser = site.app.test_client()
    for at, (changes, words) in enumerate(outside):
        with site.runtime.database.session() as session:
            make_survey(session, key=f"survey{at}", **changes)
            session.commit()
        assert words in browser.get(f"/vragen/survey{at}").text
        assert words in browser.post(f"/vragen/survey{at}", data={"go": "next"}).text


def test_a_draft_and_a_wrong_address_are_not_there(site, make_survey):
    with site.runtime.database.session() as session:
        make_survey(session, opened_on=None)
        session.commit()
    browser = site.app.test_client()
    for path in ("/vragen/abcd2345", "/vragen/nothing", "/vragen/nothing/bedankt"):
        assert browser.get(path).status_code == 404


def test_marks_of_the_village_are_shown_as_text(site, make_survey):
    own = [{"text": "<b>Eet u mee?</b>", "answers": ["<i>ja</i>", "nee"]}]
    with site.runtime.database.session() as session:
        make_survey(session, title="<script>x", instruments=[], own_questions=own)
        session.commit()
    browser = site.app.test_client()
    page = browser.get("/vragen/abcd2345")
    assert "<script>x" not in page.text
    page = press(browser, page, consent="1")
    assert "<b>Eet" not in page.text
    assert "&lt;i&gt;ja" in page.text
