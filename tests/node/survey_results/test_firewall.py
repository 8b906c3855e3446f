"""Nothing that anybody answered, and no word of a village's own questions, is in any byte that leaves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from federation.sending.published import PublishedActivity, PublishedObject
from node.gatherings.service import local_today
from node.outcomes.noise import Noisy
from node.outcomes.service import approve
from node.survey_results import service
from node.survey_results.measures import measures_of
from node.surveys import responses
from node.surveys.background import AGE_BANDS, SEX_ANSWERS
from node.surveys.catalogue import CATALOGUE
from node.surveys.instruments import Asked
from node.surveys.models import Survey
from node.surveys.questions import asked_in
from node.surveys.responses import Response, keep_response
from schemas.survey_indicators import SURVEYED
from tests.node.outcomes.test_raw_stays import all_that_leaves, hub_site
from tests.node.surveys.conftest import GROUP

__all__ = ["hub_site"]

SECRET = "Zeldzaamwoord"
OWN = [{"text": f"{SECRET} vraag?", "answers": [f"{SECRET} ja", f"{SECRET} nee"]}]
FIGURES = ("nl:lonely", "nl:cohesion")
PEOPLE = 32
answers_ = st.fixed_dictionaries(
    {f"djg6.{at}": st.integers(1, 3) for at in range(1, 7)}
    | {f"cohesion6.{at}": st.integers(1, 5) for at in range(1, 7)}
    | {"own.1": st.integers(1, 2)}
)
person_ = st.builds(Response, answers_, st.sampled_from([*AGE_BANDS, None]), st.sampled_from([*SEX_ANSWERS]))
quick = hypothesis_settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example],
)


def one_noise(_value, **_options):
    """As if chance gave this, whatever was answered."""
    return Noisy(21, 12)


def run_survey(site, session, people):
    """Ask, answer, reckon, prepare and release."""
    today = local_today()
    survey = Survey(
        key=f"{SECRET[:10]}",
        title=f"{SECRET} titel",
        intro=f"{SECRET} inleiding",
        responsible=f"{SECRET} bestuur",
        access="open",
        starts_on=today - timedelta(days=20),
        ends_on=today - timedelta(days=2),
        opened_on=today - timedelta(days=20),
        instruments=["cohesion6", "djg6"],
        own_questions=OWN,
        group=GROUP,
        invited=900,
        made_by=SECRET,
    )
    session.add(survey)
    session.flush()
    survey.asked = [part.document() for part in asked_in(session, survey)]
    for at, person in enumerate(people):
        keep_response(session, site.settings, survey, person, f"{at}")
    responses.end(session, site.settings, survey, today)
    service.reckon_once(session, site.settings, survey, today)
    prepared = service.prepare_release(session, site.settings, survey, FIGURES, prepared_by=2, today=today)
    for each in prepared:
        approve(session, site.settings, each, approved_by=1, noise=one_noise)
    return survey


def told_of(document):
    """An object without what is new of each: its address, times and proof."""
    if isinstance(document, list):
        return [told_of(each) for each in document]
    if not isinstance(document, dict):
        return document
    changing = {
        "id",
        "proof",
        "published",
        "updated",
        "object" if isinstance(document.get("object"), str) else "",
    }
    return {name: told_of(value) for name, value in document.items() if name not in changing}


def released(session):
    """What was published of figures, in a fixed order."""
    found = [
        row.document
        for model in (PublishedObject, PublishedActivity)
        for row in session.query(model)
        if "OutcomeRelease" in json.dumps(row.document)
    ]
    return sorted(json.dumps(told_of(document), sort_keys=True) for document in found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_leaves_is_the_same_whatever_anybody_answered(hub_site):
    """With the same chance every byte of a release is the same for all answers of as many people."""
    seen = set()

    @quick
    @given(people=st.lists(person_, min_size=PEOPLE, max_size=PEOPLE))
    def check(people):
        with hub_site.runtime.database.session() as session:
            run_survey(hub_site, session, people)
            told = released(session)
            session.rollback()
        assert len(told) == 2 * len(FIGURES)
        assert all('"value": 21' in each for each in told)
        assert not any(SECRET in each for each in told)
        seen.add(tuple(told))

    check()
    assert len(seen) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_word_of_a_survey_is_in_any_byte_that_leaves(hub_site):
    person = Response(
        {f"djg6.{at}": 1 for at in range(1, 7)} | {f"cohesion6.{at}": 2 for at in range(1, 7)} | {"own.1": 1},
        "75+",
        "woman",
    )
    with hub_site.runtime.database.session() as session:
        survey = run_survey(hub_site, session, [person] * PEOPLE)
        number, key = survey.id, survey.key
        sealed = [row.sealed for row in session.query(responses.SurveyResponse)]
        session.commit()
    parts = all_that_leaves(hub_site)
    assert any("nl:lonely" in part for part in parts), "what was released is there"
    for word in (SECRET, key, "djg6.", "cohesion6.", "own.1", '"woman"', *sealed):
        assert [part[:200] for part in parts if word in part] == [], word
    client = hub_site.app.test_client()
    for path in (f"/cijfers/uitslagen/{number}", f"/cijfers/uitslagen/{number}.csv"):
        assert client.get(path).status_code in (302, 401, 403)


@given(one=person_, other=person_, missing=st.sampled_from([None, "djg6.2", "cohesion6.5"]))
def test_no_answer_moves_a_figure_by_more_than_the_bound_of_its_noise(one, other, missing):
    """One person replaced by another: the sensitivity that the noise is drawn for."""
    parts = [
        Asked(code, "", "", CATALOGUE[code].items) for code in ("life", "facilities", "cohesion6", "djg6")
    ]
    marks = {"life.1": one.answers["own.1"], "facilities.1": 10}
    first = Response({**one.answers, **marks, **({missing: None} if missing else {})})
    second = Response({**other.answers, "life.1": 10, "facilities.1": 1})
    seen = set()
    for measure in measures_of(parts, "cbs"):
        for each in measure.released:
            indicator = SURVEYED[each.indicator]
            added = [each.counts(measure.score(who), who) for who in (first, second)]
            assert all(indicator.lowest <= count <= indicator.highest for count in added), indicator.code
            assert abs(added[0] - added[1]) <= indicator.bound
            seen.add(indicator.code)
    assert seen == set(SURVEYED)
