"""Entries that mean harm or are in the wrong place: they stay text, and nothing breaks on them."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from markupsafe import escape

from directory.search.service import key_of
from tests.directory.organisations import add, organisation

ATTACK = "</title></text><script>alert(1)</script>\"'>"
FORMULA = f'=HYPERLINK("https://evil.example";"{ATTACK}")'
SEA = {"placeId": 1, "latitude": 53.5, "longitude": 3.4, "municipalityCode": "GM9999", "province": "NL-ZE"}
KEY = key_of("https://hub.example/objects/0")


@pytest.fixture
def harm(runtime, village):
    """One entry with an attack in each of its texts, that works in the sea as well."""
    told = organisation(
        ATTACK,
        "Austerlitz",
        summary=FORMULA,
        sourceName=FORMULA,
        otherNames=[FORMULA],
        partners=[FORMULA],
        themes=["eating", "moving", "transport", "odd_jobs", "errands", "visiting", "dementia", "housing"],
    )
    told["initiative"]["areas"].append({**SEA, "name": ATTACK, "municipality": ATTACK})
    with runtime.database.session() as session:
        add(session, told)
        session.commit()


@pytest.mark.parametrize(
    "address",
    [
        f"/gids/{KEY}",
        "/kaart",
        "/kaart?province=NL-ZE",
        "/kaart?municipality=GM0355",
        "/open-data",
        "/insluiten/zoeken",
        "/insluiten/kaart?province=NL-ZE",
    ],
)
def test_no_page_runs_what_an_entry_says(client, harm, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_municipality_that_no_list_knows_is_told_by_its_own_entries(client, harm):
    address = "/kaart?province=NL-ZE&amp;municipality=GM9999"
    assert f'href="{address}"' in client.get("/kaart").text
    inside = client.get(address.replace("&amp;", "&")).text
    assert f"1 initiatief in de gemeente {escape(ATTACK)}" in inside
    assert 'href="#place-1"' in inside or f'href="/gids/{KEY}"' in inside
    assert 'href="/kaart?province=NL-ZE"' in inside  # the way back
    assert "<script>alert" not in inside


def test_every_file_can_be_read_and_holds_no_formula(client, harm):
    table = client.get("/gids.csv").get_data().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table, newline=""), delimiter=";")
    assert not [name for name, text in row.items() if text.startswith(("=", "+", "-", "@"))]
    assert row["Omschrijving"] == f"'{FORMULA}"
    for ending in ("geojson", "jsonld", "hsds.json"):
        assert ATTACK in json.dumps(json.loads(client.get(f"/gids.{ending}").data)).replace('\\"', '"')
    assert ATTACK in "".join(ET.fromstring(client.get("/nieuw.atom").data).itertext())


def test_the_picture_is_drawn_all_the_same(client, harm):
    assert client.get(f"/gids/{KEY}/plaatje.png").data.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["A" * 200, "woord " * 33, "\u202e\u0000\x0b", "👵🏽 & 👴"])
def test_a_strange_name_has_a_picture_too(app, runtime, village, name):
    with runtime.database.session() as session:
        add(session, organisation(name.replace("\u0000", ""), "Emmen"))
        session.commit()
    assert app.test_client().get(f"/gids/{KEY}/plaatje.png").data.startswith(b"\x89PNG")
