"""Telling the network how a template is used: what travels, what stays, and taking it back."""

from __future__ import annotations

import json
from datetime import date

import pytest

from directory.replica import templates as known_templates
from directory.replica.template_usage import KnownUsage
from federation.sending.published import PublishedActivity
from node.activity_templates import copying, service
from node.example_village import publish_formats, seed_austerlitz
from node.network.sharing import list_shared
from node.template_evidence import telling
from node.template_evidence.example_uses import tell_example
from schemas.errors import Conflict, InvalidInput
from schemas.template_evidence import STOP_REASONS, UsageSchema
from tests.example_format import AUSTERLITZ_EET

TODAY = date(2026, 11, 22)
USE = {
    "startedIn": "2025-03",
    "stoppedIn": "2026-02",
    "stopReason": "helpers",
    "ownWords": "Truus Bakker kon niet meer.",
    "costPerPerson": {"lowest": 5, "highest": 7.5},
    "hoursPerPerson": {"lowest": 0.5, "highest": 1},
    "tells": ["usage", "reason", "cost", "hours"],
}


def published(village, **changes):
    template = service.create_template(village.session, {**AUSTERLITZ_EET, **changes})
    service.publish_template(village.session, village.settings, template)
    return template


def told(village, template, **changes):
    telling.note_use(village.session, template, {**USE, **changes}, TODAY)
    telling.tell(village.session, village.settings, template, TODAY)
    return village.sent()[-1]["object"]


def test_what_is_told_reaches_a_neighbour_beside_the_same_version(village, neighbour):
    template = published(neighbour)
    before = neighbour.sent()[-1]["object"]
    after = told(neighbour, template)
    assert after["usage"] == {
        "startedIn": "2025-03",
        "stoppedIn": "2026-02",
        "stopReason": "helpers",
        "toldIn": "2026-11",
        "costPerPerson": {"lowest": 5.0, "highest": 7.5},
        "hoursPerPerson": {"lowest": 0.5, "highest": 1.0},
    }
    same = ("id", "version", "contentHash", "published", "sections")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert len(template.versions) == 1
    assert village.hears(neighbour)
    known = village.session.get(KnownUsage, template.object_uri)
    assert (known.started_on, known.stopped_on) == (date(2025, 3, 1), date(2026, 2, 1))
    assert (known.stop_reason, known.cost_lowest, known.hours_highest) == ("helpers", 5, 1)
    assert [each.version for each in known_templates.versions(village.session, template.object_uri)] == [1]


def test_our_own_words_never_leave(village):
    template = published(village)
    told(village, template)
    rows = village.session.query(PublishedActivity).all()
    assert "Truus" not in json.dumps([row.document for row in rows])
    assert "Truus" in telling.find_use(village.session, template).own_words


@pytest.mark.parametrize("tells", [[], ["usage"], ["usage", "reason"], ["usage", "cost"], ["usage", "hours"]])
def test_what_the_board_leaves_out_is_not_told(village, tells):
    template = published(village)
    use = telling.note_use(village.session, template, {**USE, "tells": tells}, TODAY)
    usage = telling.usage_to_tell(use, TODAY) or {}
    parts = {"usage": "startedIn", "reason": "stopReason", "cost": "costPerPerson", "hours": "hoursPerPerson"}
    assert {part for part, field in parts.items() if usage.get(field) is not None} == set(tells)


def test_what_we_share_names_it_for_what_it_is(village):
    template = published(village)
    told(village, template)
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Beter."})
    service.publish_template(village.session, village.settings, template)
    shared = [thing.what for thing in list_shared(village.session).things]
    assert shared == ["template_version", "template_use", "template"]


def test_invented_use_says_so_until_a_person_tells_it(village, neighbour):
    template = published(neighbour)
    for _again in range(2):
        tell_example(neighbour.session, neighbour.settings, [template], TODAY)
    assert len(neighbour.sent()) == 2
    assert neighbour.sent()[-1]["object"]["usage"]["exampleData"] is True
    village.hears(neighbour)
    assert village.session.get(KnownUsage, template.object_uri).example_data
    assert "exampleData" not in told(neighbour, template)["usage"]


def test_the_demonstration_tells_of_what_it_published(village):
    seed_austerlitz(village.session, prepared_by=1, today=TODAY)
    publish_formats(village.session, village.settings)
    templates = service.own_templates(village.session)
    tell_example(village.session, village.settings, templates, TODAY)
    told_of = [template.is_public for template in templates if telling.told_usage(template)]
    assert told_of == [True] * sum(template.is_public for template in templates)
    assert 0 < len(told_of) < len(templates)


def test_nothing_is_told_by_keeping_it(village):
    template = published(village)
    telling.note_use(village.session, template, USE, TODAY)
    assert len(village.sent()) == 1
    assert telling.told_usage(template) is None


def test_telling_the_same_twice_sends_it_once(village):
    template = published(village)
    told(village, template)
    telling.tell(village.session, village.settings, template, TODAY)
    assert len(village.sent()) == 2


def test_it_is_taken_back_everywhere_and_what_was_noted_stays(village, neighbour):
    template = published(neighbour)
    told(neighbour, template)
    village.hears(neighbour)
    telling.take_back(neighbour.session, neighbour.settings, template)
    assert "usage" not in neighbour.sent()[-1]["object"]
    assert village.hears(neighbour)
    assert village.session.get(KnownUsage, template.object_uri) is None
    assert telling.find_use(neighbour.session, template).started_on == date(2025, 3, 1)
    with pytest.raises(Conflict):
        telling.take_back(neighbour.session, neighbour.settings, template)


def test_the_next_version_carries_on_what_was_told(village):
    template = published(village)
    told(village, template)
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Beter."})
    service.publish_template(village.session, village.settings, template)
    document = village.sent()[-1]["object"]
    assert document["version"] == 2
    assert document["usage"]["startedIn"] == "2025-03"


def test_a_draft_that_waits_is_not_published_by_telling(village):
    template = published(village)
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Nog geheim."})
    assert "geheim" not in json.dumps(told(village, template))


def test_what_is_not_published_has_nothing_to_tell_with(village):
    template = service.create_template(village.session, AUSTERLITZ_EET)
    telling.note_use(village.session, template, USE, TODAY)
    with pytest.raises(Conflict):
        telling.tell(village.session, village.settings, template, TODAY)
    with pytest.raises(Conflict):
        telling.set_grade(village.session, village.settings, template, {})
    assert village.sent() == []


def test_a_withdrawn_template_tells_nothing_any_more(village, neighbour):
    template = published(neighbour)
    told(neighbour, template)
    village.hears(neighbour)
    service.withdraw_template(neighbour.session, neighbour.settings, template)
    village.hears(neighbour)
    assert village.session.get(KnownUsage, template.object_uri) is None
    with pytest.raises(Conflict):
        telling.take_back(neighbour.session, neighbour.settings, template)


def test_the_origin_hears_how_a_copy_goes(village, neighbour):
    origin = published(neighbour)
    village.hears(neighbour)
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    told(village, copy)
    assert neighbour.cooperative.actor_uri in village.sent()[-1]["cc"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"startedIn": ""}, "startedIn"),
        ({"startedIn": "maart"}, "startedIn"),
        ({"startedIn": "2027-01"}, "stoppedIn"),
        ({"startedIn": "2027-01", "stoppedIn": "", "stopReason": ""}, "startedIn"),
        ({"startedIn": "0001-01"}, "startedIn"),
        ({"startedIn": 7}, "startedIn"),
        ({"stoppedIn": "2024-01"}, "stoppedIn"),
        ({"stoppedIn": "2027-01"}, "stoppedIn"),
        ({"stoppedIn": None}, "stopReason"),
        ({"stopReason": "ill"}, "stopReason"),
        ({"costPerPerson": {"lowest": 9, "highest": 5}}, "costPerPerson"),
        ({"costPerPerson": {"lowest": "veel", "highest": 5}}, "costPerPerson"),
        ({"hoursPerPerson": {"lowest": -1, "highest": 5}}, "hoursPerPerson"),
        ({"hoursPerPerson": {"lowest": float("nan"), "highest": 1}}, "hoursPerPerson"),
        ({"hoursPerPerson": 3}, "hoursPerPerson"),
        ({"ownWords": "x" * 1001}, "ownWords"),
        ({"ownWords": "a\x00b"}, "ownWords"),
        ({"tells": ["everything"]}, "tells"),
        ({"tells": ["cost"]}, "tells"),
        ({"tells": "usage"}, "tells"),
    ],
)
def test_bad_input_is_refused_with_its_place(village, changes, place):
    template = service.create_template(village.session, AUSTERLITZ_EET)
    with pytest.raises(InvalidInput) as caught:
        telling.note_use(village.session, template, {**USE, **changes}, TODAY)
    assert place in caught.value.fields


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_what_is_no_use_at_all_is_refused(village, data):
    template = service.create_template(village.session, AUSTERLITZ_EET)
    with pytest.raises(InvalidInput):
        telling.note_use(village.session, template, data, TODAY)


GRADE = {"level": "first_signs", "name": "Samen eten", "url": "https://www.movisie.nl/interventie/samen-eten"}


def test_a_grade_is_told_and_taken_back(village, neighbour):
    template = published(neighbour)
    telling.set_grade(neighbour.session, neighbour.settings, template, GRADE)
    assert neighbour.sent()[-1]["object"]["grade"] == GRADE
    village.hears(neighbour)
    known = known_templates.find_template(village.session, template.object_uri)
    assert known.grade_level == "first_signs"
    telling.set_grade(neighbour.session, neighbour.settings, template, {"level": "", "name": "", "url": ""})
    village.hears(neighbour)
    assert known.grade_level == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://movisie.nl.example/x"},
        {"url": "http://www.movisie.nl/x"},
        {"url": "https://www.movisie.nl@evil.example/x"},
        {"url": "https://evil.example\\.movisie.nl/x"},  # a browser goes to evil.example
        {"url": "https://evil.example\\@www.movisie.nl/x"},
        {"url": "https://[x"},
        {"url": "javascript:alert(1)"},
        {"level": "best"},
        {"level": ""},
        {"name": ""},
    ],
)
def test_a_grade_points_at_its_source(village, changes):
    template = published(village)
    with pytest.raises(InvalidInput):
        telling.set_grade(village.session, village.settings, template, {**GRADE, **changes})


def test_use_of_the_future_is_not_believed(village, neighbour):
    template = published(neighbour)
    template.told = {"usage": {"startedIn": "2090-01", "toldIn": "2090-01"}}
    service.edit_template(neighbour.session, template, {**AUSTERLITZ_EET, "summary": "Later."})
    service.publish_template(neighbour.session, neighbour.settings, template)
    assert village.hears(neighbour)
    assert village.session.get(KnownUsage, template.object_uri) is None


def test_no_reason_points_at_a_person():
    words = " ".join(f"{term.nl} {term.en}" for term in STOP_REASONS).casefold().split()
    assert not {"ziek", "overleden", "verhuisd", "ruzie", "ill", "died"} & set(words)
    assert set(UsageSchema().fields) == {
        "started_in", "stopped_in", "stop_reason", "told_in", "cost_per_person", "hours_per_person",
        "example_data",
    }  # fmt: skip
