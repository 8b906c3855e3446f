"""The story of the skeleton as people live it: a new village begins on a telephone, the rest on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import DESKTOP, PHONE, Watched, sideways, violations
from tests.browser.conftest import carry_session
from tests.journeys.figures import past_quarter
from tests.journeys.formats import PARAMETERS, SECTIONS
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.people import PASSWORD, Person, setup_code
from tests.journeys.visitor import Visitor, totp

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FORMAT, COPY, VILLAGE = "Samen Soep", "Someren Soep", "Someren Zorgt"
EMAIL = "beheer@someren.example"


@pytest.fixture(scope="module")
def someren(lived_in: Network) -> Node:
    """A new node, not set up yet."""
    lived_in.start("someren")
    return lived_in.node("someren")


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill the fields in the main part of the page by their names."""
    for name, value in values.items():
        found = page.locator(f'main [name="{name}"]').first
        if found.evaluate("field => field.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)


def choose(page: Page, name: str, value: str) -> None:
    """Choose a radio button or tick a box, by its label, as a finger does."""
    page.locator(f'main [name="{name}"][value="{value}"]').check()


def press(page: Page, selector: str = "main form .actions button") -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def checked(opened: Watched, name: str) -> None:
    """No page of the story has a problem."""
    assert violations(opened.page) == [], opened.page.url
    assert sideways(opened.page) == 0, opened.page.url
    opened.shot(f"story-{name}")


def until(opened: Watched, path: str, selector: str, text: str) -> Page:
    """Open a page again until this text stands in this part of it."""

    def look() -> bool:
        opened.open(path)
        return opened.page.locator(selector, has_text=text).count() > 0

    wait_for(look, f"“{text}” on {path}", 40)
    return opened.page


def test_a_village_begins_on_a_telephone(browser, lived_in, someren):
    with Watched(browser, someren.url, size=PHONE) as opened:
        page = opened.open("/")
        assert page.url.endswith("/begin")
        checked(opened, "begin-1")
        fill(page, {"code": "verkeerd"})
        press(page)
        assert page.locator(".error").count() == 1
        fill(page, {"code": setup_code(someren)})
        press(page)
        fill(page, {"name": VILLAGE, "place_text": "Smeren", "telephone": "0493 12 34 56"})
        press(page)
        checked(opened, "begin-2-unknown-place")
        fill(page, {"place_text": "Someren"})
        press(page)
        if page.locator('[name="place_id"]').count():
            page.locator('[name="place_id"]').first.check()
            checked(opened, "begin-2-which-place")
            press(page)
        _answer_the_rest(opened)
        checked(opened, "begin-8-done")
        assert VILLAGE in page.inner_text("main h1")
        page.goto("/werkplek")
        checked(opened, "workplace-phone")
        _keep(lived_in, someren, opened)


def _answer_the_rest(opened: Watched) -> None:
    page = opened.page
    checked(opened, "begin-3-address")
    press(page)
    checked(opened, "begin-4-roles")
    press(page)
    checked(opened, "begin-5-administrator")
    person = {"admin_name": "Bo Smit", "admin_email": EMAIL, "password": PASSWORD, "password_again": "anders"}
    fill(page, person)
    choose(page, "factor", "codes")
    press(page)
    checked(opened, "begin-5-administrator-again")
    fill(page, {"password": PASSWORD, "password_again": PASSWORD})
    press(page)
    checked(opened, "begin-6-codes")
    fill(page, {"code": totp(page.inner_text("code.secret"))})
    press(page)
    checked(opened, "begin-7-hub")
    press(page, 'main form [name="skip"]')


def _keep(network: Network, node: Node, opened: Watched) -> None:
    """Remember who signed in, so that the story goes on in other windows."""
    visitor = Visitor(node.url)
    for cookie in opened.context.cookies():
        visitor.http.cookies.set(str(cookie.get("name")), str(cookie.get("value")))
    network.people["someren", "administrator"] = Person("Bo Smit", EMAIL, visitor, "")


def test_it_joins_the_hub_and_both_sides_show_it(watched, lived_in, someren):
    with watched("someren", "administrator") as village, watched("hub", "administrator") as hub:
        page = village.open("/netwerk")
        fill(page, {"address": "geen adres"})
        press(page, 'form:has([name="address"]) button')
        assert page.locator(".error").count() >= 1
        fill(page, {"address": lived_in.node("hub").url})
        press(page, 'form:has([name="address"]) button')
        checked(village, "asked-to-join")
        desk = until(hub, "/netwerk/verzoeken", "main li:has(form)", VILLAGE)
        checked(hub, "request-to-join")
        ours = page.locator(".fingerprint").all_inner_texts()
        assert set(ours) & set(desk.locator(".fingerprint").all_inner_texts())
        press(desk, 'form[action*="toelaten"] button')
        until(village, "/netwerk", ".connections .badge.good", "Verbonden")
        checked(village, "joined")
        until(hub, "/netwerk", "main", VILLAGE)


def test_austerlitz_publishes_a_format(watched):
    with watched("austerlitz", "board", size=DESKTOP) as opened:
        page = opened.open("/formats/nieuw")
        press(page, 'main .actions button[value="save"]')
        assert page.locator(".error-summary").count() == 1, "an empty name is told"
        checked(opened, "format-without-a-name")
        for at in range(len(PARAMETERS)):
            page.locator('main button[value="add-parameters"]').click()
            page.locator(f"#parameter-{at}").wait_for()
        for at, question in enumerate(PARAMETERS):
            hidden = page.locator(f"#parameter-{at} details:not([open]) summary")
            if hidden.count():
                hidden.click()
            fill(page, {f"parameter-{at}-{part}": text for part, text in question.items()})
        fill(page, {"name": FORMAT, **{f"section-{key}": text for key, text in SECTIONS.items()}})
        press(page, 'main .actions button[value="save"]')
        checked(opened, "format-draft")
        press(page, 'form[action*="publiceren"] button')
        checked(opened, "format-published")


def test_the_new_village_finds_copies_edits_and_publishes_it(watched):
    with watched("someren", "administrator", size=PHONE) as opened:
        page = until(opened, "/formats?q=soep", "main .cards", FORMAT)
        fill(page, {"q": "samen seop"})
        press(page, "main form[role=search] button")
        checked(opened, "search-with-a-typo")
        with page.expect_navigation():
            page.get_by_role("link", name=FORMAT).click()
        press(page, 'main a[href*="kopieren"]')
        checked(opened, "copy-questions")
        fill(page, {"name": COPY, "answer-hoeveel_eters_kunnen_er_komen": "1000"})
        press(page)
        assert page.locator(".error").count() >= 1, "more diners than the format allows"
        fill(page, {"answer-hoeveel_eters_kunnen_er_komen": "40"})
        press(page)
        press(page, 'main a[href*="bewerken"]')
        assert not page.locator('[name="section-materials"]').is_visible(), "on a phone the parts are folded"
        page.locator("#deel-materials > summary").click()
        fill(page, {"section-materials": "Eén grote soepketel."})
        press(page, 'main .actions button[value="save"]')
        press(page, 'form[action*="publiceren"] button')
        checked(opened, "copy-published")
    with watched("austerlitz") as origin:
        page = until(origin, "/formats?q=soep", "main .cards", FORMAT)
        with page.expect_navigation():
            page.get_by_role("link", name=FORMAT).click()
        until(origin, page.url, ".family-list", COPY)
        checked(origin, "family")


def test_a_figure_is_released_after_a_second_person_said_yes(watched):
    with watched("austerlitz", "supporter") as counting:
        page = counting.open(f"/cijfers/kwartaal/{past_quarter(1)}")
        fill(page, {"value-nl-volunteers": "112"})
        checked(counting, "enter-a-number")
        press(page, 'main button[name="ask"]')
    with watched("austerlitz", "board") as deciding:
        page = deciding.open("/cijfers")
        press(page, 'li:has(.badge.warm) a[href*="goedkeuren"]')
        checked(deciding, "board-decides")
        press(page, "main form .actions button")
        checked(deciding, "board-decided")
    with watched("someren") as elsewhere:
        page = until(elsewhere, "/cijfers", "main", "Actieve vrijwilligers")
        checked(elsewhere, "figures-elsewhere")
        assert "±" in page.inner_text("main")


def test_the_coordinator_filters_maps_lists_and_exports(watched):
    with watched("hub", "administrator") as opened:
        page = opened.open("/gids")
        everything = page.inner_text("#found")
        page.locator('main [name="province"]').select_option("NL-NB")
        press(page, "main form[role=search] button, main form button[type=submit]:visible")
        assert page.inner_text("#found") != everything
        checked(opened, "guide-filtered")
        press(page, 'main a[href^="/kaart"]')
        checked(opened, "map-filtered")
        page.go_back()
        with page.expect_download() as download:
            page.locator('main a[href*="gids.csv"]').click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert len(text.splitlines()) > 2
        press(page, "main .entries a")
        checked(opened, "entry")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_main_steps_work_without_javascript(browser: Browser, lived_in: Network, size: tuple[int, int]):
    with Watched(browser, lived_in.node("elsendorp").url, size=size, javascript=False) as opened:
        carry_session(opened, lived_in.person("elsendorp"))
        page = opened.open("/gids")
        fill(page, {"q": "samen eten"})
        press(page, "main form[role=search] button, main form button[type=submit]:visible")
        assert "q=samen" in page.url
        page = opened.open("/formats?q=eettafel")
        press(page, "main .cards a")
        press(page, 'main a[href*="kopieren"]')
        press(page)
        assert page.locator('form[action*="publiceren"]').count() == 1
