"""A survey as people see it: made by the board, answered without scripts, typed in by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE, SMALLEST, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def survey(lived_in) -> tuple[str, str]:
    """The page of an open survey for the team, and for who answers."""
    visitor = lived_in.person("austerlitz", "board").visitor
    form = visitor.get("/vragenlijsten/nieuw")
    today = date.today()  # noqa: DTZ011  # the clock of the village and of this machine
    typed = {
        "title": "Hoe gaat het met u?",
        "intro": "Wij willen weten hoe het gaat.",
        "access": "open",
        "startsOn": today.isoformat(),
        "endsOn": min(today + timedelta(days=27), today.replace(month=12, day=31)).isoformat(),
        "instruments": "life",
        "invited": "100",
        "75+.woman": "60",
        "75+.man": "60",
    }
    made = visitor.submit(form, form.form(field="title"), typed)
    visitor.submit(made, made.form(action="vast"))
    path = made.url.removeprefix(visitor.base_url)
    shown = visitor.get(path)
    address = next(link for link in shown.links().values() if "/vragen/" in link)
    return path, address.removeprefix(visitor.base_url)


def go_on(page: Page, value: str = "") -> None:
    """Choose an answer, if one is named, and go to the next screen."""
    if value:
        page.locator(f'input[type=radio][value="{value}"]').check()
    with page.expect_navigation():
        page.get_by_role("button", name="Verder").click()


def test_answering_without_scripts_and_without_a_cookie(watched, survey):
    with watched("austerlitz", "", size=PHONE, javascript=False) as opened:
        page = opened.open(survey[1])
        page.locator("#consent").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Begin").click()
        go_on(page)
        expect(page.get_by_role("alert")).to_contain_text("Kies een antwoord")
        go_on(page, "8")
        page.go_back()
        expect(page.get_by_text("Vraag 1 van 5")).to_be_visible()
        page.go_forward()
        for _question in range(4):
            box = page.locator("label.answer").first.bounding_box()
            assert box["height"] >= 44
            go_on(page, "-")
        with page.expect_navigation():
            page.get_by_role("button", name="Verstuur mijn antwoorden").click()
        expect(page.get_by_role("heading", name="Dank u wel")).to_be_visible()
        assert page.context.cookies() == []


def test_each_screen_is_accessible_on_the_smallest_telephone(watched, survey):
    with watched("austerlitz", "", size=SMALLEST) as opened:
        page = opened.open(survey[1])
        assert (violations(page), sideways(page)) == ([], 0)
        page.locator("#consent").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Begin").click()
        for _question in range(5):
            assert (violations(page), sideways(page)) == ([], 0)
            go_on(page, "-")
        assert violations(page) == []


def test_a_form_on_paper_is_typed_in_by_keyboard(watched, survey):
    with watched("austerlitz", "board") as opened:
        page = opened.open(f"{survey[0]}/invoeren")
        page.locator("#consent").check()
        for answers in (("7", "8", "4", "1", "2"), ("7", "9", "4", "1", "2")):
            page.locator(".entry-row input").first.focus()
            for answer in answers:
                page.keyboard.type(answer)
                page.keyboard.press("Enter")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            assert violations(page) == []
        expect(page.locator(".unlike")).to_contain_text("Eerst ‘8’, daarna ‘9’")
        page.locator(".unlike input").fill("9")
        with page.expect_navigation():
            page.get_by_role("button", name="Bewaren").click()
        expect(page.get_by_text("Leg dit formulier op de stapel")).to_be_visible()
        assert violations(opened.open(f"{survey[0]}/papier")) == []
