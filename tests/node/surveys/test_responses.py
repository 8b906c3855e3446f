"""Answers as they lie in the database: unreadable, without order, and read only when a survey is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from node.gatherings.service import local_today
from node.surveys.models import SurveyCode, SurveyResponse
from node.surveys.responses import (
    Response,
    count_responses,
    empty,
    end,
    keep_response,
    read_responses,
    was_kept,
)
from schemas.errors import AppError, Conflict

LATER = timedelta(days=30)


def fill(session, site, survey, count):
    for at in range(count):
        response = Response({"life.1": at % 10 + 1, "djg6.1": None}, "75+", "woman", consent="1")
        assert keep_response(session, site.settings, survey, response, f"ticket {at}")


def test_answers_are_read_when_it_is_over_and_not_before(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        fill(session, site, survey, 12)
        with pytest.raises(Conflict):
            read_responses(session, site.settings, survey)
        with pytest.raises(Conflict):
            end(session, site.settings, survey, survey.ends_on)
        end(session, site.settings, survey, local_today() + LATER)
        with pytest.raises(Conflict):
            end(session, site.settings, survey, local_today() + LATER)
        found = read_responses(session, site.settings, survey)
        assert sorted(each.answers["life.1"] for each in found) == sorted(at % 10 + 1 for at in range(12))
        assert {each.age_band for each in found} == {"75+"}
        assert {each.answers["djg6.1"] for each in found} == {None}


def test_a_form_that_is_sent_twice_counts_once(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        assert not was_kept(session, site.settings, "one")
        assert keep_response(session, site.settings, survey, Response({"life.1": 7}), "one")
        assert not keep_response(session, site.settings, survey, Response({"life.1": 8}), "one")
        assert was_kept(session, site.settings, "one")
        assert count_responses(session, survey) == 1


def test_the_database_shows_neither_answers_nor_how_many_questions_were_answered(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        keep_response(session, site.settings, survey, Response({"life.1": 7}, "75+", "woman"), "a")
        long = {f"djg6.{at}": 1 for at in range(1, 7)}
        keep_response(session, site.settings, survey, Response(long, mode="paper", helped=True), "b")
        rows = session.execute(text("SELECT * FROM survey_response")).all()
        assert len({len(row.sealed) for row in rows}) == 1
        assert not any(word in repr(rows) for word in ("djg6", "life", "woman", "75+", "paper"))
        assert set(rows[0]._fields) == {"id", "survey_id", "sealed"}  # no day, no hour, no address, no code


def test_rows_lie_in_an_order_that_tells_nothing(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        fill(session, site, survey, 30)
        end(session, site.settings, survey, local_today() + LATER)
        read = [each.answers["life.1"] for each in read_responses(session, site.settings, survey)]
        assert read != [at % 10 + 1 for at in range(30)]
        if session.get_bind().dialect.name == "sqlite":
            rows = session.execute(text("SELECT rowid AS place, id FROM survey_response")).all()
            assert all(row.place == row.id for row in rows)


def test_at_the_end_all_rows_are_other_rows_and_codes_are_gone(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        session.add(SurveyCode(code_hash="a" * 64, survey_id=survey.id))
        fill(session, site, survey, 20)
        before = {row.id: row.sealed for row in session.query(SurveyResponse)}
        later = local_today() + LATER
        end(session, site.settings, survey, later)
        session.commit()
        after = {row.id: row.sealed for row in session.query(SurveyResponse)}
        assert len(after) == 20
        assert not before.keys() & after.keys()
        assert not set(before.values()) & set(after.values())
        assert session.query(SurveyCode).count() == 0
        assert survey.answered == 20
        found = read_responses(session, site.settings, survey)
        assert sorted(each.answers["life.1"] for each in found) == sorted(at % 10 + 1 for at in range(20))


def test_emptied_answers_are_gone_and_their_number_stays(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        fill(session, site, survey, 3)
        empty(session, survey, local_today() + LATER)
        assert session.query(SurveyResponse).count() == 0
        assert count_responses(session, survey) == 3
        assert not survey.has_results
        survey.sealed_on = local_today()
        assert read_responses(session, site.settings, survey) == []
        assert not survey.has_results


def test_answers_of_one_survey_do_not_open_as_those_of_another(site, make_survey):
    with site.runtime.database.session() as session:
        one, other = make_survey(session), make_survey(session, key="other234")
        keep_response(session, site.settings, one, Response({"life.1": 7}), "a")
        session.query(SurveyResponse).one().survey_id = other.id
        other.sealed_on = local_today()
        session.flush()
        with pytest.raises(AppError, match="cannot be opened"):
            read_responses(session, site.settings, other)


def test_the_target_group_by_age_and_sex(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        assert survey.group_size == 900
        assert survey.group["75+"]["man"] == 30
        assert sum(len(sexes) for sexes in survey.group.values()) == 8
