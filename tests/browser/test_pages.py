"""Every page as people see it: WCAG 2.2 AA by axe, no errors, and readable at every width."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import DESKTOP, PHONE, SMALLEST, Watched, sideways, sticking_out, violations
from tests.journeys.figures import past_quarter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PAGES = {
    ("austerlitz", ""): [
        "/",
        "/meedoen",
        "first:/meedoen /meedoen/",
        "first:/meedoen /meedoen/ + /poster",
        "/meedoen/week",
        "/meedoen/in-mijn-agenda",
        "/agenda",
        "/verhalen",
        "/ons-dorp",
        "/ons-dorp/feiten",
        "/ons-dorp/cijfers",
        "/netwerk",
        "/netwerk/delen",
        "/gids",
        "/gids?q=samen+eten&province=NL-NB",
        "/gids?q=xyzzyplugh",
        "/gids?q=samen+eten&near=Oudega",
        "/gids?q=samen+eten&near=Zeist&within=25",
        "/kaart",
        "/kaart?province=NL-NB",
        "/kaart?municipality=GM0355",
        "/open-data?piece=map&province=NL-UT",
        "/insluiten/zoeken?q=samen+eten",
        "/insluiten/kaart",
        "/formats",
        "/formats?q=eettafl",
        "/formats/startbibliotheek",
        "/formats/startbibliotheek/past_op",
        "/cijfers",
        "/cijfers/landelijk",
        "/cijfers/definities",
        "/cijfers/tabel",
        "/cijfers/budget",
        "/vragen",
        "/inloggen",
        "/inloggen/passkey",
        "/api/v1",
        "first:/gids /gids/",
        "first:/gids /gids/ + /zoals-deze",
        "first:/formats /formats/",
    ],
    ("austerlitz", "board"): [
        "/werkplek",
        "/meedoen/nieuw",
        "/meedoen/tellen",
        "/meedoen/uit-agenda",
        "/meedoen/in-mijn-agenda",
        "first:/meedoen /meedoen/",
        "first:/meedoen /meedoen/ + /reeks",
        "/verhalen/nieuw",
        "/netwerk",
        "/netwerk/verzoeken",
        "/netwerk/overnemen",
        "/netwerk/wie",
        "/netwerk/wie?zoek=Elsendorp",
        "/netwerk/wie/geschiedenis",
        "/netwerk/meldingen",
        "/netwerk/meldingen?staat=afgehandeld",
        "/formats",
        "/formats/nieuw",
        "first:/formats /formats/ + /bewerken",
        "first:/formats /formats/ + /eerder",
        "/formats/gebruik",
        "/formats/verbeteringen",
        "/formats/voorstellen",
        "first:/formats /formats/ + /gebruik",
        "/formats/startbibliotheek/eet/beginnen",
        "first:/formats /formats/",
        "/cijfers",
        "/cijfers/nieuw",
        f"/cijfers/kwartaal/{past_quarter(1)}",
        f"/cijfers/kwartaal/{past_quarter(1)}/overzicht",
        "/cijfers/definities/nieuw",
        "/ons-dorp/feiten/nieuw",
        "/cijfers/businesscase",
        "/cijfers/businesscase/nieuw",
        "/cijfers/uitslagen",
        "/vragenlijsten",
        "/vragenlijsten/nieuw",
        "/vragenlijsten/licentie",
        "first:/cijfers goedkeuren",
        "first:/cijfers verbeteren",
        "/cijfers/tabel/kiezen",
        "/account",
        "/account/tokens",
        "/account/codes",
        "/account/passkeys",
        "/account/herstelcodes",
        "/account/wachtwoord",
    ],
    ("austerlitz", "administrator"): [
        "/netwerk/gezondheid",
        "first:/netwerk/gezondheid /netwerk/gezondheid/",
        "/netwerk/onbestelbaar",
        "/netwerk/mislukt",
        "/netwerk/sleutels",
        "/team",
        "/ons-dorp/bewerken",
        "/ons-dorp/eerder",
    ],
    ("elsendorp", "board"): ["first:/formats?q=eettafel /formats/ + /kopieren"],
    ("hub", "administrator"): [
        "/",
        "/gids",
        "/gids/aanmelden",
        "/gids/aanmelden/bedankt",
        "/werkkamer",
        "/werkkamer/vermeldingen",
        "/werkkamer/vermeldingen/nieuw",
        "first:/werkkamer/vermeldingen /werkkamer/vermeldingen/",
        "first:/werkkamer/vermeldingen /werkkamer/vermeldingen/ + /bewerken",
        "first:/werkkamer/vermeldingen /werkkamer/vermeldingen/ + /geschiedenis",
        "/werkkamer/overnames",
        "/werkkamer/overnames?staat=beslist",
        "/werkkamer/import",
        "/werkkamer/dubbelen",
        "/werkkamer/actueel",
        "/werkkamer/lang-stil",
        "/werkkamer/onbereikbaar",
        "/werkkamer/post",
        "/werkkamer/taken",
        "/werkkamer/dekking",
        "/werkkamer/dekking?province=NL-NB",
        "/werkkamer/groei",
        "/werkkamer/selecties",
        "/werkkamer/berichten",
        "first:/werkkamer/selecties /werkkamer/selecties/",
        "/werkkamer/woorden",
        "first:/werkkamer/woorden /werkkamer/woorden/",
        "/netwerk/verzoeken",
        "/netwerk",
        "/netwerk/gezondheid",
        "/cijfers",
    ],
}
"""Addresses by who looks; ``first:A B`` is the first link on A that has B in it."""

MISSING = "/dit-bestaat-niet"
ONE_DAY = re.compile(r"/\d{4}-\d{2}-\d{2}$")
"""What the address of one day of a series has after the address of the series."""


def addresses(page: Page, listed: str) -> str:
    """The address that an entry of PAGES stands for."""
    if not listed.startswith("first:"):
        return listed
    start, part, *rest = listed.removeprefix("first:").split(" ")
    page.goto(start)
    found = page.eval_on_selector_all(
        "main a[href]", "(links, part) => links.map(l => l.href).filter(h => h.includes(part))", part
    )
    passed_over = (
        "/nieuw",
        "/zoals-ons",
        "/startbibliotheek",
        "/week",
        "-agenda",
        "/tellen",
        ".csv",
        ".ics",
        "#",
    )
    found = [address for address in found if not address.endswith(passed_over)]
    assert found, f"no link with {part} on {start}"
    first = str(found[0]).split("?")[0]
    return ONE_DAY.sub("", first) + rest[1] if rest else first


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_accessible(watched, size, dark):
    found: dict[str, list[str]] = {}
    for (node, role), listed in PAGES.items():
        with watched(node, role, size=size, dark=dark) as opened:
            for each in listed:
                address = addresses(opened.page, each)
                opened.open(address)
                name = f"{node}-{role or 'visitor'}-{each}"
                _shoot(opened, name, size, dark)
                problems = violations(opened.page)
                if sideways(opened.page):
                    problems.append(f"{sideways(opened.page)} px too wide: {sticking_out(opened.page)}")
                if problems:
                    found[name] = problems
    assert found == {}, json.dumps(found, indent=1)


def test_error_pages_are_accessible_and_say_what_to_do(browser, lived_in):
    node = lived_in.node("austerlitz")
    opened = Watched(browser, node.url)
    response = opened.page.goto(MISSING)
    assert response is not None
    assert response.status == 404
    assert violations(opened.page) == []
    assert opened.page.get_by_role("main").get_by_role("link").count() >= 1
    opened.context.close()  # the 404 itself is an error in the console, so not watched


def test_nothing_sticks_out_at_320_pixels(watched):
    found = {}
    for (node, role), listed in PAGES.items():
        with watched(node, role, size=SMALLEST) as opened:
            for each in listed:
                opened.open(addresses(opened.page, each))
                if sideways(opened.page):
                    found[f"{node} {each}"] = (sideways(opened.page), sticking_out(opened.page))
    assert found == {}, json.dumps(found, indent=1)


def test_pages_hold_at_200_percent_with_large_letters(watched):
    # 200 % zoom of a 1280 px window leaves 640 CSS pixels; the switch makes the letters larger still
    found = {}
    for (node, role), listed in PAGES.items():
        with watched(node, role, size=(640, 450)) as opened:
            opened.open("/")
            opened.page.get_by_role("button", name="Grote letters").click()
            for each in listed:
                opened.open(addresses(opened.page, each))
                if sideways(opened.page):
                    found[f"{node} {each}"] = (sideways(opened.page), sticking_out(opened.page))
            opened.page.get_by_role("button", name="Grote letters").click()
    assert found == {}, json.dumps(found, indent=1)


def test_the_keyboard_reaches_everything_in_order(watched):
    with watched("austerlitz") as opened:
        page = opened.open("/gids")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        seen = set()
        for _step in range(60):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
            focused = page.evaluate("document.activeElement.tagName")
            if focused != "BODY":
                assert outline != "none" or shadow != "none", f"no visible focus on {list(seen)[-1]}"
        assert len(seen) > 20


def test_pages_are_dutch_and_can_be_english(watched):
    with watched("austerlitz") as opened:
        page = opened.open("/")
        assert page.locator("html").get_attribute("lang") == "nl"
        page.get_by_role("button", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("button", name="Nederlands").click()
        assert page.locator("html").get_attribute("lang") == "nl"


def _shoot(opened: Watched, name: str, size: tuple[int, int], dark: bool) -> None:
    if not dark or "werkplek" in name or name.endswith(("-/", "-/kaart", "-/cijfers")):
        opened.shot(f"{name}-{size[0]}{'-dark' if dark else ''}")
