"""Estimates for all communities, groups and trends, by small examples that can be reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from directory.national.estimating import estimated_sum, reported_sum
from directory.national.groups import divide, span_of
from directory.national.parts import Asked, gather
from directory.national.report import figure
from directory.national.striking import striking
from tests.directory.national.countries import END, START, community, released

ASKED = Asked("nl:diners", 1, START, END)


def told_by(communities, values):
    pairs = zip(communities, values, strict=False)
    return {each.uri: released(each, value) for each, value in pairs if value is not None}


def test_when_all_told_the_estimate_is_the_sum():
    communities = [community(number) for number in range(6)]
    told = told_by(communities, [10] * 6)
    found = estimated_sum(communities, told)
    assert found == reported_sum(told.values())
    assert (found.value, found.non_response) == (60, 0)


def test_who_is_silent_counts_as_the_others_of_its_size():
    small = [community(number, members_band="10-24") for number in range(20)]
    large = [community(number + 20, members_band="500+") for number in range(20)]
    told = told_by(small[:10], [5] * 10) | told_by(large, [100] * 20)
    found = estimated_sum([*small, *large], told)
    assert found.value == pytest.approx(20 * 5 + 20 * 100)
    assert found.error_bar >= found.noise > reported_sum(told.values()).noise


def test_too_few_say_nothing_of_others():
    communities = [community(number) for number in range(9)]
    assert estimated_sum(communities, told_by(communities, [10] * 4)) is None
    assert estimated_sum(communities, told_by(communities, [10] * 5)).value == pytest.approx(90)
    assert estimated_sum([], {}) is None


def test_what_differs_more_makes_the_estimate_less_sure_and_more_answers_surer():
    communities = [community(number) for number in range(40)]
    even, uneven = [20] * 20, [0, 40] * 10
    bars = [estimated_sum(communities, told_by(communities, values)) for values in (even, uneven, uneven * 2)]
    assert bars[0].non_response < bars[1].non_response
    assert bars[2].error_bar < bars[1].error_bar


def test_the_order_in_which_things_come_changes_nothing():
    communities = [community(number, members_band=("1-9", "50-99")[number % 2]) for number in range(60)]
    told = told_by(communities, range(45))
    first = figure(gather(communities, told.values()), ASKED)
    again = figure(gather(communities[::-1], list(told.values())[::-1]), ASKED)
    assert first == again


def test_noise_may_make_a_sum_negative_and_people_read_none():
    communities = [community(number) for number in range(6)]
    shown = figure(gather(communities, told_by(communities, [-3] * 6).values()), ASKED)
    assert shown["reported"]["sum"] == -18
    assert "ongeveer 0." in shown["guarantee"]


def test_groups_are_by_what_communities_tell_of_themselves():
    communities = [replace(community(number), founded_on=2000 + number) for number in range(12)]
    groups = divide("began", communities, told_by(communities, [10] * 12))
    assert [(each.code, each.communities) for each in groups] == [
        ("-2004", 5),
        ("2005-2009", 5),
        ("2010-2014", 2),
    ]
    assert [each.mean.value if each.mean else None for each in groups] == [10, 10, None]
    spans = [span_of(year) for year in (1850, 2004, 2005, 2019, 2020, 2099)]
    assert spans == [["-2004"], ["-2004"], ["2005-2009"], ["2015-2019"], ["2020-"], ["2020-"]]
    assert span_of(None) == []


def test_who_has_no_node_yet_or_ended_is_not_expected():
    late = community(1, since=date(2026, 7, 1))
    ended = community(2, closed_on=date(2026, 3, 31))
    there = community(3, since=date(2026, 6, 30), closed_on=date(2026, 4, 1))
    told = [released(community(4), 5)]
    assert figure(gather([late, ended, there], told), ASKED)["communities"] == 2


def test_a_figure_far_larger_than_the_others_is_pointed_out_and_counts():
    communities = [community(number) for number in range(12)]
    told = told_by(communities, [30] * 11 + [40_000])
    (odd,) = striking(told)
    assert (odd.value, reported_sum(told.values()).value) == (40_000, 40_330)
    assert striking(told_by(communities, [30] * 11 + [290])) == []
    assert striking(told_by(communities, [0] * 11 + [190])) == []
    assert striking(told_by(communities, [1, 1, 1, 10_000])) == []
