"""The map that moves comes at a press, for a mouse and for a keyboard; without it nothing is lost."""

from __future__ import annotations

import pytest

from tests.browser.chromium import DESKTOP, PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_drawing_makes_place_for_a_map_that_moves(watched, size):
    with watched("austerlitz", size=size) as opened:
        opened.open("/kaart")
        page = opened.page
        page.locator("#live-map button").press("Enter")
        page.locator(".live-canvas .live-spot").first.wait_for()
        assert page.locator("#drawn-map").is_hidden()
        assert violations(page) == []
        before = page.locator(".leaflet-map-pane").get_attribute("style")
        page.locator(".live-canvas").press("ArrowLeft")
        page.wait_for_function(
            "before => document.querySelector('.leaflet-map-pane').getAttribute('style') != before",
            arg=before,
        )
        spot = page.locator(".live-canvas .live-spot").first
        assert spot.get_attribute("tabindex") == "0"
        opened.shot(f"live-map-{size[0]}")


def test_a_map_that_cannot_come_leaves_the_drawing(browser, lived_in):
    page = browser.new_page()
    page.route("**/leaflet.js*", lambda route: route.abort())
    page.goto(lived_in.node("austerlitz").url + "/kaart")
    page.locator("#live-map button").click()
    page.get_by_text("De kaart kon niet worden geladen").wait_for()
    assert page.locator("#drawn-map").is_visible()
    assert page.locator("#live-map button").is_enabled()
    page.close()
