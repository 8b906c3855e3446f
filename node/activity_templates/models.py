"""A template of ours: one draft, and the versions that were published and never change."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, WriteOnlyMapped, mapped_column, relationship

from federation.database import Base, JsonDocument, now
from node.activity_templates.changes import FIRST, Change
from schemas.errors import Conflict
from schemas.messages import N_


class ActivityTemplateVersion(Base):
    """One published version. Immutable: a mistake is mended by a next version."""

    __tablename__ = "activity_template_version"
    __table_args__ = (UniqueConstraint("template_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(ForeignKey("activity_template.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime]
    object_uri: Mapped[str] = mapped_column(String(2000))
    copied_from: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """As on the wire: id, version and contentHash of what this was copied from."""
    change_class: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What kind of change it is (`schemas.taxonomies.CHANGE_CLASSES`); a first version has none."""
    change_note: Mapped[str] = mapped_column(Text, default="", server_default="")


class TemplateRevision(Base):
    """A draft as it was before somebody replaced it: nothing that was written is lost."""

    __tablename__ = "template_revision"
    __table_args__ = (UniqueConstraint("template_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(ForeignKey("activity_template.id"))
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    replaced_at: Mapped[datetime] = mapped_column(default=now)


class WorkingCopy(Base):
    """What somebody has typed in the form and not saved yet, kept as typed.

    ``template_id`` is None for a format that does not exist yet.
    """

    __tablename__ = "template_working_copy"
    __table_args__ = (UniqueConstraint("account_id", "template_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    template_id: Mapped[str | None] = mapped_column(ForeignKey("activity_template.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(default=0)
    """The draft that it began from."""
    typed: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    saved_at: Mapped[datetime] = mapped_column(default=now)


class ActivityTemplate(Base):
    """A template of this community: its draft and, once published, its address on the wire."""

    __tablename__ = "activity_template"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex[:16])
    draft: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    object_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)
    withdrawn_at: Mapped[datetime | None]
    copied_from: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    base_content: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """What was copied, kept whole: the common ground when the origin improves its template."""
    ancestors: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonDocument)
    """All it goes back to, the nearest first, as on the wire; kept when an ancestor is gone."""
    contributors: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonDocument)
    """Whose changes we took into it, as on the wire, the newest first."""
    told: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """What travels beside the content, as on the wire: ``usage`` and ``grade`` (`node.template_evidence`)."""
    example_data: Mapped[bool] = mapped_column(default=False)
    publisher: Mapped[str] = mapped_column(String(12), default="cooperative", server_default="cooperative")
    """The role of the identity that publishes it: the village, or the hub (the starter library)."""
    starter_key: Mapped[str | None] = mapped_column(String(40), index=True)
    """The activity of the starter library that it began from."""

    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the drafts, so that two people who write at once find out."""

    former: WriteOnlyMapped[TemplateRevision] = relationship(order_by=TemplateRevision.revision)
    versions: Mapped[list[ActivityTemplateVersion]] = relationship(
        order_by=ActivityTemplateVersion.version, lazy="selectin"
    )

    @property
    def name(self) -> str:
        """The name in the draft."""
        return str(self.draft["name"])

    @property
    def latest(self) -> ActivityTemplateVersion | None:
        """The newest published version."""
        return self.versions[-1] if self.versions else None

    @property
    def is_public(self) -> bool:
        """True while a version of it is out in the network."""
        return bool(self.versions) and self.withdrawn_at is None

    def has_changes(self) -> bool:
        """True when the draft says something else than the newest version."""
        return self.latest is None or self.latest.content != self.draft

    def require_open(self) -> None:
        """Refuse changes to a template that was withdrawn."""
        if self.withdrawn_at is not None:
            raise Conflict(N_("This format was withdrawn. Copy it if you want to go on with it."))

    def write(self, content: dict[str, Any]) -> None:
        """Replace the draft."""
        self.require_open()
        if content == self.draft:
            return
        self.former.add(TemplateRevision(revision=self.revision, content=self.draft))
        self.draft, self.changed_at, self.revision = content, now(), self.revision + 1

    def add_version(
        self, content_hash: str, object_uri: str, published_at: datetime, change: Change = FIRST
    ) -> None:
        """Fix the draft as the next version."""
        self.object_uri = object_uri
        self.versions.append(
            ActivityTemplateVersion(
                version=self.latest.version + 1 if self.latest else 1,
                content=self.draft,
                content_hash=content_hash,
                published_at=published_at,
                object_uri=object_uri,
                copied_from=self.copied_from,
                change_class=change.change_class,
                change_note=change.note,
            )
        )


@event.listens_for(ActivityTemplateVersion, "before_update")
@event.listens_for(ActivityTemplateVersion, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: Connection, version: ActivityTemplateVersion) -> None:
    raise Conflict(cause=f"version {version.version} of {version.template_id} is immutable")
