"""A story is published with consent, changed, taken back, and ends by itself on its last day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from directory.replica import stories as known_stories
from federation.sending.published import PublishedActivity
from node.activity_templates.service import create_template, publish_template
from node.gatherings.service import local_today
from node.stories import service
from node.stories.forms import LONGEST
from node.stories.models import Story, StoryConsent
from node.template_evidence.evidence import evidence_of
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.example_format import AUSTERLITZ_EET

TODAY = local_today()
UNTIL = TODAY + timedelta(days=200)
ASKED_BY = "Piet-die-het-vroeg"
STORY = {
    "name": "De eerste keer aan tafel",
    "text": "Ik kende niemand.\n\nNu eet ik er elke week.",
    "toldBy": "Truus",
    "consent": "1",
    "askedBy": ASKED_BY,
    "shownUntil": UNTIL.isoformat(),
}


def write(village, **changes):
    return service.write_story(village.session, {**STORY, **changes}, by=7, today=TODAY)


def edit(village, story, **changes):
    service.edit_story(
        village.session, village.settings, story, {**STORY, **changes}, by=7, today=TODAY, confirmed=True
    )


def publish(village, story, **options):
    service.publish_story(village.session, village.settings, story, today=TODAY, **options)


def published(village, **changes):
    story = write(village, **changes)
    publish(village, story)
    return story


def test_a_draft_stays_here_and_a_published_story_travels(village):
    story = write(village)
    assert village.sent() == []
    publish(village, story)
    (activity,) = village.sent()
    article = activity["object"]
    assert activity["type"] == "Create"
    assert (article["type"], article["recordType"]) == ("Article", "Story")
    assert article["name"] == STORY["name"]
    assert article["text"] == STORY["text"]
    assert article["toldBy"] == "Truus"
    assert article["shownUntil"] == UNTIL.isoformat()
    assert article["summary"] == "Truus vertelt: Ik kende niemand."
    assert "<p>Nu eet ik er elke week.</p>" in article["content"]
    assert article["url"].endswith(f"/verhalen/{story.id}")


def test_the_consent_leaves_in_no_byte(village):
    story = published(village)
    edit(village, story, text="Anders.")
    service.withdraw_story(village.session, village.settings, story)
    assert village.session.query(StoryConsent).one().asked_by == ASKED_BY
    tables = ("published_activity", "published_object", "record", "delivery")
    for table in tables:
        rows = village.session.execute(text(f"SELECT * FROM {table}")).all()  # our own names
        assert ASKED_BY not in str(rows)
    assert "consent" not in json.dumps(village.sent()).lower()


def test_nobody_is_named_without_consent(village):
    for changes, field in (({"consent": "0"}, "consent"), ({"askedBy": " "}, "askedBy")):
        with pytest.raises(InvalidInput) as caught:
            write(village, **changes)
        assert field in caught.value.fields
    anonymous = published(village, toldBy="", consent="0", askedBy="")
    assert anonymous.consent is None
    assert village.sent()[0]["object"]["summary"] == "Ik kende niemand."


def test_a_draft_whose_name_has_no_consent_is_not_published(village):
    story = write(village)
    story.consent = None
    with pytest.raises(InvalidInput):
        publish(village, story)
    assert village.sent() == []


@pytest.mark.parametrize("days", [-1, LONGEST.days + 1])
def test_the_last_day_is_between_today_and_five_years(village, days):
    with pytest.raises(InvalidInput) as caught:
        write(village, shownUntil=(TODAY + timedelta(days=days)).isoformat())
    assert "shownUntil" in caught.value.fields


def test_a_change_of_a_published_story_is_told_at_once(village):
    story = published(village)
    edit(village, story, name="Aan tafel")
    create, update = village.sent()
    assert update["type"] == "Update"
    assert update["object"]["id"] == create["object"]["id"]
    assert update["object"]["name"] == "Aan tafel"


def test_taken_back_it_can_be_published_again_under_a_new_address(village):
    story = published(village)
    first = story.object_uri
    service.withdraw_story(village.session, village.settings, story)
    assert village.sent()[-1]["object"] == {"id": first, "type": "Tombstone"} | village.sent()[-1]["object"]
    with pytest.raises(Conflict):
        service.withdraw_story(village.session, village.settings, story)
    publish(village, story)
    assert story.object_uri != first
    with pytest.raises(Conflict):
        publish(village, story)


def test_on_the_day_after_its_last_day_it_withdraws_by_itself(village):
    story = published(village)
    assert service.withdraw_expired(village.session, village.settings, UNTIL) == 0
    assert service.list_stories(village.session, UNTIL + timedelta(days=1)) == []  # also before the job comes
    assert service.withdraw_expired(village.session, village.settings, UNTIL + timedelta(days=1)) == 1
    assert story.withdrawn_because == "expired"
    assert village.sent()[-1]["type"] == "Delete"
    assert service.withdraw_expired(village.session, village.settings, UNTIL + timedelta(days=2)) == 0
    with pytest.raises(InvalidInput):
        service.publish_story(village.session, village.settings, story, today=UNTIL + timedelta(days=1))


def test_a_node_without_a_cooperative_has_no_stories_to_withdraw(session, settings):
    assert service.withdraw_expired(session, settings, TODAY) == 0


def test_the_neighbour_reads_it_until_its_last_day_even_when_the_withdrawal_is_lost(village, neighbour):
    story = published(village)
    neighbour.hears(village)
    (known,) = known_stories.list_stories(neighbour.session, TODAY)
    found, document = known_stories.find_by_key(neighbour.session, known.key, TODAY) or pytest.fail("gone")
    assert known_stories.read_story(document)["text"] == STORY["text"]
    assert found.name == story.name
    after = UNTIL + timedelta(days=1)
    assert known_stories.list_stories(neighbour.session, after) == []
    assert known_stories.find_by_key(neighbour.session, known.key, after) is None
    assert known_stories.count_stories(neighbour.session, after) == 0


def test_taken_back_the_neighbour_shows_it_no_more(village, neighbour):
    story = published(village)
    neighbour.hears(village)
    service.withdraw_story(village.session, village.settings, story)
    neighbour.hears(village)
    assert known_stories.list_stories(neighbour.session, TODAY) == []


def test_something_personal_is_asked_about_before_everybody_reads_it(village):
    story = write(village, text="Bel mij op 06-12345678.")
    with pytest.raises(InvalidInput) as caught:
        publish(village, story)
    assert "confirmed" in caught.value.fields
    assert village.sent() == []
    publish(village, story, confirmed=True)
    with pytest.raises(InvalidInput):
        service.edit_story(
            village.session, village.settings, story, {**STORY, "text": "111222333"}, by=7, today=TODAY
        )


def test_erasing_takes_the_consent_along_and_waits_for_the_withdrawal(village):
    story = published(village)
    with pytest.raises(Conflict):
        service.erase_story(village.session, story)
    service.withdraw_story(village.session, village.settings, story)
    service.erase_story(village.session, story)
    assert village.session.query(Story).count() == village.session.query(StoryConsent).count() == 0


def test_taken_back_its_words_are_nowhere_on_this_node_any_more(village, neighbour):
    story = published(village)
    edit(village, story, text="Ik kende NIEMAND.")
    service.withdraw_story(village.session, village.settings, story)
    service.erase_story(village.session, story)
    village.session.flush()
    for name in ("story", "published_activity", "published_object", "record", "known_story", "feed_item"):
        rows = str(village.session.execute(text(f"SELECT * FROM {name}")).all())
        assert "kende" not in rows.lower(), name
        assert STORY["name"] not in rows, name
    left = [row for row in village.session.query(PublishedActivity) if row.is_public]
    assert [row.type for row in left] == ["Delete"]  # the outbox and the old addresses show no more than that
    neighbour.hears(village)  # and it is still a good farewell


def test_only_the_team_sees_what_is_not_published(village):
    story = write(village)
    assert service.list_stories(village.session, TODAY) == []
    assert service.list_stories(village.session, TODAY, team=True) == [story]
    with pytest.raises(NotFound):
        service.open_story(village.session, story.id, TODAY)
    assert service.open_story(village.session, story.id, TODAY, team=True) is story


def test_nothing_that_is_typed_becomes_markup(village):
    attack = "<img src=x onerror=alert(1)>"
    published(village, name=attack, text=attack, toldBy=attack)
    article = village.sent()[0]["object"]
    assert "<img" not in article["content"] + article["summary"]
    assert "&lt;img" in article["content"]


def test_a_story_about_a_format_of_ours_stands_with_its_evidence(village, neighbour):
    template = create_template(neighbour.session, AUSTERLITZ_EET)
    publish_template(neighbour.session, neighbour.settings, template)
    village.hears(neighbour)
    story = published(neighbour, aboutTemplate=template.object_uri)
    assert neighbour.sent()[-1]["object"]["aboutTemplate"] == template.object_uri
    village.hears(neighbour)
    for node in (village, neighbour):
        found = evidence_of(node.session, template.object_uri, [], TODAY)
        assert [each.name for each in found.stories] == [STORY["name"]]
    edit(neighbour, story, aboutTemplate="")
    village.hears(neighbour)
    assert evidence_of(village.session, template.object_uri, [], TODAY).stories == []


@pytest.mark.parametrize("uri", ["https://elders.example/objects/1", "javascript:alert(1)", "x" * 3000, 7])
def test_a_story_is_about_nothing_but_a_format_of_ours(village, uri):
    with pytest.raises(InvalidInput) as caught:
        write(village, aboutTemplate=uri)
    assert "aboutTemplate" in caught.value.fields
