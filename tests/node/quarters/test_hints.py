"""What a person is told about a number before the board decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from node.gatherings.models import Gathering, GatheringOccurrence
from node.layout.languages import say
from node.outcomes import service
from node.outcomes.models import Measurement
from node.outcomes.periods import Quarter
from node.quarters.hints import hints
from tests.node.signing_in import set_up_village

TODAY = date(2026, 7, 15)
QUARTER = Quarter(2026, 2)


def count(session, value, *, indicator="nl:diners", period="2026-2"):
    data = {"indicator": indicator, "period": period, "value": value}
    return service.prepare(session, data, prepared_by=1, today=TODAY)


def told(session, measurement, **more):
    return [message.kind for message in hints(session, measurement, **more)]


def tables(session, attended, *, cancelled=()):
    """A table each Thursday of the quarter, with who came; None where nobody counted."""
    gathering = Gathering(name="Eet", first_on=date(2026, 4, 2), rrule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20260423")
    gathering.indicator = "nl:diners"
    for week, people in enumerate(attended):
        day = gathering.first_on + timedelta(weeks=week)
        kept = GatheringOccurrence(happens_on=day, attendance=people, is_cancelled=week in cancelled)
        gathering.occurrences.append(kept)
    session.add(gathering)
    session.flush()


def test_a_usual_number_gets_no_hint(village):
    for number, value in enumerate((38, 43, 40, 45)):
        count(village.session, value, period=f"2025-{number + 1}")
    assert told(village.session, count(village.session, 42)) == []


def test_an_odd_number_is_told_with_what_is_usual(village, app):
    for number, value in enumerate((38, 43, 40, 45)):
        count(village.session, value, period=f"2025-{number + 1}")
    (odd,) = hints(village.session, count(village.session, 140))
    assert odd.kind == "unusual"
    assert odd.params == {"times": 4, "number": 42, "low": 38, "high": 45}
    with app.test_request_context("/"):
        assert say(odd).startswith("Dit is veel meer dan anders. De laatste 4 keer was het rond 42,")
    assert told(village.session, count(village.session, 430)) == ["digit"]
    assert told(village.session, count(village.session, 5)) == ["digit"]
    assert told(village.session, count(village.session, 8)) == ["unusual"]


def test_only_what_came_before_by_the_same_definition_counts(village):
    count(village.session, 40, period="2025-1")
    count(village.session, 500, indicator="nl:members", period="2025-2")
    year = count(village.session, 400, period="2025-3")
    year.period_end = date(2026, 6, 30)
    later = count(village.session, 400, period="2026-1")
    assert told(village.session, count(village.session, 41, period="2025-4")) == []
    assert told(village.session, later) == ["digit"]


def test_the_first_number_ever_gets_no_hint(village):
    assert told(village.session, count(village.session, 41)) == []


def test_who_came_says_what_cannot_be(village):
    tables(village.session, (20, 31, 25, 22))
    assert told(village.session, count(village.session, 30)) == ["impossible"]
    assert told(village.session, count(village.session, 31)) == []
    assert told(village.session, count(village.session, 98)) == []
    assert told(village.session, count(village.session, 99)) == ["impossible"]


def test_times_that_nobody_counted_are_told_and_make_more_people_possible(village):
    tables(village.session, (20, None, 25, None), cancelled=(3,))
    measured = count(village.session, 99)
    (missing,) = hints(village.session, measured)
    assert (missing.kind, missing.params) == ("incomplete", {"times": 3, "missing": 1})


def test_more_volunteers_than_members_is_asked_about_once(village):
    members = count(village.session, 40, indicator="nl:members")
    volunteers = count(village.session, 60, indicator="nl:volunteers")
    assert told(village.session, volunteers) == ["remarkable"]
    assert told(village.session, members) == ["remarkable"]
    assert told(village.session, members, beside={"nl:volunteers": 12}) == [], "what is typed now holds"
    assert told(village.session, count(village.session, 9)) == [], "of the diners nothing is said"


def test_more_people_than_live_here_is_asked_about(session, settings, runtime):
    set_up_village(settings, runtime)
    (message,) = hints(session, count(session, 20_000))
    assert message.kind == "remarkable"
    assert 1_000 < message.params["number"] < 3_000


@pytest.mark.parametrize("value", [0, 1, 10**6])
def test_a_number_that_was_not_kept_yet_can_be_looked_at_too(village, value):
    typed = Measurement(indicator="nl:diners", indicator_version=1, raw_value=value, example_data=False)
    typed.period_start, typed.period_end = QUARTER.start, QUARTER.end
    assert told(village.session, typed) == []
    assert typed not in village.session
