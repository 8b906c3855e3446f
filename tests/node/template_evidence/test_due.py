"""Asking how it goes: rarely, once, and from what the activities of the village show themselves."""

from __future__ import annotations

from datetime import date

import pytest

from node.activity_templates import service
from node.gatherings.models import Gathering
from node.template_evidence import telling
from node.template_evidence.due import confirm_running, due_tellings
from node.template_evidence.running import running_of
from schemas.errors import Conflict
from tests.example_format import AUSTERLITZ_EET

START = date(2025, 3, 6)


@pytest.fixture
def template(village):
    """A published template of our own."""
    made = service.create_template(village.session, AUSTERLITZ_EET)
    service.publish_template(village.session, village.settings, made)
    return made


def run(village, template, name="Elsendorp Eet", **changes):
    """An activity that is run by it."""
    gathering = Gathering(name=name, template_id=template.id, first_on=START, **changes)
    village.session.add(gathering)
    village.session.flush()
    return gathering


def tell(village, template, today, **changes):
    """Note and tell it."""
    use = {"startedIn": "2025-03", "tells": ["usage", "reason"], **changes}
    telling.note_use(village.session, template, use, today)
    telling.tell(village.session, village.settings, template, today)


def whys(village, today):
    """Why we would ask today."""
    return [each.why for each in due_tellings(village.session, today)]


def test_an_activity_of_half_a_year_is_asked_about_once(village, template):
    run(village, template)
    assert whys(village, date(2025, 8, 30)) == []
    assert whys(village, date(2025, 9, 1)) == ["first"]
    telling.say_nothing(
        village.session, template, running_of(village.session, [template.id], START)[template.id]
    )
    assert whys(village, date(2026, 9, 1)) == []
    assert telling.told_usage(template) is None


def test_a_stop_is_asked_about_once_with_its_reason(village, template):
    gathering = run(village, template)
    tell(village, template, date(2025, 9, 1))
    gathering.stopped_on, gathering.stop_reason, gathering.stop_words = (
        date(2025, 10, 20),
        "money",
        "Te duur.",
    )
    today = date(2025, 11, 1)
    assert whys(village, today) == ["stopped"]
    found = running_of(village.session, [template.id], today)[template.id]
    assert (found.started_on, found.stopped_on, found.stop_reason, found.stop_words) == (
        START,
        date(2025, 10, 20),
        "money",
        "Te duur.",
    )
    tell(village, template, today, stoppedIn="2025-10", stopReason="money")
    assert whys(village, date(2026, 12, 1)) == []
    assert village.sent()[-1]["object"]["usage"]["stopReason"] == "money"


def test_one_of_two_activities_that_stops_is_no_stop(village, template):
    run(village, template, stopped_on=date(2025, 5, 1), stop_reason="money")
    run(village, template, name="Elsendorp Luncht")
    found = running_of(village.session, [template.id], date(2025, 6, 1))[template.id]
    assert (found.stopped_on, found.stop_reason) == (None, "")


def test_what_has_still_to_begin_is_no_use(village, template):
    run(village, template)
    assert running_of(village.session, [template.id], date(2025, 3, 1)) == {}


def test_what_goes_on_is_told_again_by_itself_once_a_quarter(village, template):
    run(village, template)
    tell(village, template, date(2025, 9, 1))
    telling.note_use(
        village.session, template, {"startedIn": "2025-01", "tells": ["usage", "cost"]}, date(2025, 10, 1)
    )
    sent = len(village.sent())
    assert confirm_running(village.session, village.settings, date(2025, 11, 30)) == 0
    assert confirm_running(village.session, village.settings, date(2025, 12, 1)) == 1
    assert confirm_running(village.session, village.settings, date(2025, 12, 2)) == 0
    assert len(village.sent()) == sent + 1
    usage = village.sent()[-1]["object"]["usage"]
    assert usage == {"startedIn": "2025-03", "toldIn": "2025-12"}  # not what was noted and never told


@pytest.mark.parametrize(
    "changes", [{"paused_from": date(2025, 10, 1)}, {"stopped_on": date(2025, 10, 1)}, {"template_id": None}]
)
def test_what_does_not_show_that_it_goes_on_is_not_confirmed(village, template, changes):
    gathering = run(village, template)
    for name, value in changes.items():
        setattr(gathering, name, value)
    tell(village, template, date(2025, 9, 1))
    assert confirm_running(village.session, village.settings, date(2026, 1, 1)) == 0


def test_without_an_activity_we_ask_again_after_half_a_year(village, template):
    tell(village, template, date(2025, 9, 1))
    assert whys(village, date(2026, 2, 28)) == []
    assert whys(village, date(2026, 3, 1)) == ["again"]
    telling.confirm(village.session, village.settings, template, date(2026, 3, 1))
    assert whys(village, date(2026, 3, 1)) == []
    assert village.sent()[-1]["object"]["usage"]["toldIn"] == "2026-03"


def test_nothing_that_was_never_told_is_confirmed(village, template):
    with pytest.raises(Conflict):
        telling.confirm(village.session, village.settings, template, START)
    tell(village, template, date(2025, 9, 1), stoppedIn="2025-06")
    with pytest.raises(Conflict):
        telling.confirm(village.session, village.settings, template, date(2025, 9, 1))


def test_a_draft_is_never_asked_about(village):
    draft = service.create_template(village.session, AUSTERLITZ_EET)
    run(village, draft)
    assert whys(village, date(2026, 9, 1)) == []
