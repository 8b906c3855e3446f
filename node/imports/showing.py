"""What the pages and the API show of an import: how far it is, and each row with what it changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.exports.tables import BYTE_ORDER_MARK, safe_cell
from directory.matching.service import find_matches
from node.imports.approving import count_waiting
from node.imports.changes import shown_changes
from node.imports.models import ImportRow, ImportRun
from node.imports.service import count_groups
from node.listings.models import Listing
from schemas.errors import NotFound


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """In whole percents."""
        return round(100 * self.done / self.total) if self.total else 100


def progress_of(session: Session, run: ImportRun) -> Progress:
    """How many rows of the present step are done."""
    counts = count_groups(session, run)
    if run.state == "checking":
        return Progress(run.total - counts["new"], run.total)
    left = sum(counts[name] for name in ("create", "change", "propose"))
    if run.state == "importing":
        return Progress(counts["done"], counts["done"] + left)
    if run.state == "approving":
        waiting = count_waiting(session, run)
        return Progress(counts["done"] - waiting, counts["done"])
    gone = counts["undone"] + counts["kept"]
    return Progress(gone, gone + counts["done"])


def shown_row(session: Session, run: ImportRun, row: ImportRow) -> dict[str, Any]:
    """A row for people: what it says, what it changes, what it looks like, what is wrong."""
    listing = session.get(Listing, row.listing_id) if row.listing_id else None
    return {
        "number": row.number,
        "name": row.name,
        "state": row.state,
        "action": row.action,
        "external_id": row.external_id,
        "places": _places(row),
        "changes": shown_changes(session, run, row, listing),
        "alike": _alike(session, row),
        "remarks": remarks_of(row),
        "listing": listing,
    }


def remarks_of(row: ImportRow) -> list[str]:
    """What is to be told of a row, in the reader's language."""
    told = [(each["text"], each["words"]) for each in row.remarks]
    return [str(_(message, **words)) for message, words in told]


def reason_columns() -> list[str]:
    """The columns that a list has when we give it back with the reasons."""
    return [str(_("Row")), str(_("Was it left out?")), str(_("What is wrong"))]


def stream_problems(session: Session, run: ImportRun) -> Iterator[str]:
    """The rows that were left out or have a remark, as CSV with the reasons; ready to be mended."""
    if not _has_cells(session, run):
        raise NotFound(cause=f"the cells of import {run.id} were forgotten")
    own = [column for column in run.columns if column not in reason_columns()]
    places = [run.columns.index(column) for column in own]
    yield BYTE_ORDER_MARK + _line([*own, *reason_columns()])
    is_wrong = or_(ImportRow.state == "bad", ImportRow.remarks != [])
    query = select(ImportRow).where(ImportRow.run_id == run.id, is_wrong).order_by(ImportRow.number)
    for row in session.scalars(query.execution_options(yield_per=200)):
        left_out = _("Yes") if row.state == "bad" else _("No")
        cells = [row.cells[at] for at in places]
        yield _line([*cells, str(row.number), left_out, " ".join(remarks_of(row))])


def _has_cells(session: Session, run: ImportRun) -> bool:
    first = session.scalar(select(ImportRow).where(ImportRow.run_id == run.id).limit(1))
    return first is not None and bool(first.cells)


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()


def _places(row: ImportRow) -> str:
    areas = (row.content or {}).get("initiative", {}).get("areas", [])
    return ", ".join(f"{area['name']} ({area['municipality']})" for area in areas[:3])


def _alike(session: Session, row: ImportRow) -> list[dict[str, str]]:
    """Entries from elsewhere that a new row looks like."""
    if row.state != "ready" or row.action != "create" or row.content is None:
        return []
    found = find_matches(session, row.name, row.content["initiative"], limit=2)
    return [{"name": each.entry.name, "key": each.entry.key} for each in found]
