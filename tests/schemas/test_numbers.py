"""Whole numbers in text: what is read, and what is refused before it is read."""

from __future__ import annotations

import pytest

from schemas.numbers import read_digits, read_whole, whole_number

NO_NUMBERS = ["", "²", "٣", "-1", "+1", " 1", "1.5", "1_000", "een", "9" * 5000, "0" * 5000]


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("007", 7), ("2147483647", 2147483647)])
def test_digits_are_a_number(text, expected):
    assert read_digits(text) == expected


@pytest.mark.parametrize("text", [*NO_NUMBERS, "2147483648", "1.200"])
def test_anything_else_is_none(text):
    assert read_digits(text) is None


def test_a_number_above_the_largest_is_none():
    assert (read_digits("1000", 1000), read_digits("1001", 1000)) == (1000, None)


@pytest.mark.parametrize("text", ["1200", "1.200", "1 200"])
def test_people_write_points_between_thousands(text):
    assert read_whole(text) == whole_number(text) == 1200


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_stays_as_it_was_typed(text):
    assert (read_whole(text), whole_number(text)) == (None, text or None)
