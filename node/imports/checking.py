"""The dry run: each row is read and compared with what the hub has; nothing is changed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.imports.models import ImportRow, ImportRun
from node.imports.rows import Read, read_row
from node.imports.values import Remark
from node.listings.content import Content, Difference, differences, facts, with_values
from node.listings.models import Listing, ListingRevision
from node.listings.service import find
from schemas.messages import N_

BATCH = 200
SAME_ID = N_("Row %(value)s of this list has the same id or the same name and municipality.")
WAS_WITHDRAWN = N_("A coordinator took this initiative out of the directory. It is left alone.")

_FIELDS = {
    "places": ("areas",),
    "municipality": ("areas",),
    "latitude": ("areas",),
    "website": ("contact.website",),
    "email": ("contact.email",),
    "telephone": ("contact.telephone",),
}
"""The facts that a meaning of a column tells, where they are not called the same."""


def check_batch(session: Session, run: ImportRun) -> bool:
    """Look at the next rows. False when all were looked at."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "new")
    rows = session.scalars(query.order_by(ImportRow.number).limit(BATCH)).all()
    for row in rows:
        _check(session, run, row)
        session.flush()
    return bool(rows)


def changes_of(session: Session, run: ImportRun, row: ImportRow, listing: Listing) -> list[Difference]:
    """What changed at the source since its last list, as changes of the listing as it is now."""
    if row.content is None:
        return []
    said = last_said(session, listing, run)
    told = told_fields(run)
    changed = [each for each in differences(said or {}, row.content) if each.field in told]
    if said is None:  # added by hand: what the list does not tell is no change
        changed = [each for each in changed if each.after is not None]
    now_says = facts(listing.content)
    return [
        Difference(each.field, now_says.get(each.field), each.after)
        for each in changed
        if now_says.get(each.field) != each.after
    ]


def contested_by(session: Session, run: ImportRun, listing: Listing, changes: list[Difference]) -> set[str]:
    """Which of these fields a coordinator changed by hand since the last list."""
    said = last_said(session, listing, run)
    if said is None:
        return {each.field for each in changes if each.before is not None}
    before = facts(said)
    return {each.field for each in changes if each.before != before.get(each.field)}


def last_said(session: Session, listing: Listing, run: ImportRun) -> Content | None:
    """What the last list of this source said of an initiative."""
    query = (
        select(ImportRow.content)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.listing_id == listing.id, ImportRow.run_id < run.id)
        .where(ImportRow.state.in_(("done", "same", "kept")), ImportRun.state == "done")
    )
    return session.scalar(query.order_by(ImportRow.id.desc()).limit(1))


def told_fields(run: ImportRun) -> set[str]:
    """The facts that the columns of a list tell."""
    told = {field for target in run.mapping.values() for field in _FIELDS.get(target, (target,))}
    if not run.options.get("publish_contact"):
        told -= {"contact.email", "contact.telephone"}
    return told


def applied(listing: Listing, changes: list[Difference]) -> Content:
    """The listing's content with these changes."""
    return with_values(listing.content, {each.field: each.after for each in changes})


def _check(session: Session, run: ImportRun, row: ImportRow) -> None:
    read = read_row(
        run.columns, row.cells, run.mapping, publish_contact=bool(run.options.get("publish_contact"))
    )
    row.external_id, row.name, row.content = read.external_id, read.name, read.content
    row.private_contact, row.remarks = read.private_contact, [each.as_row() for each in read.remarks]
    twin = _twin(session, row) if read.content else None
    if twin is not None:
        _say(row, Remark(SAME_ID, {"value": str(twin)}))
    if read.content is None or twin is not None:
        row.state, row.content = "bad", None
        return
    row.state, row.action = _outcome(session, run, row, read)


def _outcome(session: Session, run: ImportRun, row: ImportRow, read: Read) -> tuple[str, str]:
    listing = find(session, run.source_name, read.external_id)
    if listing is None:
        return "ready", "create"
    row.listing_id = listing.id
    if listing.state == "withdrawn":
        if _was_undone(session, listing):
            return "ready", "create"
        _say(row, Remark(WAS_WITHDRAWN))
        return "same", ""
    changes = changes_of(session, run, row, listing)
    if not changes:
        return "same", ""
    return "ready", "propose" if contested_by(session, run, listing, changes) else "change"


def _twin(session: Session, row: ImportRow) -> int | None:
    """The earlier row of this list with the same id."""
    query = select(ImportRow.number).where(ImportRow.run_id == row.run_id, ImportRow.number < row.number)
    return session.scalar(query.where(ImportRow.external_id == row.external_id, ImportRow.state != "bad"))


def _was_undone(session: Session, listing: Listing) -> bool:
    query = select(ListingRevision.action).where(ListingRevision.listing_id == listing.id)
    return session.scalar(query.order_by(ListingRevision.number.desc()).limit(1)) == "undone"


def _say(row: ImportRow, remark: Remark) -> None:
    row.remarks = [*row.remarks, remark.as_row()]
