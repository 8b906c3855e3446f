"""What of an exact number may be read on our own page, and the words that go with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure.rules import Reason
from node.own_figures.guarantee import guarantee
from node.own_figures.presenting import Presented, present, rule_of
from schemas.survey_indicators import CATALOGUE

DINERS, LONELY, SCORE = (CATALOGUE[code] for code in ("nl:diners", "nl:lonely", "nl:loneliness_score"))


def test_a_count_is_rounded_to_fives_and_says_between_what_it_lies():
    told = present(DINERS, 43)
    assert (told.value, told.low, told.high) == (45, 43, 47)
    assert "tussen 43 en 47" in guarantee(DINERS, told)
    assert present(DINERS, 5).low == 5, "four would have been hidden"


@pytest.mark.parametrize("counted", [0, 1, 4])
def test_few_people_and_nobody_look_the_same(counted):
    assert present(DINERS, counted) == present(DINERS, 2)
    assert present(DINERS, counted).reason == Reason.FEW
    assert "minder dan 5" in guarantee(DINERS, present(DINERS, counted))


@given(st.integers(0, 3000), st.none() | st.integers(1, 3000))
def test_the_true_number_lies_where_the_page_says(counted, group):
    told = present(DINERS, counted, group)
    assert (told.value is None) == (told.reason is not None)
    if told.value is not None:
        assert told.low <= counted <= told.high
        assert told.value % 5 == 0


@given(st.integers(30, 900), st.data())
def test_a_share_of_answers_shows_no_few_and_no_nearly_all(group, data):
    counted = data.draw(st.integers(0, group))
    told = present(LONELY, counted, group)
    assert (told.value is not None) == (counted >= 10 and group - counted >= 10)
    if told.value is not None:
        assert told.low <= 100 * counted / group <= told.high
        assert told.low <= told.value <= told.high


def test_a_mean_needs_thirty_answers_that_are_not_all_the_same():
    assert present(SCORE, 70, 29).reason == Reason.FEW
    assert present(SCORE, 0, 40).reason == Reason.ALL
    assert present(SCORE, 6 * 40, 40).reason == Reason.ALL
    told = present(SCORE, 100, 40)
    assert (told.kind, told.value) == ("mean", 2.5)
    assert "Gemiddeld 2,5, van 40 mensen" in guarantee(SCORE, told)


def test_a_part_that_is_small_takes_another_with_it_and_the_whole_stays():
    told = present(DINERS, 63, None, {"18-39": 3, "40-64": 20, "65-74": 40, "75+": 0, "unknown": 0})
    assert told.value == 65
    assert told.parts == {"18-39": None, "40-64": None, "65-74": 40, "75+": None, "unknown": None}
    assert "streepje" in guarantee(DINERS, told)


def test_parts_of_a_number_that_is_hidden_are_not_told():
    assert present(DINERS, 3, None, {"18-39": 3}).parts == {}
    assert present(DINERS, 598, 600, {"18-39": 598}).reason == Reason.ALL


def test_health_and_what_a_village_counts_for_itself_need_ten():
    assert rule_of(DINERS).least == 5
    for code in ("nl:lonely", "nl:cohesion", "nl:nursing_home", "nl:satisfied"):
        assert rule_of(CATALOGUE[code]).least == 10


def test_what_is_kept_is_what_was_read():
    told = present(DINERS, 63, 700, {"18-39": 23, "40-64": 40})
    assert Presented(**told.stored()) == told
