"""The tables of imports: a source with its columns, each run, and each row of it.

The rows hold the truth: a job that dies goes on where the rows say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, JsonDocument, now
from schemas.errors import Conflict
from schemas.messages import N_

BUSY = ("checking", "importing", "approving", "undoing")
"""States in which a job has work."""
UNUSED = ("mapping", "checking", "checked")
"""States in which nothing of a list is in the directory yet."""


class ImportSource(Base):
    """Where lists come from, and what its columns mean; remembered for the next list."""

    __tablename__ = "import_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    mapping: Mapped[dict[str, Any]]
    """Name of a column to one of `node.imports.columns.TARGETS`."""
    options: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ImportRun(Base):
    """One list that was read."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(String(200), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    encoding: Mapped[str] = mapped_column(String(20), default="")
    """How the text was written, as it was found out."""
    columns: Mapped[list[str]]
    mapping: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    """``publish_contact``: the initiatives agreed; ``review``: what is new waits for a coordinator;
    ``part``: it is a part of a list, so what it does not name is not missing."""
    state: Mapped[str] = mapped_column(String(10), index=True)
    """'mapping', 'checking', 'checked', 'importing', 'approving', 'done', 'undoing' or 'undone'."""
    total: Mapped[int]
    by: Mapped[str] = mapped_column(String(200))
    """Who brought the list; the names stay when the accounts are gone."""
    started_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Who had it carried out."""
    approved_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Who approved at once all that it added and that waited for review."""
    undone_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When the cells of its rows were forgotten, see `node.imports.jobs`."""
    seen_at: Mapped[datetime | None]
    """When a person said that nothing more has to be done about the rows that were left out."""

    def go_to(self, state: str, *, only_from: tuple[str, ...]) -> None:
        """The next state. Raises Conflict when it is not its turn."""
        if self.state not in only_from:
            raise Conflict(N_("This import is at another step now. Look at it once more."))
        self.state = state
        self.finished_at = now() if state in {"done", "undone"} else None


class ImportRow(Base):
    """One row of a list."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index(None, "run_id", "state", "number"),
        Index(None, "listing_id", "id"),
        Index(None, "run_id", "external_id"),  # each row asks whether an earlier one has its id
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Where it stands in the file; the head is row 1."""
    cells: Mapped[list[str]]
    """What the file says, column by column; forgotten after a while, see `node.imports.jobs`."""
    state: Mapped[str] = mapped_column(String(10), default="new")
    """'new', 'ready', 'same', 'bad', 'done', 'undone' or 'kept' (not undone, changed since)."""
    action: Mapped[str] = mapped_column(String(10), default="")
    """'create', 'change' or 'propose' (a coordinator decides about all or some of its fields)."""
    external_id: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """What the row says, as `node.listings.content`; compared with it when the list comes again."""
    private_contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Whom to ask, as the row says it; forgotten with the cells."""
    private_before: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Whom we asked before this row was carried out; forgotten with the cells."""
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, default=list)
    """Why it is bad, or what of it could not be read; see `node.imports.values.Remark`."""
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="SET NULL"))
    """The listing that its source knows by this id; what it was merged into is found from there."""
    before_revision: Mapped[int | None]
    """The last version before this row, or the proposal that it took the place of; 0 when the row made it."""
    after_revision: Mapped[int | None]
    """The last version, or proposal, that the row led to."""
