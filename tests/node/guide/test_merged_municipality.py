"""A municipality that merged into another: it is in no list any more, and entries still name it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from directory.search.service import key_of
from tests.directory.organisations import add, organisation

pytestmark = pytest.mark.usefixtures("haaren")
KEY = key_of("https://hub.example/objects/0")
PAGES = ("/gids", "/kaart", "/insluiten/zoeken", "/insluiten/kaart", "/open-data")
FILES = ("/gids.csv", "/gids.geojson", "/gids.atom")


@pytest.fixture
def haaren(runtime, village):
    """An entry of which the municipality, GM0788, was divided among four others."""
    old = organisation("Helvoirt Helpt", "Esbeek")
    (area,) = old["initiative"]["areas"]
    area |= {"municipality": "Haaren", "municipalityCode": "GM0788", "province": "NL-NB"}
    with runtime.database.session() as session:
        add(session, old, organisation("Kookclub Elders", "Austerlitz"))
        session.commit()


def test_the_page_of_an_entry_leads_to_the_others_of_its_municipality(client):
    (address,) = re.findall(r'href="(/gids\?municipality=[^"]+)"', client.get(f"/gids/{KEY}").text)
    text = client.get(address).text
    assert "1 initiatief in de gemeente Haaren" in text
    assert "Helvoirt Helpt" in text


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_every_page_and_file_can_be_filtered_on_it(client, address):
    answer = client.get(f"{address}?municipality=GM0788")
    assert answer.status_code == 200
    assert "Kookclub Elders" not in answer.text


def test_the_map_leads_from_the_province_to_it_and_back(client):
    text = client.get("/kaart?province=NL-NB").text
    (address,) = set(re.findall(r'href="(/kaart\?[^"]*municipality=GM0788)"', text))
    inside = client.get(unescape(address)).text
    assert "1 initiatief in de gemeente Haaren" in inside
    assert f'href="/gids/{KEY}" aria-label="Esbeek: 1 initiatief"' in inside
    assert 'href="/kaart?province=NL-NB"' in inside
    assert client.get("/api/v1/map?municipality=GM0788").json["level"] == "municipality"


@pytest.mark.parametrize("address", PAGES)
def test_one_of_which_nobody_tells_finds_nothing(client, address):
    answer = client.get(f"{address}?municipality=GM9998")
    assert answer.status_code == 200
    assert "Helvoirt Helpt" not in answer.text
    for call in ("entries", "map", "map/places"):
        assert client.get(f"/api/v1/{call}?municipality=GM9998").status_code == 200


@pytest.mark.parametrize("code", ["GM07880", "GM078", "gm0788", "GM0788%0a", "GM٠٧٨٨", "Haaren"])
def test_what_is_no_code_of_a_municipality_is_refused(client, code):
    for address in (*PAGES, *FILES, "/api/v1/entries", "/api/v1/map", "/api/v1/export/csv"):
        assert client.get(f"{address}?municipality={code}").status_code == 422
