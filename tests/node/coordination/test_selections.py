"""Saved selections that are not clear, or of which a filter is gone: they never stand for the whole guide."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from node.coordination import views
from node.coordination.mailing_recipients import recipients_of
from node.coordination.models import SavedView
from schemas.errors import InvalidInput
from tests.directory.organisations import add, organisation


@pytest.fixture
def near_zeist(hub, session):
    """An initiative in Zeist, and one far away."""
    add(session, organisation("Dichtbij", "Zeist"), organisation("Ver weg", "Emmen"))


def test_a_selection_around_a_place_that_is_not_clear_is_refused_with_the_reason(near_zeist, session):
    with pytest.raises(InvalidInput, match="more than one") as refused:
        views.save_view(session, "Rond Hengelo", {"near": "Hengelo", "within": "10"}, by="Ans")
    assert "Hengelo" in refused.value.params["choices"]
    for near in ("Qxqxqxq", "99999999"):
        with pytest.raises(InvalidInput, match="do not know a place"):
            views.save_view(session, "Nergens", {"near": near}, by="Ans")
    assert session.scalar(select(SavedView.id)) is None


def test_a_kept_selection_of_which_the_place_is_not_clear_chooses_nobody(near_zeist, session):
    session.add(SavedView(name="Oud", parameters={"near": "Hengelo", "within": "10"}, by="Ans"))
    views.save_view(session, "Rond Zeist", {"near": "Zeist", "within": "10"}, by="Ans")
    old, zeist = views.list_views(session)
    assert (old.count, zeist.count) == (0, 1)
    reached = [recipients_of(session, each.choice.selection).listed for each in (old, zeist)]
    assert [[each.entry.name for each in listed] for listed in reached] == [[], ["Dichtbij"]]
    assert old.choice.parameters() == {"near": "Hengelo", "within": 10}


@pytest.mark.parametrize("text", ["eten\x00", "\ud800"])
def test_a_selection_with_a_character_that_cannot_be_kept_is_refused(near_zeist, session, text):
    for name in ("q", "near"):
        with pytest.raises(InvalidInput, match="cannot be kept"):
            views.save_view(session, "Vreemd", {name: text}, by="Ans")


def test_a_municipality_that_merged_into_another_locks_nothing(near_zeist, session):
    views.save_view(session, "Haaren", {"municipality": "GM0788"}, by="Ans")
    views.save_view(session, "Zeist", {"municipality": "GM0355"}, by="Ans")
    assert [(each.view.name, each.count) for each in views.list_views(session)] == [
        ("Haaren", 0),
        ("Zeist", 1),
    ]
