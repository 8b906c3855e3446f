"""The village of these tests, and a survey of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from node.gatherings.service import local_today
from node.surveys.models import Survey
from tests.node.village_pages import site

__all__ = ["make_survey", "site"]

GROUP = {
    "18-39": {"woman": 150, "man": 150},
    "40-64": {"woman": 200, "man": 200},
    "65-74": {"woman": 60, "man": 60},
    "75+": {"woman": 50, "man": 30},
}


def in_this_year(day):
    """This day, or the last or first of this year: a survey stays within one."""
    year = local_today().year
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


def survey_form(**changes):
    """What a form or a program sends for a survey that begins today."""
    today = local_today()
    return {
        "title": "Hoe gaat het?",
        "intro": "Wij willen weten hoe het gaat.",
        "responsible": "Het bestuur",
        "access": "open",
        "startsOn": today.isoformat(),
        "endsOn": in_this_year(today + timedelta(days=20)).isoformat(),
        "instruments": ["djg6", "life"],
        "group": GROUP,
        "invited": 900,
        **changes,
    }


@pytest.fixture
def make_survey(site):
    """A function that keeps a survey that is open, or as the changes say."""

    def make(session, **changes):
        today = local_today()
        survey = Survey(
            **{
                "key": "abcd2345",
                "title": "Hoe gaat het?",
                "intro": "Wij willen weten hoe het gaat.",
                "responsible": "Het bestuur van Austerlitz Zorgt",
                "access": "open",
                "starts_on": in_this_year(today - timedelta(days=3)),
                "ends_on": today + timedelta(days=10),
                "instruments": ["life", "djg6"],
                "group": GROUP,
                "invited": 900,
                "made_by": "Jo",
                "opened_on": today - timedelta(days=3),
                "consent_version": "1",
                **changes,
            }
        )
        session.add(survey)
        session.flush()
        return survey

    return make
