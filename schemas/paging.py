"""Pages of a list: which one is asked for, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.numbers import read_digits

MOST_PAGES = 10_000
"""A page beyond this one is not asked of a database: its place would outgrow what that can count."""


def read_page(arguments: Mapping[str, str]) -> int:
    """The page that an address asks for, from 1 to MOST_PAGES; the first for what is no number."""
    beginning = arguments.get("page", "").strip()[: len(str(MOST_PAGES))]  # more digits are beyond the last
    return min(max(1, read_digits(beginning) or 1), MOST_PAGES)


def pages_of(total: int, per_page: int) -> int:
    """How many pages a list of ``total`` takes; at least one, which may be empty."""
    return max(1, -(-total // per_page))
