"""No hidden number can be reckoned: against somebody who tries every table there can be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.disclosure.hiding import hide, shown
from directory.disclosure.rules import ACTIVITY, SENSITIVE, Reason, Rule
from directory.disclosure.tables import Table
from tests.directory.disclosure.reckoning import possible_values

SMALL = Rule("small", 2, 2)
"""So small that every table there can be is soon tried."""


def tables(height, width, most):
    row = st.lists(st.integers(0, most), min_size=width, max_size=width).map(tuple)
    return st.lists(row, min_size=height, max_size=height).map(tuple).map(Table)


@settings(max_examples=40, deadline=None)
@given(st.one_of(tables(1, 3, 4), tables(1, 4, 3), tables(2, 2, 4), tables(2, 3, 2)), st.data())
def test_what_is_possible_is_what_trying_every_table_finds(table, data):
    hidden = data.draw(st.sets(st.sampled_from(table.places())))
    most = max(max(row) for row in table.rows) + 2
    for place, found in possible_values(table, hidden, most).items():
        low, high = table.possible(place, hidden)
        value = table.value(place)
        # the trying goes no further than two up from the largest number, so no further is compared
        assert max(low, value - 2) == max(min(found), value - 2)
        assert min(high, value + 2) == min(max(found), value + 2)


@settings(max_examples=40, deadline=None)
@given(st.one_of(tables(1, 4, 3), tables(2, 2, 5), tables(2, 3, 2)))
def test_who_tries_every_table_narrows_nothing_hidden_down(table):
    hidden = hide(table, SMALL)
    most = max(max(row) for row in table.rows) + 2
    for place, found in possible_values(table, hidden, most).items():
        assert max(found) - min(found) >= SMALL.least, place
        assert max(found) >= SMALL.least, "it may well be one that was not too small"


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(tables(4, 2, 60), tables(1, 5, 40), tables(3, 4, 25)), st.sampled_from([ACTIVITY, SENSITIVE])
)
def test_large_tables_keep_every_small_number_and_stay_useful(table, rule):
    hidden = hide(table, rule)
    for place in table.places():
        assert place in hidden or table.value(place) >= rule.least
    for place in hidden:
        low, high = table.possible(place, hidden)
        assert high - low >= rule.least or len(hidden) == len(table.places())
    if all(table.value(place) >= rule.least for place in table.places()):
        assert hidden == {}


@settings(max_examples=60, deadline=None)
@given(tables(4, 2, 60), st.sampled_from([ACTIVITY, SENSITIVE]))
def test_what_is_shown_is_rounded_and_gives_less_than_the_numbers_would(table, rule):
    for place, value in shown(table, rule).items():
        assert value is None or (value % rule.step == 0 and abs(value - table.value(place)) <= rule.step / 2)


def test_one_hidden_number_takes_the_smallest_other_with_it():
    table = Table(((3, 40, 20),))
    assert hide(table, ACTIVITY) == {(0, 0): Reason.FEW, (0, 2): Reason.OTHERS}
    assert shown(table, ACTIVITY)[0, 2] is None
    assert shown(table, ACTIVITY)[0, 3] == 65


def test_in_a_table_a_second_row_and_column_go_too():
    hidden = hide(Table(((3, 30, 31), (32, 33, 34), (35, 36, 37))), ACTIVITY)
    assert len(hidden) == 4
    assert hidden[0, 0] == Reason.FEW
    assert not any(3 in place for place in hidden), "the totals are still told"


def test_two_small_numbers_with_a_small_total_are_not_enough_for_each_other():
    assert shown(Table(((1, 2, 50),)), SENSITIVE)[0, 2] is None
    assert len(hide(Table(((1, 2),)), SENSITIVE)) == 3


@pytest.mark.parametrize("rows", [(), ((),), ((1, 2), (3,)), ((-1, 4),)])
def test_what_is_no_table_is_refused(rows):
    with pytest.raises(ValueError, match="table"):
        Table(rows)
