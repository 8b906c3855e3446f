"""An event and a story on their way through a hub: shown in another village, changed, and taken back."""

from __future__ import annotations

from datetime import date

from directory.replica.events import list_coming
from directory.replica.publishing import publish_record
from directory.replica.stories import list_stories
from tests.records import event, story


def publish(node, activity_type, document):
    return node.do(
        lambda session, identity: publish_record(session, node.settings, identity, activity_type, document)
    )


def agenda(node):
    return node.do(
        lambda session, _identity: [(each.name, each.is_cancelled) for each in list_coming(session)]
    )


def stories(node):
    today = date(2100, 1, 1)
    return node.do(lambda session, _identity: [each.name for each in list_stories(session, today)])


def test_an_event_and_a_story_reach_the_other_village_and_leave_it_again(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("austerlitz", "village"), network.add("elsendorp", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    meal = publish(writer, "Create", event())["object"]["id"]
    told = publish(writer, "Create", story())["object"]["id"]
    network.settle()
    for node in (writer, hub, reader):
        assert agenda(node) == [("Austerlitz Eet", False)]
        assert stories(node) == ["Aan tafel"]
    publish(writer, "Update", event(id=meal, status="CANCELLED", **{"ical:status": "CANCELLED"}))
    network.settle()
    assert agenda(reader) == [("Austerlitz Eet", True)]
    publish(writer, "Delete", meal)
    publish(writer, "Delete", told)
    network.settle()
    for node in (writer, hub, reader):
        assert agenda(node) == []
        assert stories(node) == []
