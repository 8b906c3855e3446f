"""Several people at once: a code lets one in, a form counts once, and no more answers than people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from node.gatherings.service import local_today
from node.surveys import running
from node.surveys.answering import Form, send_in
from node.surveys.models import Survey
from node.surveys.responses import count_responses
from schemas.errors import Conflict, InvalidInput

TODAY = local_today()
AT_ONCE = 6


def together(site, survey_id, forms):
    """Send all forms at once; how many were taken without an error."""

    def send(form):
        with site.runtime.database.session(write=True) as session:
            try:
                send_in(session, site.settings, session.get(Survey, survey_id), form, TODAY)
            except (InvalidInput, Conflict):
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(send, forms))


def form(**changes):
    return Form({"life.1": 7}, **{"ticket": "one", "consent": "1", **changes})


@pytest.fixture
def survey_with_codes(site, make_survey):
    with site.runtime.database.session() as session:
        small = {"75+": {"woman": 2, "man": 2}}
        survey = make_survey(session, access="letters", group=small, invited=4)
        codes = running.make_codes(session, survey, 3, TODAY)
        session.commit()
        return survey.id, codes


def test_one_code_lets_one_in(site, survey_with_codes):
    survey_id, codes = survey_with_codes
    assert together(site, survey_id, [form(code=codes[0], ticket=str(at)) for at in range(AT_ONCE)]) == 1
    with site.runtime.database.session() as session:
        assert count_responses(session, session.get(Survey, survey_id)) == 1


def test_one_form_counts_once(site, survey_with_codes):
    survey_id, codes = survey_with_codes
    assert together(site, survey_id, [form(code=codes[0]) for _at in range(AT_ONCE)]) == AT_ONCE
    with site.runtime.database.session() as session:
        assert count_responses(session, session.get(Survey, survey_id)) == 1


def test_no_more_answers_than_people(site, make_survey):
    with site.runtime.database.session() as session:
        survey = make_survey(session, group={"75+": {"woman": 1, "man": 1}}, invited=2)
        session.commit()
    assert together(site, survey.id, [form(ticket=str(at)) for at in range(AT_ONCE)]) == 2
