"""The sums: ranges per payer, what matters most, and where the outcome probably lies."""

from __future__ import annotations

import copy
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.business_case.calculation import Line, Range, by_payer, probable, swings, total
from node.business_case.checks import remarks_of
from node.business_case.content import lines_of, load_content
from node.business_case.prices import PRICES
from node.business_case.words import PAYERS
from node.example_business_case import AUSTERLITZ_CASE
from schemas.errors import InvalidInput

ONE = Range(1, 1, 1)


def line(kind, payer, price, amount=ONE, **more):
    return Line(kind, payer, more.pop("label", f"{kind} of {payer}"), amount, price, **more)


ranges = st.lists(st.floats(0, 1e6), min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))
lines = st.lists(
    st.builds(
        Line,
        kind=st.sampled_from(["cost", "saving"]),
        payer=st.sampled_from(list(PAYERS)),
        label=st.just("x"),
        amount=ranges,
        price=ranges,
    ),
    max_size=8,
)


def test_the_net_of_a_payer_takes_the_worst_with_the_best():
    each = [
        line("cost", "municipality", Range(10, 20, 40)),
        line("saving", "municipality", Range(5, 30, 50)),
        line("saving", "care_office", Range(100, 100, 100)),
    ]
    ours, theirs = by_payer(each, PAYERS)
    assert ours.net == Range(5 - 40, 10, 50 - 10)
    assert theirs.net == Range(100, 100, 100)
    assert total(each).net == ours.net + theirs.net


@given(lines)
def test_payers_add_up_and_nothing_lies_outside_the_widest_range(each):
    everything = total(each)
    parts = by_payer(each, PAYERS)
    assert math.isclose(sum(part.net.likely for part in parts), everything.net.likely, abs_tol=1e-3)
    for swing in swings(each):
        for outcome in (swing.at_low, swing.at_high):
            slack = 1e-6 * max(1.0, abs(everything.net.low), abs(everything.net.high))
            assert everything.net.low - slack <= outcome <= everything.net.high + slack
    widths = [swing.width for swing in swings(each)]
    assert widths == sorted(widths, reverse=True)


def test_where_it_probably_lies_agrees_with_the_triangle_itself():
    """The deciles of one triangle are known; the draws come near them and are always the same."""
    low, likely, high = 0.0, 40.0, 100.0
    each = [line("saving", "care_office", Range(low, likely, high))]
    found = probable(each)

    def quantile(part):
        before = (likely - low) / (high - low)
        if part <= before:
            return low + math.sqrt(part * (high - low) * (likely - low))
        return high - math.sqrt((1 - part) * (high - low) * (high - likely))

    for value, part in ((found.low, 0.1), (found.likely, 0.5), (found.high, 0.9)):
        assert abs(value - quantile(part)) < 2.5
    assert probable(each) == found


def test_the_assumption_that_matters_most_comes_first():
    each = [
        line("saving", "care_office", Range(50, 100, 150), Range(1, 4, 9), label="stays"),
        line("cost", "municipality", Range(90, 100, 110), label="grant"),
    ]
    first, *_rest = swings(each)
    assert (first.label, first.part) == ("stays", "amount")
    assert (first.at_low, first.at_high) == (1 * 100 - 100, 9 * 100 - 100)


def test_austerlitz_recomputed_shows_what_contradicts():
    content = load_content(AUSTERLITZ_CASE)
    each = lines_of(content)
    saved = total(each, "unknown").savings
    assert round(saved.likely / content["residents"]) == 263
    assert round(saved.high / content["residents"]) == 275
    assert total(each, "municipality").costs.likely == 40_000
    money = [one for one in each if one.payer == "residents" and not one.in_kind]
    assert total(money).costs.likely == 14_300
    texts = {remark.text: remark.words for remark in remarks_of(content)}
    assert any("no proof of cause" in text for text in texts)
    wmo = next(words for text, words in texts.items() if "Wmo" in text)
    assert wmo == {"percent": 85, "all": 585_200}
    assert any("not known who pays" in text for text in texts)


def test_a_case_that_is_told_fully_has_no_remarks_but_the_payers():
    content = load_content(
        {
            "title": "x",
            "year": 2026,
            "residents": 1000,
            "counterfactual": "They would have moved.",
            "comparison": "Elsendorp",
            "lines": [
                {
                    "kind": kind,
                    "payer": payer,
                    "label": "l",
                    "amount": {"low": 1, "likely": 2, "high": 3},
                    "price": {"low": 10, "likely": 20, "high": 30},
                    "source": "s",
                    "inKind": kind == "cost",
                }
                for kind, payer in (("cost", "residents"), ("saving", "care_office"))
            ],
        }
    )
    (remark,) = remarks_of(content)
    assert remark.words == {"pays": "residents", "saves": "care_office"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("year", 12),
        ("residents", 0),
        ("title", ""),
        ("kind", "gain"),
        ("payer", "nobody"),
        ("amount", {"low": 3, "likely": 2, "high": 4}),
        ("amount", {"low": -1, "likely": 2, "high": 4}),
        ("amount", {"low": 1, "likely": 2}),
        ("price", {"low": 1, "likely": float("nan"), "high": 3}),
        ("price", {"low": 1, "likely": 2, "high": float("inf")}),
        ("price", {"low": "much", "likely": 2, "high": 3}),
        ("priceCode", "gold"),
        ("name", "of a person"),
    ],
)
def test_what_makes_no_sense_is_refused(path, value):
    data = copy.deepcopy(AUSTERLITZ_CASE)
    place = data if path in data else data["lines"][0]
    place[path] = value
    with pytest.raises(InvalidInput) as refused:
        load_content(data)
    assert refused.value.fields


def test_every_price_has_a_source_or_no_amount():
    for price in PRICES.values():
        assert bool(price.source) == (price.amount is not None)
        assert price.payer in PAYERS
        if price.amount:
            assert price.amount.low <= price.amount.likely <= price.amount.high
