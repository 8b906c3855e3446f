"""Shares and means of public denominators, against a plain division."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.figure_rates import possible, rate_of
from schemas.survey_indicators import CATALOGUE, SURVEYED

LONELY, MARK = SURVEYED["nl:lonely"], SURVEYED["nl:life_mark"]


def test_a_count_is_a_share_and_points_are_a_mean():
    share = rate_of(LONELY, 52, 6, 120)
    assert (share.kind, round(share.value, 4), round(share.error_bar, 4)) == ("share", 0.4333, 0.05)
    mean = rate_of(MARK, 890, 54, 120)
    assert (mean.kind, round(mean.value, 3), round(mean.error_bar, 3)) == ("mean", 7.417, 0.45)
    assert rate_of(LONELY, 52, 6, None) is None


@given(
    st.sampled_from(sorted(CATALOGUE)), st.integers(-500, 20_000), st.integers(1, 90), st.integers(1, 2000)
)
def test_noise_never_leads_outside_what_is_possible(code, value, error_bar, denominator):
    indicator = CATALOGUE[code]
    rate = rate_of(indicator, value, error_bar, denominator)
    least, most = possible(indicator, denominator)
    assert least / denominator == rate.floor <= rate.low <= rate.value <= rate.high <= most / denominator
    if least <= value <= most:
        assert rate.value == pytest.approx(float(Fraction(value, denominator)))
    assert rate.error_bar == pytest.approx(float(Fraction(error_bar, denominator)))
