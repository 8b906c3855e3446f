"""The week on the noticeboard, and the example village."""

from __future__ import annotations

from datetime import date

import pytest

from node.activity_templates.models import ActivityTemplate
from node.claims.service import list_topics
from node.example_village import EXAMPLE_DINERS, publish_formats, seed_austerlitz
from node.gatherings.models import Gathering
from node.gatherings.occurrences import next_occurrence
from node.gatherings.service import list_gatherings, this_week
from node.outcomes.models import Measurement

TODAY = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("first_on", "rrule", "day", "expected"),
    [
        (date(2026, 1, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 1, 8), date(2026, 1, 8)),
        (date(2026, 1, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 1, 9), date(2026, 1, 22)),
        (date(2026, 1, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 1, 1), date(2026, 1, 8)),
        (date(2026, 1, 8), "FREQ=WEEKLY;BYDAY=TH", date(2027, 1, 8), date(2027, 1, 14)),
        (date(2026, 1, 8), "", date(2026, 1, 9), None),
        (None, "FREQ=WEEKLY;BYDAY=TH", date(2026, 1, 9), None),
    ],
)
def test_the_next_day_of_a_gathering(first_on, rrule, day, expected):
    gathering = Gathering(name="x", first_on=first_on, rrule=rrule, on_holidays="go_on")
    found = next_occurrence(gathering, day)
    assert (found.on if found else None) == expected


def test_the_example_village_has_its_seventeen_activities_and_a_full_week(village):
    seed_austerlitz(village.session, prepared_by=1, today=TODAY)
    assert len(list_gatherings(village.session)) == 17
    week = this_week(village.session, TODAY)
    assert week
    assert [each.on for each in week] == sorted(each.on for each in week)
    assert all(0 <= (each.on - TODAY).days < 7 for each in week)
    assert all(each.gathering.example_data for each in week)


def test_seeding_twice_changes_nothing(village):
    for _ in range(2):
        seed_austerlitz(village.session, prepared_by=1, today=TODAY)
    village.session.expire_all()
    assert village.session.query(Gathering).count() == 17
    assert village.session.query(ActivityTemplate).count() == 4
    measurement = village.session.query(Measurement).one()
    assert measurement.raw_value == EXAMPLE_DINERS
    assert measurement.example_data


def test_every_fact_has_a_source_and_those_that_disagree_stand_together(village):
    seed_austerlitz(village.session, prepared_by=1, today=TODAY)
    topics = {topic.name: topic for topic in list_topics(village.session)}
    assert all(claim.source for topic in topics.values() for claim in topic.claims)
    members = topics["Leden van de coöperatie"]
    assert members.is_disputed
    assert {claim.value for claim in members.claims} == {"520", "bijna de helft"}
    assert {claim.value for claim in topics["Besparing per inwoner"].claims} == {"275", "263"}


def test_the_formats_of_austerlitz_come_from_the_starter_library(village):
    seed_austerlitz(village.session, prepared_by=1, today=TODAY)
    names = {template.name: template for template in village.session.query(ActivityTemplate)}
    assert set(names) == {"Austerlitz Eet", "Ommetje Austerlitz", "Austerlitz Belt", "Austerlitz Rijdt"}
    walk = village.session.query(Gathering).filter_by(name="Ommetje Austerlitz").one()
    assert walk.template_id == names["Ommetje Austerlitz"].id
    publish_formats(village.session, village.settings)
    publish_formats(village.session, village.settings)
    assert names["Austerlitz Eet"].latest is None
    assert len(village.sent()) == 3
