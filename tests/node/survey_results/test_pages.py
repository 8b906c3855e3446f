"""Results in the browser, as a file and through the API; and nobody else sees them."""

from __future__ import annotations

import pytest

from node.gatherings.service import local_today
from node.outcomes.models import Measurement
from node.survey_results import service
from node.surveys import responses
from node.surveys.models import Survey

HOME = "/cijfers/uitslagen"
API = "/api/v1/survey-results"


@pytest.fixture
def told(site, finished):
    """A function that makes a survey with its results; gives its number."""

    def make(count=140, **changes):
        with site.runtime.database.session() as session:
            survey = finished(session, count, **changes)
            service.reckon_once(session, site.settings, survey, local_today())
            session.commit()
            return survey.id

    return make


def test_the_results_are_reckoned_read_printed_and_put_before_the_board(site, finished):
    with site.runtime.database.session() as session:
        number = finished(session).id
        session.commit()
    assert "Alle antwoorden zijn binnen" in site.get("supporter", HOME).text
    assert site.post("supporter", f"{HOME}/{number}/rekenen").status_code == 303
    assert "140 mensen antwoordden" in site.get("board", HOME).text
    page = site.get("board", f"{HOME}/{number}").text
    assert "procent (±" in page
    assert "is eenzaam." in page
    assert "Geschat met een model, niet geteld" in page
    assert "Komt u op de markt?" in page
    assert "De antwoorden worden gewist op" in page
    chosen = {"indicators": ["nl:lonely", "nl:happy"]}
    assert site.post("supporter", f"{HOME}/{number}/naar-bestuur", chosen).status_code == 303
    page = site.get("supporter", f"{HOME}/{number}").text
    assert "2 cijfers liggen klaar" in page
    assert page.count("Ligt bij het bestuur") == 2
    with site.runtime.database.session() as session:
        assert session.query(Measurement).count() == 2


def test_nobody_reads_the_exact_number_of_a_survey_not_even_who_approves(site, told):
    number = told()
    site.post("supporter", f"{HOME}/{number}/naar-bestuur", {"indicators": ["nl:very_lonely"]})
    with site.runtime.database.session() as session:
        measured = session.query(Measurement).one()
        raw, place = measured.raw_value, measured.id
        measured.raw_value = 7391
        session.commit()
    assert 0 < raw < 140
    for path in ("/cijfers", f"/cijfers/{place}/goedkeuren", f"{HOME}/{number}"):
        page = site.get("board", path)
        assert page.status_code == 200
        assert "7391" not in page.text.replace(".", "")


@pytest.mark.parametrize("form", [{}, {"indicators": "nl:members"}])
def test_a_wrong_choice_is_told(site, told, form):
    number = told(40)
    answer = site.post("board", f"{HOME}/{number}/naar-bestuur", form)
    assert answer.status_code == 422
    assert "lijst" in answer.text


def test_of_few_answers_the_page_says_so(site, told):
    page = site.get("board", f"{HOME}/{told(8)}").text
    assert "Te weinig antwoorden om dit veilig te laten zien" in page
    assert "Minstens 30 mensen" in page
    assert "procent (±" not in page


def test_the_file_holds_what_the_page_shows(site, told):
    answer = site.get("board", f"{HOME}/{told(title='=1+1')}.csv")
    assert answer.mimetype == "text/csv"
    assert "'=1+1" in answer.text
    lines = answer.text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("survey;first_day")
    (lonely,) = [line.split(";") for line in lines if ";djg6;" in line and ";;some;" in line]
    assert lonely[9] == "140"


def test_marks_in_titles_are_shown_as_text(site, told):
    own = [{"text": "<b onclick=x>", "answers": ["<i>ja</i>", "nee"]}]
    number = told(title="<script>1</script>", own_questions=own)
    for path in (HOME, f"{HOME}/{number}"):
        page = site.get("board", path).text
        assert "<script>1" not in page
        assert "<b onclick" not in page
        assert "<i>ja" not in page


def test_strangers_and_members_see_nothing(site, told):
    number = told(40)
    for role in ("", "member"):
        for path in (HOME, f"{HOME}/{number}", f"{HOME}/{number}.csv"):
            assert site.get(role, path).status_code in {302, 403}
        for path in (f"{HOME}/{number}/rekenen", f"{HOME}/{number}/naar-bestuur"):
            assert site.post(role, path, {"indicators": "nl:lonely"}).status_code in {302, 403}
    assert site.app.test_client().get(API).status_code in {401, 403}


def test_what_does_not_exist_or_is_too_early_is_said(site, make_survey):
    with site.runtime.database.session() as session:
        number = make_survey(session).id
        session.commit()
    for path in (f"{HOME}/999", f"{HOME}/{number}", f"{HOME}/{number}.csv"):
        assert site.get("board", path).status_code == 404
    assert site.post("board", f"{HOME}/{number}/rekenen").status_code == 409
    assert site.post("board", f"{HOME}/999/rekenen").status_code == 404


def test_two_surveys_are_one_trend_and_another_way_of_asking_breaks_it(site, told):
    told(seed=3, days_ago=400, key="one", instruments=["djg6"])
    told(seed=4, days_ago=200, key="two", instruments=["djg6"])
    with site.runtime.database.session() as session:
        given = [
            responses.Response(each.answers, each.age_band, each.sex, "paper")
            for survey in session.query(Survey).filter_by(key="two")
            for each in responses.read_responses(session, site.settings, survey)
        ]
    last = told(given=given, days_ago=5, key="three", instruments=["djg6"])
    page = site.get("board", f"{HOME}/{last}").text
    assert "anders gevraagd, dus niet te vergelijken" in page
    assert "geen duidelijk verschil" in page
    assert 'class="break"' in page
    head = site.token("board")
    points = site.app.test_client().get(f"{API}/trend?measure=djg6", headers=head).json["items"]
    assert [each["isBreak"] for each in points] == [False, False, True]
    assert [each["mode"] for each in points] == ["mixed", "mixed", "paper"]
    assert points[2]["differs"] is None


def test_loneliness_of_six_and_eleven_questions_never_stand_together(site, told):
    told(instruments=["djg6"])
    api, head = site.app.test_client(), site.token("board")
    for other in ("djg11", "ucla", "cohesion6"):
        answer = api.get(f"{API}/trend?measure=djg6&beside={other}", headers=head)
        assert answer.status_code == 409, other
    assert api.get(f"{API}/trend?measure=djg6&beside=djg6.social", headers=head).status_code == 200
    assert api.get(f"{API}/trend", headers=head).status_code == 422


def test_programs_read_the_same_and_put_figures_before_the_board(site, finished):
    with site.runtime.database.session() as session:
        number = finished(session).id
        session.commit()
    api, head = site.app.test_client(), site.token("supporter")
    assert api.get(f"{API}/{number}", headers=head).status_code == 404
    first = api.post(f"{API}/{number}", headers=head)
    assert first.status_code == 200
    assert api.post(f"{API}/{number}", headers=head).json == first.json
    assert api.get(API, headers=head).json["items"] == [first.json]
    by_code = {each["code"]: each for each in first.json["measures"]}
    assert by_code["djg6"]["cut"]["code"] == "some"
    assert by_code["djg6"]["references"][0]["source"].startswith("Gezondheidsmonitor")
    assert any(each["isModelled"] for each in by_code["djg6"]["references"])
    assert by_code["own.1"]["references"] == []
    assert first.json["weighting"]["isUsed"]
    body = {"indicators": ["nl:cohesion"]}
    made = api.post(f"{API}/{number}/release", json=body, headers=head)
    assert made.status_code == 201
    assert len(made.json["measurements"]) == 1
    for wrong in ({}, {"indicators": []}, {"indicators": ["nl:members"]}, {"indicators": "x"}):
        assert api.post(f"{API}/{number}/release", json=wrong, headers=head).status_code == 422
    reader = site.token("supporter", "read")
    assert api.post(f"{API}/{number}/release", json=body, headers=reader).status_code == 403
