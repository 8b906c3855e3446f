"""Pages of a list: which one is asked for, and how many there are."""

from __future__ import annotations

import pytest

from schemas.paging import MOST_PAGES, pages_of, read_page


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("1", 1),
        (" 12 ", 12),
        ("10000", MOST_PAGES),
        ("10001", MOST_PAGES),
        ("9" * 30, MOST_PAGES),
        ("9" * 5000, MOST_PAGES),
        ("0", 1),
        ("-3", 1),
        ("²", 1),
        ("twee", 1),
        ("", 1),
    ],
)
def test_a_page_is_one_that_can_be_asked_for(text, page):
    assert read_page({"page": text}) == page


def test_an_address_without_a_page_asks_for_the_first():
    assert read_page({}) == 1


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (1005, 51)])
def test_a_list_has_a_page_for_each_that_is_begun(total, pages):
    assert pages_of(total, 20) == pages
