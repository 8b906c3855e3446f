"""The dry run: each row is read and compared with what the hub has; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.templates import KnownTemplate
from directory.search.folding import fold
from node.imports.comparing import judge
from node.imports.models import ImportRow, ImportRun
from node.imports.rows import read_row
from node.imports.values import Remark
from schemas.messages import N_

BATCH = 200
SAME_ID = N_("Row %(value)s of this list has the same id or the same name and municipality.")


def check_batch(session: Session, run: ImportRun) -> bool:
    """Look at the next rows. False when all were looked at."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "new")
    rows = session.scalars(query.order_by(ImportRow.number).limit(BATCH)).all()
    formats = _formats(session) if "activities" in run.mapping.values() else {}
    for row in rows:
        _check(session, run, row, formats)
        session.flush()
    return bool(rows)


def say(row: ImportRow, remarks: Iterable[Remark]) -> None:
    """Add remarks to a row, each once."""
    fresh = [each.as_row() for each in remarks]
    row.remarks = [*row.remarks, *(each for each in fresh if each not in row.remarks)]


def _check(session: Session, run: ImportRun, row: ImportRow, formats: Mapping[str, str]) -> None:
    is_agreed = bool(run.options.get("publish_contact"))
    read = read_row(run.columns, row.cells, run.mapping, publish_contact=is_agreed, formats=formats)
    row.external_id, row.name, row.content = read.external_id, read.name, read.content
    row.private_contact, row.remarks = read.private_contact, [each.as_row() for each in read.remarks]
    twin = _twin(session, row) if read.content else None
    if twin is not None:
        say(row, [Remark(SAME_ID, {"value": str(twin)})])
    if read.content is None or twin is not None:
        row.state, row.content = "bad", None
        return
    verdict = judge(session, run, row)
    row.state, row.action = verdict.state, verdict.action
    row.listing_id = verdict.listing.id if verdict.listing else None
    say(row, verdict.remarks)


def _formats(session: Session) -> dict[str, str]:
    """The addresses of the formats that we know, by folded name."""
    query = select(KnownTemplate.name, KnownTemplate.uri).where(KnownTemplate.withdrawn_at.is_(None))
    return {fold(name): uri for name, uri in session.execute(query)}


def _twin(session: Session, row: ImportRow) -> int | None:
    """The earlier row of this list with the same id."""
    query = select(ImportRow.number).where(ImportRow.run_id == row.run_id, ImportRow.number < row.number)
    return session.scalar(query.where(ImportRow.external_id == row.external_id, ImportRow.state != "bad"))
