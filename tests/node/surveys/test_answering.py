"""Making, fixing and ending a survey, and answering it: what is refused, and what happens once only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from node.gatherings.service import local_today
from node.surveys import planning, running
from node.surveys.answering import Form, send_in
from node.surveys.catalogue import CATALOGUE
from node.surveys.instruments import Asked
from node.surveys.models import SurveyCode, SurveyResponse
from node.surveys.questions import asked_in, items_in
from node.surveys.responses import count_responses, read_responses
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.surveys.conftest import GROUP, in_this_year, survey_form

TODAY = local_today()


def send(session, site, survey, answers=None, **changes):
    form = Form({"life.1": 7} if answers is None else answers, **{"ticket": "t", "consent": "1", **changes})
    send_in(session, site.settings, survey, form, TODAY)


WRONG = [
    ({"title": ""}, "title"),
    ({"instruments": []}, "instruments"),
    ({"instruments": ["djg6", "djg11"]}, "instruments"),
    ({"instruments": ["ph22"]}, "instruments"),
    ({"instruments": ["nothing"]}, "instruments"),
    ({"invited": 29}, "invited"),
    ({"invited": 901}, "invited"),
    ({"invited": "many"}, "invited"),
    ({"endsOn": (TODAY - timedelta(days=1)).isoformat(), "startsOn": TODAY.isoformat()}, "endsOn"),
    ({"endsOn": (TODAY + timedelta(days=200)).isoformat()}, "endsOn"),
    ({"startsOn": "2026-12-20", "endsOn": "2027-01-10"}, "endsOn"),
    ({"startsOn": "9999-12-01", "endsOn": "9999-12-31"}, "startsOn"),
    ({"startsOn": "tomorrow"}, "startsOn"),
    ({"access": "everybody"}, "access"),
    ({"subscaleRule": "mine"}, "subscaleRule"),
    ({"retentionMonths": 60}, "retentionMonths"),
    ({"group": {"75+": {"woman": -1, "man": 100}}}, "group"),
    ({"group": {"0-17": {"woman": 100, "man": 100}}}, "group"),
    ({"ownQuestions": [{"text": "Hoe heet u?", "answers": []}]}, "ownQuestions"),
    ({"ownQuestions": [{"text": "Eet u mee?", "answers": ["ja", "Ja"]}]}, "ownQuestions"),
    ({"ownQuestions": [{"text": "", "answers": ["ja", "nee"]}]}, "ownQuestions"),
    ({"ownQuestions": [{"text": "Mee?", "answers": ["ja", "nee"], "open": True}]}, "ownQuestions"),
]


def test_what_is_wrong_is_named(site):
    with site.runtime.database.session() as session:
        for changes, wrong in WRONG:
            with pytest.raises(InvalidInput) as error:
                planning.make(session, {**survey_form(), **changes}, by="Jo")
            assert wrong in error.value.fields, changes


def test_more_than_25_questions_are_split_in_two(site):
    own = [{"text": f"Vraag {at}", "answers": ["ja", "nee"]} for at in range(8)]
    chosen = {"instruments": ["life", "facilities", "cohesion6", "djg6"], "ownQuestions": own}
    with site.runtime.database.session() as session:
        assert planning.make(session, {**survey_form(), **chosen, "ownQuestions": own[:7]}, by="Jo")
        with pytest.raises(InvalidInput):
            planning.make(session, {**survey_form(), **chosen}, by="Jo")
    parts = [Asked(each.code, each.name, each.lead, each.items) for each in CATALOGUE.values()]
    first, second = planning.in_two(parts)
    assert len(items_in(first)) <= 25
    assert [*first, *second] == parts


def test_a_fixed_survey_keeps_its_questions(site):
    own = [{"text": "Eet u mee?", "answers": ["ja", "nee"]}]
    with site.runtime.database.session() as session:
        survey = planning.make(session, survey_form(ownQuestions=own), by="Jo")
        planning.change(session, survey, survey_form(ownQuestions=own, title="Anders"), revision=1)
        with pytest.raises(Conflict):
            planning.change(session, survey, survey_form(), revision=1)
        running.fix(session, survey, TODAY)
        session.commit()
        session.expire_all()
        asked = asked_in(session, survey)
        assert [part.code for part in asked] == ["life", "djg6", "own"]
        assert asked[0].items == CATALOGUE["life"].items
        assert asked[2].items[0].id == "own.1"
        with pytest.raises(Conflict):
            running.fix(session, survey, TODAY)
        with pytest.raises(Conflict):
            planning.change(session, survey, survey_form())
        running.unfix(session, survey)
        planning.change(session, survey, survey_form())


def tend(session, settings, day):
    """What the job does in an hour; how many surveys changed."""
    return running.empty_due(session, day) + running.end_over(session, settings, day)


def test_a_draft_that_was_put_away_is_gone_after_a_week(site):
    with site.runtime.database.session() as session:
        survey = planning.make(session, survey_form(), by="Jo")
        running.cancel(session, survey, TODAY)
        with pytest.raises(Conflict):
            running.fix(session, survey, TODAY)
        running.cancel(session, survey, TODAY, back=True)
        running.cancel(session, survey, TODAY)
        assert tend(session, site.settings, TODAY + timedelta(days=6)) == 0
        assert tend(session, site.settings, TODAY + timedelta(days=7)) == 1
        session.commit()
        with pytest.raises(NotFound):
            planning.get_survey(session, survey.id)


def test_a_change_that_is_refused_changes_nothing(site):
    with site.runtime.database.session() as session:
        survey = planning.make(session, survey_form(), by="Jo")
        session.commit()
        with pytest.raises(InvalidInput):
            planning.change(session, survey, survey_form(instruments=["djg6", "djg11"], title="Nieuw"))
        session.commit()
        assert (survey.title, survey.instruments) == ("Hoe gaat het?", ["life", "djg6"])


@pytest.mark.parametrize("missing", ["intro", "responsible"])
def test_nothing_is_asked_without_a_reason_and_somebody_responsible(site, missing):
    with site.runtime.database.session() as session:
        survey = planning.make(session, survey_form(**{missing: ""}), by="Jo")
        with pytest.raises(InvalidInput):
            running.fix(session, survey, TODAY)
        assert survey.is_draft


def test_a_code_lets_one_person_answer_once(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters")
        code, other = running.make_codes(session, survey, 2, TODAY)
        assert session.query(SurveyCode).filter(SurveyCode.code_hash.contains(code[:4])).count() == 0
        for wrong in ("", "aaaa-bbbb-cccc", code[:-1]):
            with pytest.raises(InvalidInput):
                send(session, site, survey, code=wrong)
        send(session, site, survey, code=code.upper().replace("-", " "))
        send(session, site, survey, code=code)  # the same form again
        with pytest.raises(InvalidInput):
            send(session, site, survey, code=code, ticket="another")
        send(session, site, survey, code=other, ticket="another")
        assert count_responses(session, survey) == 2
        assert running.count_codes(session, survey) == 0


def test_a_code_of_one_survey_opens_no_other(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters")
        other = make_survey(session, access="letters", key="other234")
        (code,) = running.make_codes(session, other, 1, TODAY)
        with pytest.raises(InvalidInput):
            send(session, site, survey, code=code)
        assert running.count_codes(session, other) == 1


def test_no_more_letters_than_people_and_lost_ones_lapse(site, make_survey):
    with site.runtime.database.session() as session:
        small = {"75+": {"woman": 20, "man": 20}}
        survey = make_survey(session, access="letters", group=small, invited=40)
        (code, *_rest) = running.make_codes(session, survey, 40, TODAY)
        for count in (0, 501, 1):
            with pytest.raises(InvalidInput):
                running.make_codes(session, survey, count, TODAY)
        assert running.withdraw_codes(session, survey) == 40
        with pytest.raises(InvalidInput):
            send(session, site, survey, code=code)
        with pytest.raises(Conflict):
            running.make_codes(session, make_survey(session, key="open2345"), 1, TODAY)


def test_an_open_link_takes_no_more_answers_than_there_are_people(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, group={"75+": {"woman": 1, "man": 1}}, invited=2)
        for at in range(2):
            send(session, site, survey, ticket=str(at))
        with pytest.raises(Conflict):
            send(session, site, survey, ticket="3")


NOT_KEPT = [
    ({"life.1": 11}, {}),
    ({"life.1": 0}, {}),
    ({"life.1": "7"}, {}),
    ({"life.1": True}, {}),
    ({"facilities.1": 7}, {}),
    ({"name": 1}, {}),
    ({}, {}),
    ({"life.1": None}, {}),
    ({"life.1": 7}, {"consent": ""}),
    ({"life.1": 7}, {"consent": "0"}),
    ({"life.1": 7}, {"age_band": "43"}),
    ({"life.1": 7}, {"sex": "Jan"}),
]


def test_what_was_not_asked_or_not_agreed_to_is_not_kept(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        for answers, changes in NOT_KEPT:
            with pytest.raises(InvalidInput):
                send(session, site, survey, answers, **changes)
        assert session.query(SurveyResponse).count() == 0


def test_nobody_answers_outside_its_days(site, make_survey):
    outside = (
        {"opened_on": None},
        {"cancelled_on": TODAY},
        {"starts_on": TODAY + timedelta(days=1)},
        {"ends_on": TODAY - timedelta(days=1)},
    )
    with site.runtime.database.session() as session:
        for at, changes in enumerate(outside):
            survey = make_survey(session, key=f"survey{at}", **changes)
            with pytest.raises(Conflict):
                send(session, site, survey)


def test_paper_is_typed_in_until_all_is_in(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, access="letters")
        one, other = running.make_codes(session, survey, 2, TODAY)
        survey.ends_on = TODAY - timedelta(days=1)
        session.flush()
        with pytest.raises(InvalidInput):  # forms that nobody got a letter for could be made up
            send(session, site, survey, by_team=True, mode="paper")
        send(session, site, survey, by_team=True, mode="paper", code=one)
        tend(session, site.settings, TODAY)
        assert survey.sealed_on is None
        assert running.to_end(session, TODAY) == [survey]
        assert running.to_end(session, survey.ends_on) == []
        tend(session, site.settings, TODAY + running.PAPER_TIME)
        assert survey.has_results
        assert running.to_end(session, TODAY) == []
        with pytest.raises(Conflict):
            send(session, site, survey, by_team=True, mode="paper", ticket="late", code=other)
        assert [each.mode for each in read_responses(session, site.settings, survey)] == ["paper"]


def test_who_saw_results_lets_nobody_else_answer(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        running.move_end(session, survey, TODAY, TODAY)
        running.move_end(session, survey, in_this_year(TODAY + timedelta(days=5)), TODAY)
        for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=300)):
            with pytest.raises(InvalidInput):
                running.move_end(session, survey, wrong, TODAY)
        with pytest.raises(Conflict):
            running.move_end(session, survey, TODAY + timedelta(days=9), TODAY + timedelta(days=6))


def test_no_last_day_lies_beyond_new_year(site, make_survey):
    day = date(2026, 12, 20)
    with site.runtime.database.session() as session:
        survey = make_survey(session, starts_on=day, ends_on=day)
        running.move_end(session, survey, date(2026, 12, 31), day)
        with pytest.raises(InvalidInput):
            running.move_end(session, survey, date(2027, 1, 1), day)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 3, 1), (date(2026, 3, 1), date(2026, 3, 28))),
        (date(2026, 12, 10), (date(2026, 12, 10), date(2026, 12, 31))),
        (date(2026, 12, 29), (date(2027, 1, 1), date(2027, 1, 28))),
    ],
)
def test_the_usual_days_lie_in_one_year(first, days):
    assert planning.in_one_year(first) == days


def test_asking_again_stays_within_one_year(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 31))
        draft = planning.again(session, survey, by="Jo", today=date(2026, 12, 31))
        assert (draft.starts_on, draft.ends_on) == (date(2027, 12, 3), date(2027, 12, 30))
        late = planning.again(session, survey, by="Jo", today=date(2027, 12, 12))
        assert (late.starts_on, late.ends_on) == (date(2027, 12, 12), date(2027, 12, 31))


def test_a_stopped_survey_comes_back_within_a_week_and_is_deleted_after(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        send(session, site, survey)
        running.cancel(session, survey, TODAY)
        tend(session, site.settings, TODAY + timedelta(days=6))
        running.cancel(session, survey, TODAY, back=True)
        assert count_responses(session, survey) == 1
        running.cancel(session, survey, TODAY)
        tend(session, site.settings, TODAY + timedelta(days=7))
        assert session.query(SurveyResponse).count() == 0
        with pytest.raises(Conflict):
            running.cancel(session, survey, TODAY, back=True)


def test_answers_are_deleted_when_their_months_are_over(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(
            session, ends_on=date(2026, 1, 10), starts_on=date(2026, 1, 1), retention_months=3
        )
        tend(session, site.settings, date(2026, 1, 30))
        assert survey.has_results
        assert running.deletes_on(survey) == date(2026, 4, 10)
        running.settle(session, survey, date(2026, 2, 28))
        assert tend(session, site.settings, date(2026, 4, 20)) == 0
        assert running.deletes_on(survey) == date(2026, 5, 28)
        tend(session, site.settings, date(2026, 5, 28))
        assert survey.emptied_on == date(2026, 5, 28)
        assert tend(session, site.settings, date(2026, 6, 28)) == 0
        with pytest.raises(Conflict):
            running.settle(session, survey, date(2026, 6, 1), back=True)


def test_no_press_keeps_answers_for_longer(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(
            session, ends_on=date(2026, 1, 10), starts_on=date(2026, 1, 1), retention_months=3
        )
        tend(session, site.settings, date(2026, 1, 30))
        running.settle(session, survey, date(2027, 1, 1))
        assert running.deletes_on(survey) == running.months_after(survey.ends_on + planning.LONGEST, 3)


def test_stopping_again_and_again_keeps_no_answers(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(
            session, ends_on=date(2026, 1, 10), starts_on=date(2026, 1, 1), retention_months=3
        )
        running.cancel(session, survey, date(2026, 1, 5))
        running.cancel(session, survey, date(2026, 1, 9))
        assert running.deletes_on(survey) == date(2026, 1, 12)
        running.cancel(session, survey, date(2026, 1, 9), back=True)
        running.cancel(session, survey, date(2026, 4, 8))
        assert running.deletes_on(survey) == date(2026, 4, 10)


def test_a_survey_that_cannot_be_read_holds_up_no_other(site, make_survey, capsys):
    with site.runtime.database.session() as session:
        broken = make_survey(session, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 10))
        session.add(SurveyResponse(id=1, survey_id=broken.id, sealed="bm8gYW5zd2VyIG9mIGFueWJvZHk="))
        old = make_survey(
            session, key="old", starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 10), retention_months=1
        )
        over = make_survey(session, key="over", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 10))
        session.commit()
        assert tend(session, site.settings, date(2026, 2, 1)) == 2
        session.commit()
        assert (broken.sealed_on, over.sealed_on) == (None, date(2026, 2, 1))
        assert old.emptied_on == date(2026, 2, 1)
        assert session.get(SurveyResponse, 1) is not None
    told = capsys.readouterr()
    assert "InvalidTag" not in told.out + told.err


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2026, 11, 30), 3, date(2027, 3, 1)),
        (date(2026, 5, 15), 12, date(2027, 5, 15)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later(day, months, later):
    assert running.months_after(day, months) == later


def test_asking_again_is_a_new_draft_of_a_year_later(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session)
        draft = planning.again(session, survey, by="Jo", today=TODAY)
        assert draft.is_draft
        assert draft.key != survey.key
        assert draft.instruments == survey.instruments
        assert (draft.starts_on - survey.starts_on).days >= 364
        assert draft.group == GROUP
