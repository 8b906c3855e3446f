"""Safety further up the family is heard while the village in between sleeps."""

from __future__ import annotations

import pytest

from node.activity_templates import copying, service
from node.template_updates import service as updates
from node.template_updates.ancestors import all_words, mark_known
from node.template_updates.notices import notices
from schemas.errors import NotFound
from tests.node.template_updates.copies import copy_of, improve, publish_origin

SAFER = {"safeguards": [{"key": "kaart", "text": "Een allergie is privé. Gooi de kooklijst weg."}]}


@pytest.fixture
def line(village, neighbour):
    """The neighbour's format, our copy, and our copy of that copy; the last stands for a third village."""
    first = publish_origin(neighbour)
    second = copy_of(village, neighbour, first)
    service.publish_template(village.session, village.settings, second)
    third = copying.copy_template(village.session, second.object_uri, name="Handel Eet", answers={})
    return first, second, third


def hear(village, neighbour, first, note="Gooi lijsten weg.", change_class="safety"):
    text = f"{first.latest.version} {note}"
    improve(neighbour, first, {**SAFER, "summary": text}, change_class=change_class, note=note)
    village.hears(neighbour)


def take(village, copy):
    seen = updates.open_proposal(village.session, copy).seal
    updates.take(village.session, copy, {}, seen=seen, by="Noor")


def test_the_grandchild_hears_of_safety_alone(village, neighbour, line):
    first, second, third = line
    hear(village, neighbour, first, change_class="improvement")
    assert all_words(village.session) == []
    hear(village, neighbour, first)
    (word,) = all_words(village.session)
    assert (word.template.id, word.owner, word.change.version) == (third.id, "Austerlitz Zorgt", 3)
    assert [notice.template.id for notice in notices(village.session)] == [second.id]


def test_it_is_silent_once_known_until_there_is_a_later_one(village, neighbour, line):
    first, _second, third = line
    hear(village, neighbour, first)
    mark_known(village.session, third, first.object_uri, by="Noor")
    assert all_words(village.session) == []
    assert updates.last_decision(village.session, third) is None
    with pytest.raises(NotFound):
        mark_known(village.session, third, first.object_uri, by="Noor")
    hear(village, neighbour, first, note="En was je handen.")
    assert [word.change.change_note for word in all_words(village.session)] == ["En was je handen."]


def test_it_is_silent_once_it_came_down_the_line(village, neighbour, line):
    first, second, third = line
    hear(village, neighbour, first)
    take(village, second)
    said = {"changeClass": "safety", "changeNote": "Overgenomen."}
    service.publish_template(village.session, village.settings, second, said)
    assert len(all_words(village.session)) == 1
    take(village, third)
    assert all_words(village.session) == []


def test_an_ancestor_that_is_gone_says_nothing(village, neighbour, line):
    first, _second, _third = line
    hear(village, neighbour, first)
    service.withdraw_template(neighbour.session, neighbour.settings, first)
    village.hears(neighbour)
    assert all_words(village.session) == []
