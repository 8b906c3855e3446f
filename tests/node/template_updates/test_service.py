"""A newer version of the origin: noticed, taken in part, skipped, undone."""

from __future__ import annotations

import pytest

from federation.relations.standing import set_rule
from node.activity_templates import service as templates
from node.activity_templates.content import hash_of
from node.template_updates import service
from node.template_updates.merging import OURS, THEIRS
from node.template_updates.notices import count_safety, notice_of, notices
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.template_updates.copies import (
    change,
    copy_of,
    improve,
    publish_origin,
    section,
    with_section,
)

SAFER = {"safeguards": [{"key": "kaart", "text": "Een allergie is privé. Gooi de kooklijst weg."}]}


@pytest.fixture
def pair(village, neighbour):
    """The neighbour's format and our copy."""
    origin = publish_origin(neighbour)
    return origin, copy_of(village, neighbour, origin)


def hear(village, neighbour, origin, changes, **said):
    improve(neighbour, origin, changes, **said)
    assert village.hears(neighbour)


def take(village, copy, choices=None):
    seen = service.open_proposal(village.session, copy).seal
    return service.take(village.session, copy, choices or {}, seen=seen, by="Noor")


def test_a_copy_of_the_newest_version_has_no_notice(village, pair):
    assert notices(village.session) == []
    with pytest.raises(NotFound):
        service.open_proposal(village.session, pair[1])


def test_a_newer_version_is_noticed_with_class_and_note(village, neighbour, pair):
    origin, copy = pair
    hear(village, neighbour, origin, {"summary": "Beter."}, change_class="correction", note="Typfout.")
    (found,) = notices(village.session)
    assert (found.template.id, found.version, found.owner) == (copy.id, 2, "Austerlitz Zorgt")
    assert [(each.change_class, each.change_note) for each in found.changes] == [("correction", "Typfout.")]
    assert not found.is_safety
    assert count_safety(village.session) == 0


def test_a_change_for_safety_interrupts_until_it_is_taken_also_behind_a_later_correction(
    village, neighbour, pair
):
    origin, copy = pair
    hear(village, neighbour, origin, SAFER, change_class="safety", note="Gooi lijsten weg.")
    hear(village, neighbour, origin, {"summary": "Zonder typfout."}, change_class="correction")
    assert count_safety(village.session) == 1
    take(village, copy)
    assert count_safety(village.session) == 0
    assert copy.draft["safeguards"][0]["text"].endswith("weg.")


def test_a_change_for_safety_in_a_version_that_we_missed_interrupts_too(village, neighbour, pair):
    origin, copy = pair
    improve(neighbour, origin, SAFER, change_class="safety", note="Gooi lijsten weg.")
    hear(village, neighbour, origin, {"summary": "Zonder typfout."}, change_class="correction")
    (found,) = notices(village.session)
    assert [(each.version, each.change_class) for each in found.changes] == [(2, "safety"), (3, "correction")]
    assert (found.is_safety, found.changes[0].change_note) == (True, "Gooi lijsten weg.")
    take(village, copy)
    assert section_of_safety(copy) == "Een allergie is privé. Gooi de kooklijst weg."


def section_of_safety(template):
    return template.draft["safeguards"][0]["text"]


def test_taking_keeps_name_answers_and_our_own_words_and_moves_the_base(village, neighbour, pair):
    origin, copy = pair
    change(village, copy, sections=with_section(copy.draft, "steps", "Wij beginnen met soep."))
    hear(
        village,
        neighbour,
        origin,
        {"sections": with_section(origin.draft, "goal", "Iedereen eet mee."), **SAFER},
    )
    take(village, copy)
    assert copy.name == "Elsendorp Eet"
    assert copy.draft["parameters"][0]["value"] == 12
    assert section(copy.draft, "steps") == "Wij beginnen met soep."
    assert section(copy.draft, "goal") == "Iedereen eet mee."
    assert copy.copied_from["version"] == 2
    assert copy.copied_from["contentHash"] == hash_of(copy.base_content) == origin.latest.content_hash
    assert copy.ancestors[0]["version"] == 2
    assert notices(village.session) == []


def test_what_both_changed_is_asked_and_nothing_happens_before(village, neighbour, pair):
    origin, copy = pair
    change(village, copy, sections=with_section(copy.draft, "goal", "Elsendorp eet samen."))
    hear(village, neighbour, origin, {"sections": with_section(origin.draft, "goal", "Iedereen eet mee.")})
    before = copy.draft
    with pytest.raises(InvalidInput) as caught:
        take(village, copy)
    assert set(caught.value.fields) == {"sections/goal"}
    assert (copy.draft, copy.copied_from["version"]) == (before, 1)
    take(village, copy, {"sections/goal": OURS})
    assert section(copy.draft, "goal") == "Elsendorp eet samen."
    assert copy.copied_from["version"] == 2


def test_a_choice_about_something_that_changed_since_is_refused(village, neighbour, pair):
    origin, copy = pair
    hear(village, neighbour, origin, {"summary": "Twee."})
    seen = service.open_proposal(village.session, copy).seal
    change(village, copy, summary="Zelf geschreven.")
    with pytest.raises(Conflict):
        service.take(village.session, copy, {"summary": THEIRS}, seen=seen, by="Noor")
    assert copy.draft["summary"] == "Zelf geschreven."


def test_a_skipped_version_stays_away_until_there_is_a_later_one(village, neighbour, pair):
    origin, copy = pair
    hear(village, neighbour, origin, {"summary": "Twee."})
    service.skip(village.session, copy, by="Noor")
    assert notices(village.session) == []
    with pytest.raises(Conflict):
        service.skip(village.session, copy, by="Noor")
    hear(village, neighbour, origin, {"summary": "Drie."})
    assert [found.version for found in notices(village.session)] == [3]


def test_skipping_is_undone(village, neighbour, pair):
    origin, copy = pair
    hear(village, neighbour, origin, {"summary": "Twee."})
    service.skip(village.session, copy, by="Noor")
    service.undo(village.session, copy)
    assert len(notices(village.session)) == 1
    with pytest.raises(Conflict):
        service.undo(village.session, copy)


def test_taking_is_undone_to_the_letter(village, neighbour, pair):
    origin, copy = pair
    before = (copy.draft, copy.base_content, copy.copied_from, copy.ancestors)
    hear(village, neighbour, origin, {"summary": "Twee.", **SAFER})
    take(village, copy)
    assert service.undo(village.session, copy) == []
    assert (copy.draft, copy.base_content, copy.copied_from, copy.ancestors) == before
    assert notice_of(village.session, copy) is not None


def test_undoing_later_keeps_what_we_wrote_since(village, neighbour, pair):
    origin, copy = pair
    hear(village, neighbour, origin, {"summary": "Twee.", **SAFER})
    take(village, copy)
    change(village, copy, summary="Later zelf geschreven.", name="Elsendorp Tafelt")
    kept = service.undo(village.session, copy)
    assert [each.place for each in kept] == ["summary"]
    assert copy.draft["summary"] == "Later zelf geschreven."
    assert copy.name == "Elsendorp Tafelt"
    assert copy.draft["safeguards"][0]["text"] == "Een allergie is privé."


def test_a_published_copy_is_published_again_with_its_new_origin_version(village, neighbour, pair):
    origin, copy = pair
    templates.publish_template(village.session, village.settings, copy)
    hear(village, neighbour, origin, {"summary": "Twee."})
    take(village, copy)
    templates.publish_template(village.session, village.settings, copy)
    sent = village.sent()[-1]["object"]
    assert (sent["version"], sent["copiedFrom"]["version"]) == (2, 2)
    assert [version.content["summary"] for version in copy.versions] == [
        "Samen eten aan een lange tafel.",
        "Twee.",
    ]


def test_an_origin_that_is_withdrawn_or_silenced_proposes_nothing(village, neighbour, pair):
    origin, _copy = pair
    hear(village, neighbour, origin, {"summary": "Twee."})
    set_rule(village.session, neighbour.cooperative.actor_uri, "silence", reason="Reclame.", by="Noor")
    assert notices(village.session) == []
    set_rule(village.session, neighbour.cooperative.actor_uri, "allow", reason="", by="Noor")
    assert len(notices(village.session)) == 1
    templates.withdraw_template(neighbour.session, neighbour.settings, origin)
    village.hears(neighbour)
    assert notices(village.session) == []


def test_a_withdrawn_copy_takes_nothing(village, neighbour, pair):
    origin, copy = pair
    templates.publish_template(village.session, village.settings, copy)
    hear(village, neighbour, origin, {"summary": "Twee."})
    seen = service.open_proposal(village.session, copy).seal
    templates.withdraw_template(village.session, village.settings, copy)
    assert notices(village.session) == []
    with pytest.raises(Conflict):
        service.take(village.session, copy, {}, seen=seen, by="Noor")


def test_an_indicator_that_is_unknown_here_is_left_out():
    assert service.known_here({"indicators": ["nl:diners", "xx:unknown"]}) == {"indicators": ["nl:diners"]}
