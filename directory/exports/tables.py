"""A selection of entries as a table: its columns, and the CSV that opens well in a Dutch Excel.

UTF-8 with a byte order mark and semicolons. A cell that a spreadsheet would read as a formula
gets an apostrophe in front (OWASP, CSV injection). Each row says where it comes from, under
which licence, and whether it is invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.exports.reading import batches, invented
from directory.replica.entries import Entry
from directory.search.service import Selection
from schemas.taxonomies import (
    ACCESSIBILITY,
    BANDS,
    FRESHNESS,
    KINDS,
    LEGAL_FORMS,
    PHASES,
    PROVINCES,
    SPOKEN_LANGUAGES,
    TARGET_GROUPS,
    THEMES,
    Vocabulary,
)

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class _Column:
    nl: str
    en: str
    value: Callable[[Entry, str], str]


def _labels(vocabulary: Vocabulary, codes: list[str], language: str) -> str:
    return ", ".join(vocabulary.label(code, language) for code in codes)


def _label(vocabulary: Vocabulary, code: str | None, language: str) -> str:
    return vocabulary.label(code, language) if code else ""


def _yes_no(value: bool | None, language: str) -> str:
    words = ("yes", "no") if language == "en" else ("ja", "nee")
    return "" if value is None else words[0 if value else 1]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _provinces(entry: Entry, language: str) -> str:
    return _labels(PROVINCES, list(dict.fromkeys(area.province for area in entry.areas)), language)


COLUMNS = (
    _Column("Naam", "Name", lambda entry, _language: entry.name),
    _Column("Andere namen", "Other names", lambda entry, _language: ", ".join(entry.other_names)),
    _Column("Voorbeeldgegevens", "Example data", invented),
    _Column("Soort", "Kind", lambda entry, language: KINDS.label(entry.kind, language)),
    _Column("Plaatsen", "Places", lambda entry, _language: ", ".join(area.name for area in entry.areas)),
    _Column(
        "Gemeenten",
        "Municipalities",
        lambda entry, _language: ", ".join(dict.fromkeys(area.municipality for area in entry.areas)),
    ),
    _Column(
        "Gemeentecodes",
        "Municipality codes",
        lambda entry, _language: ", ".join(dict.fromkeys(area.municipality_code for area in entry.areas)),
    ),
    _Column("Provincies", "Provinces", _provinces),
    _Column("Thema’s", "Themes", lambda entry, language: _labels(THEMES, entry.themes, language)),
    _Column(
        "Doelgroepen",
        "Target groups",
        lambda entry, language: _labels(TARGET_GROUPS, entry.target_groups, language),
    ),
    _Column(
        "Rechtsvorm", "Legal form", lambda entry, language: _label(LEGAL_FORMS, entry.legal_form, language)
    ),
    _Column("Fase", "Phase", lambda entry, language: _label(PHASES, entry.phase, language)),
    _Column("Begonnen in", "Founded in", lambda entry, _language: str(entry.founded_on or "")),
    _Column(
        "Vrijwilligers", "Volunteers", lambda entry, language: _label(BANDS, entry.volunteers_band, language)
    ),
    _Column("Leden", "Members", lambda entry, language: _label(BANDS, entry.members_band, language)),
    _Column(
        "Dorpsondersteuner",
        "Village supporter",
        lambda entry, language: _yes_no(entry.has_supporter, language),
    ),
    _Column(
        "Talen", "Languages", lambda entry, language: _labels(SPOKEN_LANGUAGES, entry.languages, language)
    ),
    _Column(
        "Toegankelijkheid",
        "Accessibility",
        lambda entry, language: _labels(ACCESSIBILITY, entry.accessibility, language),
    ),
    _Column("Werkt samen met", "Partners", lambda entry, _language: ", ".join(entry.partners)),
    _Column("Activiteiten", "Activities", lambda entry, _language: " ".join(entry.activities)),
    _Column("KvK-nummer", "Trade register number", lambda entry, _language: entry.kvk_number or ""),
    _Column("Website", "Website", lambda entry, _language: entry.website or ""),
    _Column("E-mail", "E-mail", lambda entry, _language: entry.email or ""),
    _Column("Telefoon", "Telephone", lambda entry, _language: entry.telephone or ""),
    _Column("Omschrijving", "Description", lambda entry, _language: entry.summary),
    _Column("Bijgewerkt op", "Updated on", lambda entry, _language: entry.updated_at.date().isoformat()),
    _Column("Bevestigd op", "Confirmed on", lambda entry, _language: _day(entry.confirmed_on)),
    _Column("Gestopt op", "Ended on", lambda entry, _language: _day(entry.closed_on)),
    _Column(
        "Hoe actueel", "How up to date", lambda entry, language: FRESHNESS.label(entry.freshness, language)
    ),
    _Column("Bron", "Source", lambda entry, _language: entry.source_name or entry.owner_uri),
    _Column("Licentie", "Licence", lambda entry, _language: entry.license),
    _Column("Adres van de gegevens", "Address of the data", lambda entry, _language: entry.uri),
)


def stream_csv(session: Session, selection: Selection, language: str = "nl") -> Iterator[str]:
    """The CSV of all entries of a selection, by name, in pieces of some hundred rows."""
    yield BYTE_ORDER_MARK + _lines([headers(language)])
    for batch in batches(session, selection):
        yield _lines([[safe_cell(text) for text in cells(entry, language)] for entry in batch])


def headers(language: str) -> list[str]:
    """The names of the columns."""
    return [getattr(column, language) for column in COLUMNS]


def cells(entry: Entry, language: str) -> list[str]:
    """An entry as the texts of a row, just as they are: see `safe_cell`."""
    return [column.value(entry, language) for column in COLUMNS]


def is_formula(text: str) -> bool:
    """True when a spreadsheet would read ``text`` as a formula."""
    return text.startswith(FORMULA_STARTS)


def safe_cell(text: str) -> str:
    """``text``, made harmless where a spreadsheet would run it as a formula."""
    return f"'{text}" if is_formula(text) else text


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue()
