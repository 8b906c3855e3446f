"""A village that tells the world all it can: a format, figures, an activity and a story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from node.activity_templates.service import create_template, publish_template
from node.communities.models import Community
from node.gatherings.changes import set_cancelled
from node.gatherings.models import Gathering
from node.gatherings.occurrences import Occurrence, occurrence_of
from node.gatherings.service import add_gathering, local_today
from node.outcomes.noise import Noisy
from node.outcomes.periods import past_quarters
from node.outcomes.service import approve, prepare
from node.stories.service import publish_story, write_story
from tests.example_format import AUSTERLITZ_EET
from tests.node.villages import Village, found_village

TODAY = local_today()
DAY = TODAY + timedelta(days=4)


@dataclass
class Told:
    """What was sent, by the kind of record; ``cancelled`` is the event once it was called off."""

    activities: dict[str, dict[str, Any]]
    cancelled: dict[str, Any]
    occurrence: Occurrence

    def __getitem__(self, kind: str) -> dict[str, Any]:
        return self.activities[kind]


@pytest.fixture
def told(session, settings) -> Told:
    """One of each, as it really leaves."""
    village = found_village(session, settings, "Elsendorp", 8102)
    place = {"place_id": 1, "place_name": "Elsendorp", "municipality": "Gemert-Bakel"}
    session.add(Community(name="Elsendorp Zorgt", **place, is_village=True, is_hub=False, initiative=None))
    publish_template(session, settings, create_template(session, AUSTERLITZ_EET))
    _release(village)
    gathering = _meal(village)
    story = {
        "name": "De eerste keer aan tafel",
        "text": "Ik kende niemand & was <verlegen>.\n\nNu eet ik er elke week.",
        "toldBy": "Truus",
        "consent": True,
        "askedBy": "Piet",
        "shownUntil": (TODAY + timedelta(days=90)).isoformat(),
    }
    publish_story(session, settings, write_story(session, story, by=1, today=TODAY), today=TODAY)
    activities = {each["object"]["recordType"]: each for each in village.sent()}
    set_cancelled(session, settings, gathering, DAY, cancelled=True, today=TODAY)
    occurrence = occurrence_of(gathering, DAY)
    assert occurrence
    return Told(activities, village.sent()[-1], occurrence)


def _release(village: Village) -> None:
    data = {"indicator": "nl:diners", "period": str(past_quarters(TODAY, 1)[0]), "value": 40}
    measurement = prepare(village.session, data, prepared_by=1, today=TODAY)
    approve(
        village.session, village.settings, measurement, approved_by=2, noise=lambda *_a, **_o: Noisy(41, 6)
    )


def _meal(village: Village) -> Gathering:
    meal = {
        "name": "Elsendorp Eet",
        "summary": "Samen eten aan één lange tafel.",
        "text": "Er is soep & brood.\n\nNeem <gerust> iemand mee.",
        "place": "Dorpshuis",
        "address": "Dorpsstraat 1",
        "forWhom": "iedereen",
        "firstOn": DAY.isoformat(),
        "atTime": "17.30",
        "untilTime": "19.30",
        "audience": "network",
    }
    return add_gathering(village.session, village.settings, meal, today=TODAY)
