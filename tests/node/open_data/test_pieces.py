"""Pieces for other sites: they alone may stand in a frame, and they keep nothing of who looks."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize("address", ["/insluiten/zoeken?province=XX", "/insluiten/kaart?municipality=GM0000"])
def test_a_wrong_choice_is_told_within_the_frame(client, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
