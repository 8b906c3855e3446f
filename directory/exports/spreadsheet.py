"""A selection of entries as an Excel workbook: one sheet, every cell a text."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy.orm import Session

from directory.exports.reading import batches
from directory.exports.tables import cells, headers, is_formula
from directory.search.service import Selection

PIECE = 64 * 1024
LONGEST_CELL = 32_767
"""Characters; Excel refuses to open a workbook with a longer text."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def stream_xlsx(session: Session, selection: Selection, language: str = "nl") -> Iterator[bytes]:
    """The workbook of all entries of a selection, in pieces. It is made on disk, not in memory."""
    with TemporaryFile(prefix="omzien-export-") as file:
        _write(file, session, selection, language)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(file: IO[bytes], session: Session, selection: Selection, language: str) -> None:
    import xlsxwriter  # noqa: PLC0415  # 2 MB that an idle node does without

    names = headers(language)
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet("Directory" if language == "en" else "Gids")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(names) - 1, 20)
        bold, harmless = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, bold)
        number = 0
        for batch in batches(session, selection):
            for entry in batch:
                number += 1
                for column, text in enumerate(cells(entry, language)):
                    # the quote prefix keeps a formula a text, also when somebody edits the cell
                    form = harmless if is_formula(text) else None
                    sheet.write_string(number, column, text[:LONGEST_CELL], form)
