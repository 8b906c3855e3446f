"""Counting who came, with a thumb on a telephone: with scripts and without."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NAME = "Soep aan tafel"


@pytest.fixture(scope="module")
def today_address(lived_in) -> str:
    """Where today's time of an activity of every day is counted."""
    visitor = lived_in.person("austerlitz", "board").visitor
    form = visitor.get("/meedoen/nieuw")
    today = date.today().isoformat()  # noqa: DTZ011  # the clock of the village and of this machine
    typed = {"name": NAME, "firstOn": today, "repeat": "daily", "atTime": "00.05", "indicator": "nl:diners"}
    made = visitor.submit(form, form.form(field="firstOn"), typed)
    return f"{made.url.removeprefix(visitor.base_url)}/{today}"


def test_a_tap_is_one_more_and_the_page_stays_where_it_is(watched, today_address):
    with watched("austerlitz", "board", size=PHONE) as opened:
        page = opened.open(today_address)
        for expected in ("1", "2", "3"):
            page.get_by_role("button", name="Eén erbij").click()
            expect(page.locator("#count output")).to_have_text(expected)
        page.get_by_role("button", name="Eén minder").click()
        expect(page.locator("#count output")).to_have_text("2")
        box = page.get_by_role("button", name="Eén erbij").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert violations(page) == []
        assert sideways(page) == 0


def test_without_scripts_a_tap_counts_as_well(watched, today_address):
    with watched("austerlitz", "board", size=PHONE, javascript=False) as opened:
        page = opened.open(today_address)
        before = int(page.locator("#count output").inner_text())
        with page.expect_navigation():
            page.get_by_role("button", name="Eén erbij").click()
        assert int(page.locator("#count output").inner_text()) == before + 1
        assert page.url.endswith("#count")
