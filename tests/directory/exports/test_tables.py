"""Export: opens in a spreadsheet, and cannot do harm there."""

from __future__ import annotations

import csv
import io

import pytest

from directory.examples.data import examples
from directory.exports.reading import EXAMPLE_NL
from directory.exports.tables import safe_cell, stream_csv
from directory.search.service import Selection
from tests.directory.organisations import add, organisation

ENTRIES = Selection(kinds=("entry",))


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";"))


def test_the_selection_is_exported_with_source_licence_and_labels(session):
    add(
        session,
        organisation(
            "Zeker Echt",
            "Austerlitz",
            "Zeist",
            themes=["eating"],
            sourceName="Eigen opgave",
            summary="a;b",
            otherNames=["Het Dorpshuis"],
            languages=["nl", "fy"],
            partners=["Huisarts", "Bibliotheek"],
            kvkNumber="12345678",
            confirmedOn="2026-01-02",
        ),
        organisation("Verzonnen", "Emmen", exampleData=True),
    )
    real = rows("".join(stream_csv(session, Selection(kinds=("entry",), province="NL-UT"))))
    assert len(real) == 1
    expected = {
        "Naam": "Zeker Echt",
        "Plaatsen": "Austerlitz, Zeist",
        "Gemeenten": "Zeist",
        "Gemeentecodes": "GM0355",
    }
    expected |= {
        "Provincies": "Utrecht",
        "Thema’s": "samen eten",
        "Bron": "Eigen opgave",
        "Licentie": "CC-BY-4.0",
    }
    expected |= {"Omschrijving": "a;b", "Voorbeeldgegevens": "", "Talen": "Nederlands, Fries"}
    expected |= {"Andere namen": "Het Dorpshuis", "Werkt samen met": "Huisarts, Bibliotheek"}
    expected |= {"KvK-nummer": "12345678", "Bevestigd op": "2026-01-02", "Gestopt op": ""}
    assert real[0].items() >= expected.items()


def test_every_invented_row_says_so(session):
    add(session, *examples(30))
    found = rows("".join(stream_csv(session, ENTRIES)))
    assert len(found) == 30
    assert {row["Voorbeeldgegevens"] for row in found} == {EXAMPLE_NL}


def test_all_rows_come_once_and_in_order_however_many_pieces_it_takes(session, monkeypatch):
    monkeypatch.setattr("directory.exports.reading.BATCH", 7)
    add(session, *examples(40))
    pieces = list(stream_csv(session, ENTRIES))
    assert len(pieces) == 1 + 6
    addresses = [row["Adres van de gegevens"] for row in rows("".join(pieces))]
    assert len(set(addresses)) == 40


@pytest.mark.parametrize("cell", ["=1+1", "+31 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_formulas_are_made_harmless(cell):
    assert safe_cell(cell) == f"'{cell}"


def test_a_hostile_name_does_not_become_a_formula(session):
    add(session, organisation('=HYPERLINK("https://evil.example";"klik")'))
    assert rows("".join(stream_csv(session, ENTRIES)))[0]["Naam"].startswith("'=HYPERLINK")


def test_an_english_reader_gets_english_headers(session):
    add(session, *examples(1))
    assert "Description" in next(iter(stream_csv(session, ENTRIES, "en")))
