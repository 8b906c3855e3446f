"""Pieces for other sites: they alone may stand in a frame, and they keep nothing of who looks."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.node.open_data.conftest import ATTACK
from tests.node.signing_in import signed_in

pytestmark = pytest.mark.usefixtures("guide")
PIECES = ("/insluiten/zoeken", "/insluiten/kaart")


@pytest.mark.parametrize("address", PIECES)
def test_any_site_may_frame_a_piece_and_it_sets_no_cookie(client, address):
    answer = client.get(address)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert 'method="post"' not in answer.text


@pytest.mark.parametrize(
    "address", ["/", "/gids", "/kaart", "/open-data", "/inloggen", "/gids.csv", "/insluiten/iets"]
)
def test_nothing_else_may_be_framed(client, address):
    answer = client.get(address)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PIECES)
def test_a_piece_shows_nothing_of_who_is_signed_in(app, address):
    client = signed_in(app)
    assert re.sub(r"\s", "", client.get(address).text) == re.sub(
        r"\s", "", app.test_client().get(address).text
    )


def test_the_search_box_finds_and_stays_in_its_frame(client):
    text = client.get("/insluiten/zoeken?q=kookclub+echt&lang=en").text
    assert "Kookclub Echt" in text
    assert "1 initiative<" in text
    assert '<input type="hidden" name="lang" value="en">' in text
    (form,) = re.findall(r"<form[^>]+>", text)
    assert 'target="_self"' in form
    text = client.get("/insluiten/zoeken").text
    assert re.search(r'<a [^>]*target="_self" rel="next"', text)
    assert "Voorbeeldgegevens – geen echte organisatie" in text


def test_the_map_zooms_within_its_frame_and_an_initiative_opens_outside_it(client):
    text = client.get("/insluiten/kaart?q=kookclub+echt&province=NL-UT").text
    clusters = re.findall(r'<a class="cluster" href="([^"]+)"( target="_self")? aria', text)
    assert all(stays for _url, stays in clusters)
    (zeist,) = [url for url, _stays in clusters if "GM0355" in url]
    assert zeist.startswith("/insluiten/kaart?")
    inside = client.get(zeist.replace("&amp;", "&")).text
    (found,) = re.findall(
        r'<a class="cluster" href="(/gids/[0-9a-f]{16})" aria-label="Austerlitz: 1 initiatief"', inside
    )
    assert "Kookclub Echt" in client.get(found).text


def test_what_others_wrote_stays_text(client):
    for address in (*PIECES, f"/insluiten/zoeken?q={ATTACK}", f"/insluiten/kaart?lang={ATTACK}"):
        assert "<script>alert" not in client.get(address).text


@pytest.mark.parametrize("address", ["/insluiten/zoeken?province=XX", "/insluiten/kaart?municipality=Zeist"])
def test_a_wrong_choice_is_told_within_the_frame(client, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "Dit deel van de gids kan niet worden getoond" in answer.text
    assert "bestaat niet" in answer.text or "kennen wij niet" in answer.text
    assert "<form" not in answer.text  # nor the header of the node, with its search and its language
    assert "Set-Cookie" not in answer.headers
    english = client.get(f"{address}&lang=en").text
    assert "This part of the guide cannot be shown" in english


def pressed(text: str, address: str) -> str:
    """The address to which the search form of a page leads when nothing in it is changed."""
    (form,) = re.findall(rf'<form class="guide-search".*?action="{address}".*?</form>', text, re.DOTALL)
    fields = re.findall(r'<input [^>]*name="([a-z_]+)"[^>]* value="([^"]*)"', form)
    for name, options in re.findall(r'<select [^>]*name="([a-z_]+)">(.*?)</select>', form, re.DOTALL):
        fields += [(name, value) for value in re.findall(r'<option value="([^"]*)" selected', options)]
    return f"{address}?{urlencode(fields)}"


@pytest.mark.parametrize("address", ["/insluiten/zoeken", "/open-data"])
def test_a_choice_that_the_form_does_not_show_is_kept_when_somebody_presses_its_button(client, address):
    asked = {
        "q": "eten", "theme": "eating", "municipality": "GM0355", "target_group": "everyone",
        "phase": "running", "freshness": "fresh", "near": "Zeist", "within": "10", "sort": "name",
    }  # fmt: skip
    text = client.get(f"{address}?{urlencode(asked)}").text
    assert dict(parse_qsl(urlsplit(pressed(text, address)).query)) == asked


def test_a_piece_around_a_place_shows_the_same_after_a_press_of_its_button(client):
    text = client.get("/insluiten/zoeken?near=Zeist&within=10&lang=en").text
    again = client.get(pressed(text, "/insluiten/zoeken")).text
    (count,) = re.findall(r"<h2>([^<]*)", text)
    assert re.findall(r"<h2>([^<]*)", again) == [count]
    assert "Near Zeist (gemeente Zeist, Utrecht)." in again
    assert 'href="/insluiten/zoeken?lang=en" target="_self"' in again
