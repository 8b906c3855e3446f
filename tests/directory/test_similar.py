"""Communities like one: the order, the reasons, and what is left out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.examples.data import examples
from directory.replica.entries import Entry
from directory.search.likeness import Traits, likeness
from directory.search.similar import similar_to, traits_of
from tests.directory.organisations import add, organisation

TOLD = {"phase": "running", "volunteersBand": "10-24", "membersBand": "0"}


@pytest.fixture
def villages(session):
    """One village, and others that share something with it."""
    add(
        session,
        organisation("Wij", "Austerlitz", themes=["eating", "dementia"], **TOLD),
        organisation("Tweeling", "Hoogeloon", themes=["eating", "dementia"], **TOLD),
        organisation("Buren", "Zeist", themes=["energy"], phase="idea", volunteersBand="500+"),
        organisation("Halve", "Hoogeloon", themes=["eating"], phase="mature", volunteersBand="25-49"),
        organisation("Gesloten", "Austerlitz", themes=["eating", "dementia"], closedOn="2024-01-01", **TOLD),
        organisation(
            "Anders", "Groningen", themes=["culture"], phase="paused", kind="transport", volunteersBand="500+"
        ),
    )
    session.commit()
    return session


def entry(session, name):
    return session.scalars(select(Entry).where(Entry.name == name)).one()


def names(session, **options):
    return [each.entry.name for each in similar_to(session, entry(session, "Wij"), **options)]


def test_who_shares_most_comes_first_with_the_reasons(villages):
    found = similar_to(villages, entry(villages, "Wij"))
    assert [each.entry.name for each in found][:2] == ["Tweeling", "Halve"]
    reasons = {reason.what: reason for reason in found[0].reasons}
    assert set(reasons["themes"].values) == {"eating", "dementia"}
    assert reasons["volunteers"].values == ("10-24",)
    assert reasons["phase"].values == ("running",)
    assert reasons["kind"].values == ("caring_village",)
    assert "members" not in reasons  # that nobody has members is nothing to share
    assert found[0].percent > found[1].percent > 0


def test_what_is_closed_what_shares_nothing_and_itself_are_left_out(villages):
    assert not {"Wij", "Gesloten", "Anders"} & set(names(villages))


def test_what_matters_most_comes_first(villages):
    assert names(villages, emphasis="area")[0] == "Buren"
    assert names(villages, emphasis="themes")[0] == "Tweeling"
    assert len(names(villages, most=1)) == 1


def test_a_rare_theme_says_more_than_a_common_one():
    bare = Traits("other", None, frozenset(), None, None, None, ())
    one = Traits("network", None, frozenset({"rare", "common"}), None, None, None, ())
    rarity = {"rare": 5.0, "common": 1.0}

    def share(code):
        other = Traits(**{**bare.__dict__, "themes": frozenset({code})})
        return likeness(one, other, rarity)[0]

    assert share("rare") > share("common") > 0


def test_it_is_the_same_both_ways_and_everything_with_itself(session):
    add(session, *examples(40))
    session.commit()
    listed = session.scalars(select(Entry).order_by(Entry.key)).all()
    traits = [traits_of(each) for each in listed]
    for one in traits[:8]:
        for other in traits:
            assert likeness(one, other, {})[0] == pytest.approx(likeness(other, one, {})[0], abs=0.01)
            assert 0 <= likeness(one, other, {})[0] <= likeness(one, one, {})[0] <= 1


def test_little_told_is_no_error(session):
    add(session, organisation("Alleen", "Zeist"))
    session.commit()
    assert similar_to(session, entry(session, "Alleen")) == []
