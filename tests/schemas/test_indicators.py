"""The national set is whole, and an indicator of process is refused."""

from __future__ import annotations

import math

import pytest

from directory.national.composed_noise import error_bar
from schemas.errors import InvalidInput
from schemas.indicator_rules import check_outcome, process_words
from schemas.indicators import (
    ELEMENTS,
    MEASURED_BY,
    NATIONAL,
    NATIONAL_PREFIX,
    WELLBEING_BUDGET,
    YEARLY_BUDGET,
)
from schemas.survey_indicators import CATALOGUE, SURVEYED
from schemas.yearly_indicators import YEARLY


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=CATALOGUE)
def test_every_indicator_says_all_that_is_needed_to_read_it(indicator):
    assert indicator.code.startswith(NATIONAL_PREFIX)
    assert {indicator.numerator, indicator.denominator} <= set(ELEMENTS)
    assert indicator.numerator != indicator.denominator
    assert indicator.measured_by in MEASURED_BY
    assert indicator.bound >= 1
    assert 0 < indicator.epsilon <= YEARLY_BUDGET / 2
    for part in ("goal", "definition", "unit", "instrument"):
        for language in ("nl", "en"):
            assert len(getattr(indicator, f"{part}_{language}")) > 6
    for language in ("nl", "en"):
        parts = (getattr(indicator, f"{part}_{language}") for part in ("definition", "unit", "goal"))
        check_outcome(getattr(indicator, language), *parts)


def test_what_is_counted_by_quarter_by_year_and_in_a_survey_are_three_sets():
    for kind, found in (("quarter", NATIONAL), ("year", YEARLY), ("survey", SURVEYED)):
        assert {each.counted for each in found.values()} == {kind}
    assert len(CATALOGUE) == len(NATIONAL) + len(YEARLY) + len(SURVEYED)


def test_a_denominator_travels_only_when_its_number_is_public():
    for indicator in CATALOGUE.values():
        is_public = ELEMENTS[indicator.denominator].is_public
        assert (indicator.takes_denominator != "none") == is_public
        assert (indicator.takes_denominator == "required") == (indicator.counted == "survey")
        assert indicator.aggregate == "count" or indicator.takes_denominator == "required"


def test_what_health_and_wellbeing_cost_a_person_is_at_most_one_a_year():
    for indicator in (*SURVEYED.values(), *YEARLY.values()):
        assert indicator.epsilon <= WELLBEING_BUDGET
        assert error_bar([(indicator.epsilon, indicator.bound)]) >= indicator.bound


@pytest.mark.parametrize(
    "text",
    [
        "Minuten per bezoek",
        "Aantal tickets",
        "productiviteit van de dorpsondersteuner",
        "Gemiddelde doorlooptijd",
        "Afgehandelde vragen",
        "gewerkte UREN",
        "Bezoeken per medewerker",
        "hours worked",
        "Response time of the team",
        "Reactietijd",
    ],
)
def test_a_measure_of_process_is_refused(text):
    for name, definition, unit in ((text, "x", "x"), ("x", text, "x"), ("x", "x", text)):
        with pytest.raises(InvalidInput):
            check_outcome(name, definition, unit, "Mensen ontmoeten elkaar")
    assert process_words(text)


@pytest.mark.parametrize(
    "text", ["Eters aan tafel", "Mensen in de buurt", "Muren schilderen", "Avonturen", "Buren"]
)
def test_an_outcome_is_no_process_because_a_word_looks_like_one(text):
    check_outcome(text, text, "personen", "Mensen doen mee")


@pytest.mark.parametrize("goal", ["", "  "])
def test_without_a_goal_of_residents_nothing_is_counted(goal):
    with pytest.raises(InvalidInput) as caught:
        check_outcome("Eters", "Wie mee-at", "personen", goal)
    assert "goal" in caught.value.fields


def test_a_national_sum_of_what_is_usual_is_within_one_per_cent():
    """ε fits what villages count: members about 87 and volunteers about 50 a village."""
    for code, usual in (("nl:members", 87), ("nl:volunteers", 50)):
        indicator = NATIONAL[code]
        bar = error_bar([(indicator.epsilon, indicator.bound)] * 2000) / (2000 * usual)
        assert bar < 0.01, (code, bar)
        assert math.isfinite(bar)
