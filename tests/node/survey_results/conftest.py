"""A survey of Austerlitz that many people answered."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from node.gatherings.service import local_today
from node.surveys import responses
from node.surveys.background import AGE_BANDS
from node.surveys.questions import asked_in
from node.surveys.responses import Response, keep_response
from tests.node.surveys.conftest import GROUP, make_survey
from tests.node.village_pages import site
from tests.node.villages import neighbour

__all__ = ["answer", "finished", "make_survey", "neighbour", "site"]

LONELY = {"djg6.1": 1, "djg6.2": 3, "djg6.3": 3, "djg6.4": 1, "djg6.5": 3, "djg6.6": 1}
CONTENT = {"djg6.1": 3, "djg6.2": 1, "djg6.3": 1, "djg6.4": 3, "djg6.5": 1, "djg6.6": 3}


def people(count, seed=3):
    """Invented people: the older, the lonelier; a few rather not say something."""
    draw = random.Random(seed)
    for _ in range(count):
        band = draw.choices(AGE_BANDS, [10, 25, 30, 35])[0]
        sex = draw.choice(["woman", "man"])
        lonely = draw.random() < 0.25 + 0.1 * AGE_BANDS.index(band)
        other = 0.3 if lonely else 0.12
        answers = {item: CONTENT[item] if draw.random() < other else LONELY[item] for item in LONELY}
        if not lonely:
            answers = {item: 2 if draw.random() < other else CONTENT[item] for item in CONTENT}
        answers |= {"life.1": draw.randint(3, 7) if lonely else draw.randint(6, 10)}
        answers |= {"life.2": draw.randint(4, 10), "own.1": draw.randint(1, 2)}
        answers |= {f"facilities.{at}": draw.randint(4, 10) for at in (1, 2, 3, 4)}
        answers |= {f"cohesion6.{at}": draw.randint(1, 5) for at in range(1, 7)}
        yield Response(answers, band, sex, "web" if draw.random() < 0.7 else "paper", False, "1")


@pytest.fixture
def answer(site):
    """A function that keeps responses with a survey, of what it asks only."""

    def keep(session, survey, given):
        asked = {item.id for part in asked_in(session, survey) for item in part.items}
        for at, each in enumerate(given):
            answers = {item: value for item, value in each.answers.items() if item in asked}
            kept = Response(answers, each.age_band, each.sex, each.mode, each.helped, each.consent)
            assert keep_response(session, site.settings, survey, kept, f"{survey.key}-{at}")

    return keep


@pytest.fixture
def finished(site, make_survey, answer):
    """A function that makes a survey that is over and sealed, with so many answers."""

    def make(session, count=140, *, given=None, seed=3, days_ago=5, **changes):
        today = local_today()
        ends = today - timedelta(days=days_ago)
        values = {
            "instruments": ["life", "facilities", "cohesion6", "djg6"],
            "own_questions": [{"text": "Komt u op de markt?", "answers": ["Ja", "Nee"]}],
            "starts_on": max(ends - timedelta(days=20), ends.replace(month=1, day=1)),
            "ends_on": ends,
            "opened_on": ends - timedelta(days=30),
            "group": GROUP,
            **changes,
        }
        survey = make_survey(session, **values)
        answer(session, survey, people(count, seed) if given is None else given)
        responses.end(session, site.settings, survey, today)
        return survey

    return make
