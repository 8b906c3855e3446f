"""The forms of the export: each says the same, in the words of its own standard."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from directory.examples.data import examples
from directory.exports.geojson import stream_geojson
from directory.exports.hsds import id_of, key_from, stream_hsds
from directory.exports.linked_data import stream_linked_data
from directory.exports.reading import EXAMPLE_NL, Publisher
from directory.exports.spreadsheet import stream_xlsx
from directory.search.service import Selection, key_of
from tests.directory.organisations import add, organisation

ENTRIES = Selection(kinds=("entry",))
PUBLISHER = Publisher("Netwerk", "https://hub.example", "nl", datetime(2026, 1, 2, tzinfo=UTC))
NASTY = '</script><script>alert(1)</script> & "=1+1" \u2028 \x0b é'
STREAMS = (stream_geojson, stream_hsds, stream_linked_data)

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read(stream, session, selection=ENTRIES):
    return json.loads("".join(stream(session, selection, PUBLISHER)))


def full():
    """An entry that tells all there is to tell."""
    return organisation(
        "Zorgzaam Austerlitz",
        "Austerlitz",
        "Bunnik",
        summary="Wij kijken naar elkaar om.",
        themes=["eating", "transport"],
        targetGroups=["older_people"],
        legalForm="cooperative",
        phase="running",
        foundedOn=2012,
        contact={
            "website": "https://dorp.example/",
            "email": "info@dorp.example",
            "telephone": "0343 123456",
        },
    )


def test_geojson_is_a_layer_of_points_in_the_netherlands_longitude_first(session):
    add(session, full())
    layer = read(stream_geojson, session)
    assert (layer["type"], layer["license"]) == (
        "FeatureCollection",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    (feature,) = layer["features"]
    assert feature["geometry"]["type"] == "MultiPoint"
    assert [
        3.3 < east < 7.3 and 50.7 < north < 53.6 for east, north in feature["geometry"]["coordinates"]
    ] == [
        True,
        True,
    ]
    told = feature["properties"]
    assert told["name"] == "Zorgzaam Austerlitz"
    assert told["themeLabels"] == ["samen eten", "vervoer"]
    assert told["municipalityCodes"] == ["GM0355", "GM0312"]
    assert told["url"] == f"https://hub.example/gids/{key_of('https://hub.example/objects/0')}"


def test_hsds_has_what_the_standard_requires_and_ids_that_stay(session):
    add(session, full())
    (service,) = read(stream_hsds, session)["contents"]
    assert {"id", "name", "status", "organization", "last_modified"} <= service.keys()
    assert {"id", "name", "description"} <= service["organization"].keys()
    assert (service["status"], service["organization"]["year_incorporated"]) == ("active", 2012)
    assert [area["name"] for area in service["service_areas"]] == ["gemeente Zeist", "gemeente Bunnik"]
    locations = [each["location"] for each in service["service_at_locations"]]
    assert {each["location_type"] for each in locations} == {"physical"}
    assert all("geen bezoekadres" in each["description"] for each in locations)
    terms = [each["taxonomy_term"] for each in service["attributes"]]
    assert all({"id", "code", "name", "description"} <= term.keys() for term in terms)
    assert key_from(service["id"]) == key_of("https://hub.example/objects/0")
    ids = [found["id"] for found in _objects(service) if "id" in found]
    assert len(ids) == len(set(ids))
    assert {uuid.UUID(each).version for each in ids} == {8}


def _objects(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)


@pytest.mark.parametrize(("phase", "closed", "status"), [
    ("running", None, "active"), ("paused", None, "temporarily closed"), ("running", "2025-05-01", "defunct"),
])  # fmt: skip
def test_hsds_tells_whether_it_still_runs(session, phase, closed, status):
    add(session, organisation("A", phase=phase, closedOn=closed))
    assert read(stream_hsds, session)["contents"][0]["status"] == status


def test_an_id_of_somebody_else_is_no_key_of_ours():
    assert key_from(str(uuid.uuid4())) == ""
    assert key_from("rubbish") == ""
    assert key_from(id_of("0123456789abcdef", "organization")) == ""
    assert key_from(id_of("0123456789abcdef").upper()) == "0123456789abcdef"


def test_linked_data_speaks_of_an_organisation_and_where_it_works(session):
    add(session, full())
    graph = read(stream_linked_data, session)
    assert graph["@context"] == "https://schema.org"
    (node,) = graph["@graph"]
    assert (node["@type"], node["foundingDate"], node["email"]) == (
        "Organization",
        "2012",
        "info@dorp.example",
    )
    assert node["areaServed"][0]["containedInPlace"]["identifier"] == "GM0355"
    assert node["mainEntityOfPage"]["license"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("stream", STREAMS)
def test_contact_that_was_not_published_is_nowhere(session, stream):
    add(
        session,
        organisation("A"),
        organisation("B", contact={"website": None, "email": None, "telephone": None}),
    )
    text = "".join(stream(session, ENTRIES, PUBLISHER))
    assert not [word for word in ("email", "telephone", "phones", "website") if f'"{word}"' in text]


@pytest.mark.parametrize("stream", STREAMS)
def test_what_is_invented_says_so_in_every_form(session, stream):
    add(session, *examples(12))
    assert "".join(stream(session, ENTRIES, PUBLISHER)).count(EXAMPLE_NL) == 12


@pytest.mark.parametrize("stream", STREAMS)
def test_hostile_text_and_an_empty_selection_are_good_json(session, stream):
    add(session, organisation(NASTY, summary=NASTY))
    assert NASTY.strip() in json.dumps(read(stream, session), ensure_ascii=False).replace('\\"', '"').replace(
        "\\u000b", "\x0b"
    )
    nothing = read(stream, session, Selection(kinds=("entry",), province="NL-DR"))
    assert [] in nothing.values()


def test_the_workbook_opens_and_has_no_formula(session):
    add(session, organisation('=HYPERLINK("https://evil.example";"klik")'), organisation("Gewoon", "Emmen"))
    book = zipfile.ZipFile(io.BytesIO(b"".join(stream_xlsx(session, ENTRIES))))
    sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(f".//{SHEET}f") == []
    cells = {cell.get("r"): cell for cell in sheet.iter(f"{SHEET}c")}
    assert {cell.get("t") for cell in cells.values()} == {"inlineStr"}
    assert "".join(cells["A2"].itertext()).startswith("=HYPERLINK")
    styles = ET.fromstring(book.read("xl/styles.xml")).findall(f".//{SHEET}cellXfs/{SHEET}xf")
    assert styles[int(cells["A2"].get("s"))].get("quotePrefix") == "1"
    assert "".join(cells["A3"].itertext()) == "Gewoon"


def test_a_text_longer_than_excel_takes_is_cut_and_not_the_whole_file(session):
    add(session, organisation("Lang", summary="lang " * 9000))
    book = zipfile.ZipFile(io.BytesIO(b"".join(stream_xlsx(session, ENTRIES))))
    longest = max(len(text) for text in ET.fromstring(book.read("xl/worksheets/sheet1.xml")).itertext())
    assert longest == 32_767
