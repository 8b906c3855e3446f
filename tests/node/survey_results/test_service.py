"""Results are reckoned once, hold when the answers are gone, and go before the board as counts."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.replica.figures import list_figures
from node.gatherings.service import local_today
from node.outcomes import closing
from node.outcomes.figure_table import choose
from node.outcomes.models import Measurement
from node.outcomes.noise import draw
from node.outcomes.periods import period_of
from node.outcomes.service import approve
from node.survey_results import jobs, service
from node.survey_results.models import SurveyResult
from node.surveys import responses
from node.surveys.models import Survey, SurveyResponse
from node.surveys.responses import Response
from node.surveys.scoring import cohesion_points, loneliness
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.survey_results.conftest import CONTENT, LONELY, people


@pytest.fixture
def writing(site):
    """A writing session."""
    with site.runtime.database.session() as session:
        yield session


def reckon(site, session, survey):
    return service.reckon_once(session, site.settings, survey, local_today())


def test_what_is_told_is_what_was_answered(site, writing, finished):
    survey = finished(writing)
    table = reckon(site, writing, survey).table
    assert (table["answered"], table["asked"], table["invited"]) == (140, 900, 900)
    assert table["mode"] == "mixed"
    by_code = {each["code"]: each for each in table["measures"]}
    assert list(by_code)[:2] == ["life.1", "life.2"]
    assert {"djg6", "djg6.emotional", "djg6.social", "cohesion6", "own.1"} <= by_code.keys()
    lonely = by_code["djg6"]
    assert lonely["number"] == 140
    assert sum(each["value"] for each in lonely["classes"]) in (99, 100, 101)
    assert 25 < lonely["cut"]["value"] < 65
    assert 0 < lonely["cut"]["margin"] < 15
    assert 1 < lonely["mean"]["value"] < 4
    assert by_code["own.1"]["mean"] is None
    assert [each["word"] for each in by_code["own.1"]["classes"]] == ["Ja", "Nee"]


def test_weights_bring_the_village_back_in_balance(site, writing, finished):
    """All over 75 are lonely and answered most; they are 80 of 900 people."""
    old = [Response(LONELY, "75+", sex) for sex in ("woman", "man") for _ in range(30)]
    young = [
        Response(CONTENT if at % 3 else LONELY, band, sex)
        for band in ("18-39", "40-64", "65-74")
        for sex in ("woman", "man")
        for at in range(12)
    ]
    table = reckon(site, writing, finished(writing, given=old + young, instruments=["djg6"])).table
    (lonely, *_rest) = table["measures"]
    assert table["weighting"]["is_used"]
    plain = 100 * (60 + 24) / 132
    told = lonely["cut"]["value"]
    assert plain > 60
    assert told < 50
    groups = {each["code"]: each for each in lonely["groups"]}
    assert groups["75+"]["cut"] is None, "all of a group is told of nobody"


def test_a_few_who_say_no_age_hide_no_group_and_are_told_apart_by_nobody(site, writing, finished):
    """Two silent people of 122, both strongly lonely: the groups are shown, and hold all 122."""
    known = [
        Response(LONELY if at % 3 == 0 else CONTENT, band, sex)
        for band in ("18-39", "40-64", "75+")
        for sex in ("woman", "man")
        for at in range(20)
    ]
    given = [*known, Response(LONELY, None, "man"), Response(LONELY, None, "woman")]
    (told, *_rest) = reckon(site, writing, finished(writing, given=given, instruments=["djg6"])).table[
        "measures"
    ]
    shown = {row["code"]: row["cut"] for row in told["groups"] if row["kind"] == "age"}
    assert all(shown[band] for band in ("18-39", "40-64", "75+"))
    assert shown["65-74"] is None
    plain = 100 * 14 / 40  # the third, rounded: 14 of 40 of each band are lonely
    assert max(each["value"] for each in shown.values() if each) > plain


def test_of_who_answered_only_small_cells_are_hidden(site, writing, finished):
    counts = {("18-39", "woman"): 3, ("18-39", "man"): 12, ("40-64", "woman"): 21, ("75+", "man"): 40}
    given = [Response(CONTENT, *cell) for cell, count in counts.items() for _ in range(count)]
    told = reckon(site, writing, finished(writing, given=given, instruments=["djg6"])).table["response"]
    about = {(row["age"], row["sex"]): row["answered"] for row in told}
    assert about["75+", "man"] == 40
    assert about["40-64", "woman"] == 20
    assert about["18-39", "woman"] is None
    whole = reckon(
        site, writing, finished(writing, key="whole", given=[*given, *given[-6:]] * 2, instruments=["djg6"])
    )
    assert sum(row["answered"] is None for row in whole.table["response"]) == 4 + 1
    assert {row["asked"] for row in told} == {150, 200, 60, 50, 30}


def test_many_who_say_no_age_stay_apart_and_are_guarded_by_a_group(site, writing, finished):
    known = [
        Response(LONELY if at % 2 else CONTENT, band, sex)
        for band in ("40-64", "75+")
        for sex in ("woman", "man")
        for at in range(30)
    ]
    given = known + [Response(LONELY, None, "man") for _ in range(20)]
    (told, *_rest) = reckon(site, writing, finished(writing, given=given, instruments=["djg6"])).table[
        "measures"
    ]
    shown = {row["code"]: row["cut"] for row in told["groups"] if row["kind"] == "age"}
    assert [code for code, cut in shown.items() if cut] == ["40-64"]


def test_results_are_reckoned_once_and_never_again(site, writing, finished, answer):
    survey = finished(writing)
    first = json.loads(json.dumps(reckon(site, writing, survey).table))
    responses.empty(writing, survey, local_today())
    assert reckon(site, writing, survey).table == first
    assert writing.query(SurveyResult).count() == 1


def test_nothing_is_told_before_all_answers_are_in(site, writing, make_survey):
    open_one = make_survey(writing)
    with pytest.raises(Conflict):
        reckon(site, writing, open_one)
    over = make_survey(
        writing,
        key="over",
        starts_on=local_today() - timedelta(days=9),
        ends_on=local_today() - timedelta(days=1),
    )
    with pytest.raises(Conflict):  # paper may still be typed in
        reckon(site, writing, over)
    with pytest.raises(NotFound):
        service.get_result(writing, over.id)
    assert service.reckon_due(writing, site.settings, local_today()) == 0


def test_answers_that_were_deleted_first_give_no_results(site, writing, finished):
    survey = finished(writing)
    responses.empty(writing, survey, local_today())
    with pytest.raises(Conflict):
        reckon(site, writing, survey)
    assert service.reckon_due(writing, site.settings, local_today()) == 0


def test_the_job_reckons_what_ended(site, writing, finished):
    survey = finished(writing, 40)
    writing.commit()
    jobs.sweep()
    jobs.sweep()
    with site.runtime.database.session() as session:
        assert service.get_result(session, survey.id).table["answered"] == 40


def test_a_survey_that_cannot_be_reckoned_holds_up_no_other(site, writing, finished):
    broken, sound = finished(writing, 40), finished(writing, 40, key="sound")
    row = writing.scalars(select(SurveyResponse).filter_by(survey_id=broken.id)).first()
    row.sealed = "bm8gYW5zd2VyIG9mIGFueWJvZHk="
    assert service.reckon_due(writing, site.settings, local_today()) == 1
    assert service.get_result(writing, sound.id).table["answered"] == 40


@pytest.mark.parametrize("count", [0, 1, 9])
def test_of_few_answers_nothing_but_their_number_is_told(site, writing, finished, count):
    table = reckon(site, writing, finished(writing, count)).table
    assert table["answered"] == count
    for measure in table["measures"]:
        assert measure["mean"] is None
        assert all(each["value"] is None for each in measure["classes"])
        assert all(each["mean"] is None and each["cut"] is None for each in measure["groups"])
        assert measure["cut"] is None or measure["cut"]["value"] is None
    assert all(each["answered"] in (None, 5) for each in table["response"])


def test_the_table_holds_nothing_of_one_person(site, writing, finished):
    """No list in it is as long as the answers, and no score nor background is in it."""
    table = reckon(site, writing, finished(writing)).table

    def walk(part):
        if isinstance(part, dict):
            for each in part.values():
                yield from walk(each)
        elif isinstance(part, list):
            yield len(part)
            for each in part:
                yield from walk(each)

    assert max(walk(table)) < 20


def test_figures_go_before_the_board_as_counts_with_how_many_answered(site, writing, finished):
    survey = finished(writing, example_data=True)
    result = reckon(site, writing, survey)
    offered = [each.indicator for each in service.candidates(writing, result)]
    assert offered[:2] == ["nl:happy", "nl:life_mark"]
    prepared = service.prepare_release(
        writing,
        site.settings,
        survey,
        ["nl:lonely", "nl:cohesion"],
        prepared_by=2,
        today=local_today(),
    )
    given = list(people(140))
    scores = [loneliness(each.answers).total for each in given]
    points = [cohesion_points(each.answers) for each in given]
    told = {each.indicator: (each.raw_value, each.denominator) for each in prepared}
    assert told["nl:lonely"] == (sum(score >= 2 for score in scores), 140)
    assert told["nl:cohesion"] == (sum(points), 140)
    assert all(each.example_data and not each.is_released for each in prepared)
    assert {(each.period_start, each.period_end) for each in prepared} == {(survey.starts_on, survey.ends_on)}
    again = service.prepare_release(
        writing, site.settings, survey, ["nl:lonely"], prepared_by=2, today=local_today()
    )
    assert again[0].id in [each.id for each in prepared]
    assert len(writing.scalars(select(Measurement)).all()) == 2


@pytest.mark.parametrize("chosen", [[], ["nl:members"], ["nl:lonely", "x"]])
def test_only_what_was_asked_can_be_prepared(site, writing, finished, chosen):
    survey = finished(writing, 40)
    reckon(site, writing, survey)
    with pytest.raises(InvalidInput):
        service.prepare_release(writing, site.settings, survey, chosen, prepared_by=2, today=local_today())


def test_no_number_tells_who_skipped_a_question(site, writing, finished):
    """Of 120 people one skips loneliness, two their mark: all figures are of the 117 who skipped nothing."""
    given = list(people(120))
    given[0].answers.update(dict.fromkeys(LONELY))
    for each in given[1:3]:
        each.answers["life.1"] = None
    survey = finished(writing, given=given, instruments=["life", "djg6"], own_questions=[])
    result = reckon(site, writing, survey)
    assert {each["number"] for each in result.table["measures"]} == {120}
    assert {each.number for each in service.candidates(writing, result)} == {117}
    chosen = ["nl:happy", "nl:lonely"]
    prepared = service.prepare_release(
        writing, site.settings, survey, chosen, prepared_by=2, today=local_today()
    )
    assert [each.denominator for each in prepared] == [117, 117]
    happy, lonely = (each.raw_value for each in prepared)
    assert happy == sum(each.answers["life.1"] >= 7 for each in given[3:])
    assert lonely == sum(loneliness(each.answers).total >= 2 for each in given[3:])


def test_what_people_answered_is_never_said_to_be_not_counted(site, writing, finished):
    """The table has the days of a survey, and closing them waits for what enough people answered."""
    today, survey = local_today(), finished(writing, 40, instruments=["djg6"])
    days = period_of(survey.starts_on, survey.ends_on)
    choose(writing, ["nl:lonely", "nl:cohesion"], chosen_by=1, today=today)
    with pytest.raises(InvalidInput):  # days of nothing yet
        closing.close(writing, site.settings, days, said_by=1, today=today)
    reckon(site, writing, survey)
    assert days in closing.closable(writing, today)
    states = {line.indicator.code: line.state for line in closing.table_of(writing, days)}
    assert states == {"nl:lonely": "counted", "nl:cohesion": "open"}
    with pytest.raises(Conflict):
        closing.close(writing, site.settings, days, said_by=1, today=today)
    (measured,) = service.prepare_release(
        writing, site.settings, survey, ["nl:lonely"], prepared_by=2, today=today
    )
    approve(writing, site.settings, measured, approved_by=1, noise=draw)
    assert closing.close(writing, site.settings, days, said_by=1, today=today) == 1


def test_of_fewer_than_thirty_nothing_can_be_released(site, writing, finished):
    survey = finished(writing, 29)
    assert service.candidates(writing, reckon(site, writing, survey)) == []


def test_when_the_answers_are_gone_nothing_new_can_be_prepared(site, writing, finished):
    survey = finished(writing, 40)
    reckon(site, writing, survey)
    responses.empty(writing, survey, local_today())
    with pytest.raises(Conflict):
        service.prepare_release(
            writing, site.settings, survey, ["nl:lonely"], prepared_by=2, today=local_today()
        )


def test_of_two_who_reckon_at_once_both_get_the_same(site, finished):
    with site.runtime.database.session() as session:
        number = finished(session, 60).id
        session.commit()
    told, start = [], threading.Barrier(2)

    def one():
        with site.runtime.database.session() as session:
            start.wait(20)
            result = reckon(site, session, session.get(Survey, number))
            session.commit()
            told.append(result.table["answered"])

    both = [threading.Thread(target=one) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(40)
    assert told == [60, 60]
    with site.runtime.database.session() as session:
        assert session.query(SurveyResult).count() == 1


def test_a_neighbour_reads_a_share_with_its_margin_and_nothing_else_of_the_survey(
    site, writing, finished, neighbour
):
    survey = finished(writing, 90)
    reckon(site, writing, survey)
    (measured,) = service.prepare_release(
        writing, site.settings, survey, ["nl:lonely"], prepared_by=2, today=local_today()
    )
    release = approve(writing, site.settings, measured, approved_by=1, noise=draw)
    ours = site.village(writing)
    assert neighbour.hears(ours)
    (figure,) = list_figures(neighbour.session)
    assert (figure.value, figure.denominator, figure.indicator) == (release.value, 90, "nl:lonely")
    assert (figure.period_start, figure.period_end) == (survey.starts_on, survey.ends_on)
    assert survey.title not in json.dumps(ours.sent())
