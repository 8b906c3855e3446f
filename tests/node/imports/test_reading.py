"""Files as people have them: encodings, delimiters, workbooks, JSON; and files that are not lists."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import xlsxwriter

from federation.database import now
from node.imports.columns import guess
from node.imports.encodings import decode, mended
from node.imports.reading import MOST_BYTES, read_table
from node.imports.values import Reader, clean, code_of
from node.imports.whereabouts import NoPlace, Whereabouts, find_areas
from schemas.errors import InvalidInput
from schemas.taxonomies import KINDS, THEMES
from tests.node.imports.lists import HEAD, ROWS, csv_of, xlsx_of

TEXT = "Naam;Plaats\nZorgcoöperatie Één;Súdwest-Fryslân\nCafé ’t Hûs;Oudega\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding):
    table = read_table(TEXT.encode(encoding))
    assert table.rows == [["Zorgcoöperatie Één", "Súdwest-Fryslân"], ["Café ’t Hûs", "Oudega"]]


def test_a_list_from_dos_is_read():
    text = "Naam;Plaats\nZorgcoöperatie één;Oudega\nCafé de Hoek;Esbeek\n"
    assert decode(text.encode("cp850")) == (text, "cp850")


def test_what_was_garbled_before_is_mended():
    assert mended("ZorgcoÃ¶peratie") == "Zorgcoöperatie"
    assert mended("Zorgcoöperatie Â") == "Zorgcoöperatie Â"


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_found(sign):
    table = read_table(csv_of(ROWS, sign=sign))
    assert (table.columns, len(table.rows)) == (HEAD, 3)
    assert table.rows[0][5] == "samen eten; vervoer"


def test_a_workbook_gives_what_people_see():
    rows = [["1", "Esbeek", 2015, 13.5, True, ""], ["2", "Zeist", 1999.0, 7, False, ""]]
    table = read_table(xlsx_of(rows, ["ID", "Naam", "Jaar", "Getal", "Ja", "Leeg"]))
    assert table.columns == ["ID", "Naam", "Jaar", "Getal", "Ja", "Leeg"]
    assert table.rows[0][:5] == ["1", "Esbeek", "2015", "13.5", "ja"]


def test_json_in_its_usual_shapes_is_read():
    records = [{"naam": "Esbeek", "contact": {"email": "a@b.nl"}, "themas": ["wonen", "vervoer"]}]
    for document in (records, {"items": records}, {"data": records}):
        table = read_table(json.dumps(document).encode())
        assert table.columns == ["naam", "contact.email", "themas"]
        assert table.rows == [["Esbeek", "a@b.nl", "wonen; vervoer"]]
    feature = {
        "type": "Feature",
        "properties": {"naam": "x"},
        "geometry": {"type": "Point", "coordinates": [5.3, 52]},
    }
    table = read_table(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    assert dict(zip(table.columns, table.rows[0], strict=True)) | {"type": ""} == {
        "latitude": "52",
        "longitude": "5.3",
        "type": "",
        "naam": "x",
    }


def bomb():
    """A workbook that is much larger once it is unpacked."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (210 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n ",
        b"Naam;Plaats\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"PK\x03\x04 not a workbook",
        b"[" * 100_000,
        b"[1, 2]",
        b'[{"naam":' + b"[" * 600 + b"]" * 600 + b"}]",
        b'["een", "twee"]',
        b"%PDF-1.7\n%\xe2\xe3\n\x00\x01",
        ("x;" * 300 + "\n" + "1;" * 300).encode(),
        ("Naam;Plaats\n" + "a;b\n" * 20_001).encode(),
        b"x" * (MOST_BYTES + 1),
    ],
    ids=lambda content: content[:12].hex(),
)
def test_what_is_no_list_is_refused_with_words(content):
    with pytest.raises(InvalidInput) as refused:
        read_table(content)
    assert refused.value.fields["file"]


def test_a_bomb_is_not_unpacked():
    with pytest.raises(InvalidInput):
        read_table(bomb())


def test_a_cell_far_away_costs_nothing_but_the_list():
    """5 kB that asks for 500 GB of cells; whoever reads it in this process is ended."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write(1_048_575, 16_383, "ver")
        book.worksheets()[0].write(0, 0, "Naam")
    with pytest.raises(InvalidInput) as refused:
        read_table(file.getvalue())
    assert refused.value.fields["file"]


def echo():
    """A workbook of 70 kB that says one text of 9,000 letters in every one of its 12,000 cells."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for at in range(12_000):
            sheet.write(at, 0, "dorp " * 1_800)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([{f"k{at}": 1 for at in range(200)}, *[{"k1": 1}] * 40_000]).encode(),
        b"[" + b",".join([b"{}"] * 300_000) + b"]",
        b"naam;plaats\n" + b"\n" * 1_000_000,
        b"naam;plaats\n" + b';;;;;;"\n"' * 100_000,
        echo(),
    ],
    ids=["few wide", "nothing", "empty lines", "one line", "echo"],
)
def test_what_grows_while_it_is_read_costs_this_process_nothing(content):
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput) as refused:
            read_table(content)
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.fields["file"]
    assert grown < 2 * len(content) + 2_000_000


def test_lines_that_say_nothing_are_passed_over():
    content = b"\n\n;;\nnaam;plaats\n" + b"\n;\n" * 30_000 + b"Esbeek;Esbeek\n"
    assert read_table(content).rows == [["Esbeek", "Esbeek"]]


def test_characters_that_no_database_keeps_are_left_out():
    table = read_table(b'[{"na\\u0000am":"a\\ud800b","plaats":"Zei\\u0000st","smile":"\\ud83d\\ude00"}]')
    assert (table.columns, table.rows) == (["naam", "plaats", "smile"], [["ab", "Zeist", "\U0001f600"]])


def test_the_names_of_columns_say_what_they_mean():
    found = guess([*HEAD, "Telefoonnr", "Provincie", "Oprichtings-jaar", "Opmerking"])
    assert found["Naam"] == "name"
    assert found["Thema's"] == "themes"
    assert (found["Telefoonnr"], found["Oprichtings-jaar"]) == ("telephone", "foundedOn")
    assert "Opmerking" not in found
    assert guess(["Naam initiatief", "Telefoon van contactpersoon"]) == {
        "Naam initiatief": "name",
        "Telefoon van contactpersoon": "privateTelephone",
    }


@pytest.mark.parametrize(
    ("method", "text", "value"),
    [
        ("band", "ca. 30", "25-49"),
        ("band", "10-24", "10-24"),
        ("band", "1.200", "500+"),
        ("band", "geen", "0"),
        ("band", "veel", None),
        ("year", "sinds 2015", 2015),
        ("year", "1-3-1998", 1998),
        ("year", "ooit", None),
        ("year", "3015", None),
        ("website", "www.dorp.nl", "https://www.dorp.nl"),
        ("website", "javascript:alert(1)", None),
        ("email", "mailto:a@b.nl", "a@b.nl"),
        ("email", "geen", None),
        ("telephone", "612345678", "0612345678"),
        ("telephone", "12", None),
        ("kvk_number", "1234567", "01234567"),
        ("kvk_number", "12", None),
        ("day", "1-3-2026", "2026-03-01"),
        ("day", "31-2-2026", None),
        ("day", (now() + timedelta(days=2)).date().isoformat(), None),
        ("day", now().date().isoformat(), now().date().isoformat()),
        ("kvk_number", "١٢٣٤٥٦٧٨", None),
        ("license", "cc by-sa 4.0", "CC-BY-SA-4.0"),
        ("license", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("license", "alle rechten", None),
        ("yes_or_no", "Ja", True),
        ("yes_or_no", "misschien", None),
    ],
)
def test_cells_are_read_as_people_mean_them(method, text, value):
    reader = Reader()
    assert getattr(reader, method)(text, "kolom") == value
    assert bool(reader.remarks) == (value is None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'+31 13 516 1234", "+31 13 516 1234"),
        ("'=1+1", "=1+1"),
        ("'-", ""),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("’t Hûs", "’t Hûs"),
    ],
)
def test_the_sign_that_made_a_cell_harmless_is_no_part_of_it(cell, text):
    assert clean(cell) == text


def test_words_of_the_vocabulary_are_known_with_small_errors():
    assert code_of("zorgcooperatie", KINDS) == "care_cooperative"
    assert code_of("Mantelzorgg", THEMES) == "informal_care"
    assert code_of("ruimtevaart", THEMES) is None


@pytest.mark.parametrize(
    ("told", "municipality"),
    [
        ({"places": "Oudega", "municipality": "Smallingerland"}, "Smallingerland"),
        ({"places": "Oudega", "latitude": "53.12", "longitude": "6.0"}, "Smallingerland"),
        ({"places": "Oudega (Smallingerland)"}, "Smallingerland"),
        ({"latitude": "52.08", "longitude": "5.31"}, "Zeist"),
        ({"municipality": "Bladel"}, "Bladel"),
    ],
)
def test_places_are_told_apart(told, municipality):
    assert find_areas(Whereabouts(**told))[0].municipality == municipality


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"places": "Oudega"},
        {"places": "Xyzzyplugh"},
        {"latitude": "54.5", "longitude": "4.0"},
        {"latitude": "53.3", "longitude": "3.6"},
        {"latitude": "noord", "longitude": "west"},
        {"latitude": "nan", "longitude": "nan"},
        {"places": "Esbeek", "latitude": "53.2", "longitude": "6.5"},
    ],
)
def test_a_row_without_a_place_says_why(told):
    with pytest.raises(NoPlace) as refused:
        find_areas(Whereabouts(**told))
    assert refused.value.remark.text
