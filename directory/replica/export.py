"""Export of a selection of entries as CSV that opens well in a Dutch Excel.

UTF-8 with a byte order mark and semicolons. A cell that a spreadsheet would read as a formula
gets an apostrophe in front (OWASP, CSV injection). Each row says where it comes from, under
which licence, and whether it is invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from directory.search.index import SearchDocument
from directory.search.service import Selection, select_documents
from schemas.taxonomies import BANDS, KINDS, LEGAL_FORMS, PHASES, PROVINCES, TARGET_GROUPS, THEMES, Vocabulary

BATCH = 500
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

EXAMPLE_NL = "Voorbeeldgegevens – geen echte organisatie"
EXAMPLE_EN = "Example data – not a real organisation"


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


def _example(entry: Entry, language: str) -> str:
    text = EXAMPLE_EN if language == "en" else EXAMPLE_NL
    return text if entry.is_example else ""


def _provinces(entry: Entry, language: str) -> str:
    return _labels(PROVINCES, list(dict.fromkeys(area.province for area in entry.areas)), language)


COLUMNS = (
    _Column("Naam", "Name", lambda entry, _language: entry.name),
    _Column("Voorbeeldgegevens", "Example data", _example),
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
    _Column("Website", "Website", lambda entry, _language: entry.website or ""),
    _Column("E-mail", "E-mail", lambda entry, _language: entry.email or ""),
    _Column("Telefoon", "Telephone", lambda entry, _language: entry.telephone or ""),
    _Column("Omschrijving", "Description", lambda entry, _language: entry.summary),
    _Column("Bijgewerkt op", "Updated on", lambda entry, _language: entry.updated_at.date().isoformat()),
    _Column("Bron", "Source", lambda entry, _language: entry.source_name or entry.owner_uri),
    _Column("Licentie", "Licence", lambda entry, _language: entry.license),
    _Column("Adres van de gegevens", "Address of the data", lambda entry, _language: entry.uri),
)


def stream_csv(session: Session, selection: Selection, language: str = "nl") -> Iterator[str]:
    """The CSV of all entries of a selection, by name, in pieces of some hundred rows."""
    yield BYTE_ORDER_MARK + _lines([[getattr(column, language) for column in COLUMNS]])
    for batch in _batches(session, selection):
        yield _lines([[safe_cell(column.value(entry, language)) for column in COLUMNS] for entry in batch])


def safe_cell(text: str) -> str:
    """``text``, made harmless where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _batches(session: Session, selection: Selection) -> Iterator[list[Entry]]:
    documents = select_documents(session, selection)
    after: tuple[str, str] | None = None
    while True:
        query = select(SearchDocument.sort_title, SearchDocument.key).where(SearchDocument.id.in_(documents))
        if after:
            query = query.where(
                (SearchDocument.sort_title > after[0])
                | ((SearchDocument.sort_title == after[0]) & (SearchDocument.key > after[1]))
            )
        rows = session.execute(
            query.order_by(SearchDocument.sort_title, SearchDocument.key).limit(BATCH)
        ).all()
        if not rows:
            return
        found = session.scalars(select(Entry).where(Entry.key.in_([row.key for row in rows])))
        by_key = {entry.key: entry for entry in found}
        yield [by_key[row.key] for row in rows if row.key in by_key]
        session.expunge_all()  # a national export need not stay in memory
        after = (rows[-1].sort_title, rows[-1].key)


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue()
