"""What a coordinator does with a list: read it, say what its columns mean, carry it out, undo it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from federation.database import let_go, now
from federation.queue import wake_after_commit
from node.imports.columns import checked_mapping, guess
from node.imports.models import ImportRow, ImportRun, ImportSource
from node.imports.reading import read_table
from node.listings.models import Listing
from schemas.errors import InvalidInput, NotFound
from schemas.fields import storable
from schemas.messages import N_

JOB = "node.imports.jobs.work"
PER_PAGE = 50
_GONE = N_("This import does not exist.")
GROUPS: dict[str, tuple[str, ...]] = {
    "create": ("ready", "create"),
    "change": ("ready", "change"),
    "propose": ("ready", "propose"),
    "same": ("same",),
    "bad": ("bad",),
    "done": ("done",),
    "undone": ("undone",),
    "kept": ("kept",),
}
"""How rows are grouped on the page: by state, and by what is to be done."""


def begin(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    source_name: str,
    by: str,
    part_columns: Collection[str] = (),
) -> ImportRun:
    """Read a list into rows. Raises InvalidInput with ``fields`` for a file that cannot be read.

    A list with all of ``part_columns`` is one that we gave back: a part of the list that it came from.
    """
    let_go(session)  # nobody waits for our lock while a large file is read
    source_name = " ".join(storable(source_name).split())[:200]
    if not source_name:
        raise InvalidInput(fields={"source": [N_("Say where this list comes from.")]})
    table = read_table(content)
    source = find_source(session, source_name)
    run = ImportRun(
        source_name=source_name,
        file_name=storable(file_name)[-200:],
        encoding=table.encoding,
        columns=table.columns,
        mapping=guess(table.columns, source.mapping if source else None),
        options={
            "publish_contact": False,
            "review": False,
            **(source.options if source else {}),
            "part": bool(part_columns) and set(part_columns) <= set(table.columns),
        },
        state="mapping",
        total=len(table.rows),
        by=by,
    )
    session.add(run)
    session.flush()
    fresh = {
        "state": "new",
        "action": "",
        "external_id": "",
        "name": "",
        "private_contact": {},
        "remarks": [],
    }
    rows = [{**fresh, "run_id": run.id, "number": at, "cells": row} for at, row in enumerate(table.rows, 2)]
    session.execute(insert(ImportRow), rows)
    return run


def map_columns(
    session: Session,
    run: ImportRun,
    mapping: Mapping[str, str],
    *,
    publish_contact: bool,
    review: bool,
    part: bool = False,
) -> None:
    """Say what the columns mean, remember it for this source, and compare the list with the hub."""
    kept = checked_mapping(run.columns, mapping)
    _go_to(session, run, "checking", only_from=("mapping", "checked"))
    lasting = {"publish_contact": publish_contact, "review": review}
    run.mapping, run.options = kept, {**lasting, "part": part}
    source = find_source(session, run.source_name) or ImportSource(name=run.source_name)
    source.mapping = {column: kept.get(column, "") for column in run.columns}
    source.options, source.updated_at = lasting, now()
    session.add(source)
    for row in session.scalars(select(ImportRow).where(ImportRow.run_id == run.id)):
        row.state, row.action, row.remarks, row.content = "new", "", [], None
    session.flush()
    wake_after_commit(session, JOB, str(run.id))


def start(session: Session, run: ImportRun, *, by: str) -> None:
    """Carry out what was compared; a job does it in steps, in the name of who asked for it."""
    _go_to(session, run, "importing", only_from=("checked",))
    run.started_by = by
    session.flush()
    wake_after_commit(session, JOB, str(run.id))


def approve(session: Session, run: ImportRun, *, by: str) -> None:
    """Publish all new initiatives of a run that wait for review; a job does it in steps."""
    _go_to(session, run, "approving", only_from=("done",))
    run.approved_by = by
    session.flush()
    wake_after_commit(session, JOB, str(run.id))


def undo(session: Session, run: ImportRun, *, by: str) -> None:
    """Take back all that a run did, except what somebody changed since."""
    _go_to(session, run, "undoing", only_from=("done",))
    run.undone_by = by
    session.flush()
    wake_after_commit(session, JOB, str(run.id))


def discard(session: Session, run: ImportRun) -> None:
    """Forget a list that was not carried out."""
    _go_to(session, run, "undone", only_from=("mapping", "checked"))
    session.execute(delete(ImportRow).where(ImportRow.run_id == run.id))
    session.delete(run)
    session.flush()


def _go_to(session: Session, run: ImportRun, state: str, *, only_from: tuple[str, ...]) -> None:
    """The next state, of the run as it is now: somebody else may have taken a step since it was read."""
    query = select(ImportRun).where(ImportRun.id == run.id)
    locked = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if locked is None:
        raise NotFound(_GONE)
    locked.go_to(state, only_from=only_from)


def get_run(session: Session, run_id: int) -> ImportRun:
    """A run. Raises NotFound."""
    run = session.get(ImportRun, run_id)
    if run is None:
        raise NotFound(_GONE)
    return run


def list_runs(session: Session, limit: int = 50) -> Sequence[ImportRun]:
    """The runs, the newest first."""
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()


def list_sources(session: Session) -> Sequence[ImportSource]:
    """The sources of which the columns are remembered."""
    return session.scalars(select(ImportSource).order_by(ImportSource.name)).all()


def find_source(session: Session, name: str) -> ImportSource | None:
    """The source with this name."""
    return session.scalar(select(ImportSource).where(ImportSource.name == name))


def count_groups(session: Session, run: ImportRun) -> dict[str, int]:
    """How many rows each of `GROUPS` has, and how many were not looked at yet as 'new'."""
    counted = select(ImportRow.state, ImportRow.action, func.count()).where(ImportRow.run_id == run.id)
    counts = dict.fromkeys([*GROUPS, "new"], 0)
    for state, action, count in session.execute(counted.group_by(ImportRow.state, ImportRow.action)):
        counts[action if state == "ready" else state] += count
    return counts


def rows_of(session: Session, run: ImportRun, group: str, page: int = 1) -> Sequence[ImportRow]:
    """A page of the rows of a group."""
    query = in_group(select(ImportRow).where(ImportRow.run_id == run.id), group)
    return session.scalars(
        query.order_by(ImportRow.number).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    ).all()


def in_group(query: Select[Any], group: str) -> Select[Any]:
    """The query for the rows of one of `GROUPS`; all rows for another word."""
    if group not in GROUPS:
        return query
    state, *action = GROUPS[group]
    query = query.where(ImportRow.state == state)
    return query.where(ImportRow.action == action[0]) if action else query


def missing(session: Session, run: ImportRun, limit: int = 100) -> Sequence[Listing]:
    """The public listings of this source that neither this list nor a later one names any more.

    A part of a list says nothing of the rest. A row that could not be read may have lost its id.
    """
    if run.options.get("part"):
        return []
    runs = select(ImportRun.id).where(ImportRun.source_name == run.source_name, ImportRun.id >= run.id)
    rows = select(ImportRow.id).where(ImportRow.run_id.in_(runs))
    named = rows.where(ImportRow.external_id == Listing.external_id).exists()
    unread = rows.where(ImportRow.state == "bad", ImportRow.name == Listing.name).exists()
    query = select(Listing).where(Listing.source == run.source_name, Listing.state == "published")
    return session.scalars(query.where(~named, ~unread).order_by(Listing.name).limit(limit)).all()
