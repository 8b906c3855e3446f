"""What the node knows of a quarter by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from node.activity_templates.models import ActivityTemplate
from node.gatherings.models import Gathering, GatheringOccurrence
from node.outcomes.periods import Quarter
from node.quarters.known_here import known_here
from node.stories.models import Story

QUARTER = Quarter(2026, 2)
IN_IT, LONG_AFTER = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 9, 4, tzinfo=UTC)
JUST_AFTER = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
"""Already July in the village."""


def known(session, quarter=QUARTER):
    return {
        each.told.detail.split(":")[0]: each.told.params["number"] for each in known_here(session, quarter)
    }


def test_of_nothing_nothing_is_said(village):
    assert known(village.session) == {}


def test_activities_that_ran_and_who_came(village):
    table = Gathering(name="Eet", first_on=date(2026, 4, 2), rrule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20260423")
    for week, (people, is_cancelled) in enumerate(((20, False), (31, False), (9, True))):
        kept = GatheringOccurrence(
            happens_on=table.first_on + timedelta(weeks=week), is_cancelled=is_cancelled
        )
        kept.attendance = people
        table.occurrences.append(kept)
    stopped = Gathering(name="Was", started_on=date(2025, 1, 1), stopped_on=date(2026, 3, 31))
    later = Gathering(name="Komt", started_on=date(2026, 7, 1))
    village.session.add_all([table, stopped, later])
    village.session.flush()
    assert known(village.session) == {
        "Activities that ran": 1,
        "Times that something took place": 3,
        "Times that somebody counted who came": 2,
        "Visits counted then": 51,
    }


def test_formats_that_were_copied_and_stories_by_the_clock_of_the_village(village):
    origin = {"id": "https://elders.example/formats/1", "version": 1, "contentHash": "x"}
    for created_at in (IN_IT, JUST_AFTER, LONG_AFTER):
        village.session.add(ActivityTemplate(draft={}, copied_from=origin, created_at=created_at))
        village.session.add(ActivityTemplate(draft={}, copied_from=None, created_at=created_at))
        village.session.add(Story(name="Soep", text="…", shown_until=date(2030, 1, 1), created_at=created_at))
    village.session.add(
        Story(name="Weg", text="…", shown_until=date(2030, 1, 1), created_at=IN_IT, withdrawn_at=IN_IT)
    )
    village.session.flush()
    assert known(village.session) == {"Formats copied from other villages": 1, "Stories told": 1}
    assert known(village.session, Quarter(2026, 3)) == {
        "Formats copied from other villages": 2,
        "Stories told": 2,
    }
