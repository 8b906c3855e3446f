"""One member's signature must not decide a national figure: what cannot be is not counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from directory.national.completeness import by_province
from directory.national.parts import Asked, gather
from directory.national.replica_parts import inhabitants_of
from directory.national.report import figure
from tests.directory.national.countries import community, released

SURVEY = {"indicator": "nl:lonely", "epsilon": 0.5, "denominator": 60}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ASKED = Asked("nl:lonely", 1, *YEAR)
AUSTERLITZ = 2759610


def counted(told, groups=()):
    return [each.value for told_by in gather(groups, told).figures.values() for each in told_by.values()]


@pytest.mark.parametrize(
    "told",
    [
        {**SURVEY, "value": 0, "epsilon": 10, "denominator": 1_000_000_000},
        {**SURVEY, "value": 0, "denominator": 1_000_001},
        {**SURVEY, "value": 30, "denominator": 29},
        {**SURVEY, "value": 5_000, "denominator": 1},
        {**SURVEY, "value": 101},
        {**SURVEY, "value": -41},
        {**SURVEY, "value": 30, "denominator": None},
        {**SURVEY, "value": 30, "epsilon": 10},
        {**SURVEY, "value": 30, "sensitivity": 2},
        {**SURVEY, "indicator": "nl:cohesion", "value": 300, "sensitivity": 1},
        {"value": 30, "epsilon": 1.0},
        {"value": 2_000_000},
        {"value": -81},
        {"value": 30, "denominator": 1_000_001},
        {"value": 30, "indicator": "nl:voters", "epsilon": 0.5, "denominator": 400},
    ],
)
def test_what_cannot_be_is_not_counted_and_can_be_seen(told):
    odd = released(community(1), **told)
    gathered = gather([community(1)], [odd])
    assert (gathered.figures, gathered.impossible) == ({}, [odd])


@pytest.mark.parametrize(
    "told",
    [
        {**SURVEY, "value": 100},
        {**SURVEY, "value": -40},
        {**SURVEY, "value": 10, "denominator": 30},
        {**SURVEY, "indicator": "nl:cohesion", "value": 300, "sensitivity": 10},
        {"value": -12},
        {"value": 900, "denominator": 400},
        {**SURVEY, "value": 30, "version": 2, "epsilon": 3.0},
        {"value": 30, "indicator": "nl:unknown", "epsilon": 3.0},
    ],
)
def test_what_noise_guests_or_a_definition_of_later_explain_is_counted(told):
    assert counted([released(community(1), **told)]) == [told["value"]]


def test_one_member_does_not_move_the_share_of_all():
    groups = [community(number) for number in range(7)]
    told = [released(each, **SURVEY, value=30) for each in groups[:6]]
    odd = released(groups[6], **{**SURVEY, "value": 0, "epsilon": 10, "denominator": 1_000_000_000})
    shown = figure(gather(groups, [*told, odd]), ASKED)
    assert (shown["rate"]["reported"]["value"], shown["communities"], shown["reporting"]) == (50, 7, 6)
    assert sum(row["reporting"] for row in shown["completeness"]) == 6


def test_no_more_people_answer_than_can_live_there():
    assert inhabitants_of([AUSTERLITZ, AUSTERLITZ]) == 1440
    assert inhabitants_of([AUSTERLITZ, 1]) is None
    assert inhabitants_of([]) is None
    small = community(1, inhabitants=1440)
    for of, is_counted in ((3 * 1440, True), (3 * 1440 + 1, False)):
        told = released(small, **{**SURVEY, "value": 0, "denominator": of})
        assert bool(counted([told], [small])) == is_counted


def test_correcting_the_older_survey_of_a_year_does_not_hide_the_newer():
    one = community(1)
    spring = {**SURVEY, "start": date(2026, 3, 1), "end": date(2026, 3, 31)}
    autumn = {**SURVEY, "start": date(2026, 10, 1), "end": date(2026, 10, 31)}
    first = released(one, 20, **spring, published_at=datetime(2026, 4, 10, tzinfo=UTC))
    later = released(one, 30, **autumn, published_at=datetime(2026, 11, 20, tzinfo=UTC))
    again = released(one, 21, **spring, published_at=datetime(2026, 12, 1, tzinfo=UTC))
    gathered = gather([one], [again, later, first])
    assert counted([again, later, first]) == [30]
    (row,) = [each for each in by_province(gathered, ASKED, [one]) if each.communities]
    assert (row.median_days, row.in_time) == (20, 1)
