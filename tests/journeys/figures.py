"""Counting, asking the board, and releasing a protected figure, through the forms that people see."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.journeys.people import Person
from tests.journeys.visitor import Page


def past_quarter(back: int) -> str:
    """A quarter that is over, as the form writes it: the last one for 1, and so on."""
    today = datetime.now(UTC)
    number = today.year * 4 + (today.month - 1) // 3 - back
    return f"{number // 4}-{number % 4 + 1}"


def count(person: Person, value: int, period: str) -> Page:
    """Enter a number on the sheet of a quarter, and put it before the board."""
    page = person.visitor.get(f"/cijfers/kwartaal/{period}")
    values = {"value-nl-diners": str(value), "ask": "1"}
    return person.visitor.submit(page, page.form(field="value-nl-diners"), values)


def open_decision(person: Person) -> Page:
    """The page on which the board decides about the figure that waits."""
    page = person.visitor.get("/cijfers")
    waiting = [
        link["href"]
        for card in page.soup.select("li")
        if card.select(".badge.warm")
        for link in card.select('a[href*="goedkeuren"]')
    ]
    assert waiting, f"no figure waits for the board: {page.main[:800]}"
    return person.visitor.get(str(waiting[0]))


def release(person: Person) -> Page:
    """Approve the figure that waits."""
    page = open_decision(person)
    return person.visitor.submit(page, page.form(action="goedkeuren"))


def find_number(number: int, stream: bytes) -> list[bytes]:
    """Where a number stands by itself in bytes, also as people write it: 783461, 783.461, 783,461."""
    digits = str(number)
    split = f"{digits[:-3]}(?:[., ]|&nbsp;|\\xc2\\xa0)?{digits[-3:]}".encode("latin-1")
    pattern = rb"(?<![0-9A-Za-z.])" + split + rb"(?![0-9A-Za-z])"
    return [stream[max(0, m.start() - 60) : m.end() + 60] for m in re.finditer(pattern, stream)]
