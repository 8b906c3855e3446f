"""Counting what was told: nobody is counted twice, nothing unknown is hidden, nobody is ranked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from directory.replica.template_usage import KnownUsage
from node.template_evidence.ladder import STEPS, climb
from node.template_evidence.summary import months_between, summarise
from schemas.template_evidence import STOP_REASONS

TODAY = date(2026, 11, 22)


def used(start, told="2026-11", stop=None, reason="", cost=(None, None), hours=(None, None)):
    """What one community told, in months."""
    return KnownUsage(
        uri=f"https://dorp.example/{start}{told}{stop}",
        owner_uri=f"https://dorp.example/{start}{told}{stop}",
        started_on=month(start),
        stopped_on=month(stop) if stop else None,
        stop_reason=reason,
        told_on=month(told),
        cost_lowest=cost[0],
        cost_highest=cost[1],
        hours_lowest=hours[0],
        hours_highest=hours[1],
    )


def month(text):
    """The first day of a month."""
    return date.fromisoformat(f"{text}-01")


def test_after_six_and_twelve_months_all_who_began_are_accounted_for():
    told = [
        used("2025-01"),  # still does it
        used("2025-01", stop="2025-03"),  # stopped within six months
        used("2025-01", stop="2025-09", told="2026-01"),  # stopped between six and twelve
        used("2025-01", told="2025-04"),  # was not heard of again
        used("2026-09"),  # began too late to say
    ]
    six, twelve = summarise(told, TODAY).marks
    assert (six.running, six.stopped, six.not_known, six.begun) == (2, 1, 1, 4)
    assert (twelve.running, twelve.stopped, twelve.not_known) == (1, 2, 1)


def test_who_is_silent_for_more_than_a_year_is_not_in_use():
    found = summarise([used("2024-01", told="2025-01"), used("2024-01", told="2025-10")], TODAY)
    assert (found.running, found.silent, found.stopped) == (1, 1, 0)


def test_ranges_keep_their_ends_and_their_middle():
    found = summarise([used("2026-01", cost=(5, 7)), used("2026-02", cost=(0, 20)), used("2026-03")], TODAY)
    assert (found.cost.lowest, found.cost.highest, found.cost.middle, found.cost.count) == (0, 20, 8, 2)
    assert found.hours is None


def test_reasons_are_counted_and_the_unnamed_comes_last():
    told = [used(f"2025-0{at}", stop="2026-01", reason=code) for at, code in
            enumerate(("", "", "helpers", "money", "helpers"), 1)]  # fmt: skip
    assert summarise(told, TODAY).reasons == [("helpers", 2), ("money", 1), ("", 2)]


def test_nothing_told_is_nothing_known():
    found = summarise([], TODAY)
    assert (found.told, found.running, found.cost, found.reasons) == (0, 0, None, [])
    assert climb(found, "").step == "thought_up"


def test_the_ladder_goes_from_thought_up_to_graded():
    one, two = summarise([used("2026-01")], TODAY), summarise([used("2026-01"), used("2026-02")], TODAY)
    assert climb(one, "").step == "tried"
    assert climb(two, "").step == "in_use"
    assert climb(two, "described").taken == STEPS
    assert climb(two, "described").use_step == "in_use"
    graded = climb(summarise([], TODAY), "founded")
    assert (graded.taken, graded.use_step) == (("thought_up", "graded"), "thought_up")


months = st.dates(date(2020, 1, 1), TODAY).map(lambda day: day.replace(day=1))
ranges = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(0, 100), st.floats(0, 100)).map(lambda pair: tuple(sorted(pair))),
)


@st.composite
def usages(draw):
    """What a community could tell."""
    start, told = sorted((draw(months), draw(months)))
    stop = draw(st.none() | st.dates(start, told).map(lambda day: day.replace(day=1)))
    reason = draw(st.sampled_from(("", *STOP_REASONS.codes))) if stop else ""
    cost = draw(ranges)
    return used(f"{start:%Y-%m}", f"{told:%Y-%m}", f"{stop:%Y-%m}" if stop else None, reason, cost)


@given(st.lists(usages(), max_size=12), st.randoms())
def test_the_counts_always_add_up_in_whatever_order(told, random):
    found = summarise(told, TODAY)
    assert found.running + found.silent + found.stopped == found.told == len(told)
    assert sum(count for _code, count in found.reasons) == found.stopped
    for mark in found.marks:
        assert mark.begun == sum(months_between(each.started_on, TODAY) >= mark.months for each in told)
        assert min(mark.running, mark.stopped, mark.not_known) >= 0
    if found.cost:
        assert found.cost.lowest <= found.cost.middle <= found.cost.highest
    random.shuffle(told)
    assert summarise(told, TODAY) == found


@given(st.lists(usages(), max_size=8), usages())
def test_telling_more_never_takes_a_step_away(told, another):
    before = climb(summarise(told, TODAY), "")
    after = climb(summarise([*told, another], TODAY), "")
    assert set(before.taken) <= set(after.taken)


def test_months_are_counted_over_years():
    assert months_between(date(2024, 12, 31), date(2025, 1, 1)) == 1
    assert months_between(date(2024, 1, 31), date(2024, 1, 31) + timedelta(days=366)) == 13 - 1
