"""A list beside the claim of a village on one of its entries, with real nodes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from node.imports import service
from node.imports.models import ImportRow, ImportRun
from node.listing_claims import deciding
from node.listings import service as listings
from node.listings.models import Listing
from tests.node.imports.lists import HEAD, ROWS, carried_out, compared, csv_of, work
from tests.node.listing_claims.conftest import story

__all__ = ["story"]

LIST = csv_of(ROWS[:1])
CHANGED = csv_of([[*ROWS[0][: HEAD.index("Vrijwilligers")], "60", "", ""]])


@pytest.fixture
def village(story):
    """A village, and an entry from a list that it claims."""
    story.hub.do(lambda s, _i: carried_out(s, story.hub.settings, LIST).id)
    story.key = story.hub.do(lambda s, _i: listings.find(s, "Lijst", "1").key)
    village = story.village("esbeek")
    story.claim(village)
    return village


def kept_by(story, village):
    """Whether the entry of the list went over to the village and stays there."""
    (listing,) = (each for each in story.hub.all(select(Listing)) if each.source == "Lijst")
    return (listing.state, listing.successor_uri) == ("withdrawn", village.actor_uri)


def rows(story):
    """The rows of the last list: what was done, and what the coordinator is told."""
    found = story.hub.all(select(ImportRow).order_by(ImportRow.id.desc()).limit(1))
    return [(row.state, [each["words"].get("value") for each in row.remarks]) for row in found]


def test_a_list_brings_back_nothing_that_was_claimed_meanwhile(story, village):
    run_id = story.hub.do(lambda s, _i: compared(s, story.hub.settings, CHANGED).id)
    story.decide(deciding.settle, village, by="Ans")

    def carry_out(session, _identity):
        service.start(session, session.get_one(ImportRun, run_id), by="Ans")
        session.commit()
        work(session, story.hub.settings)

    story.hub.do(carry_out)
    assert kept_by(story, village)
    assert rows(story) == [("same", ["Esbeek Helpt"])]


def test_what_a_village_keeps_itself_is_left_to_it_with_its_name(story, village):
    story.decide(deciding.settle, village, by="Ans")
    story.hub.do(lambda s, _i: carried_out(s, story.hub.settings, CHANGED).id)
    assert kept_by(story, village)
    assert rows(story) == [("same", ["Esbeek Helpt"])]


def test_undoing_the_list_leaves_the_village_its_entry(story, village):
    story.decide(deciding.settle, village, by="Ans")

    def undo(session, _identity):
        service.undo(session, session.get_one(ImportRun, 1), by="Ans")
        session.commit()
        work(session, story.hub.settings)

    story.hub.do(undo)
    assert kept_by(story, village)
    assert rows(story) == [("kept", ["Esbeek Helpt"])]
