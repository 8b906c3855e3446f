"""The notices: which of our copies have an origin with a newer version, and what kind of change it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.owners import names_of
from directory.replica.records import Record
from directory.replica.templates import KnownTemplate
from directory.replica.visibility import hidden_owners
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import own_templates
from node.template_updates.library import LibraryText, newer_text
from node.template_updates.models import SKIPPED, TemplateUpdate
from schemas.objects import Document

SAFETY = "safety"


@dataclass(frozen=True)
class VersionNote:
    """What the origin said of one of its versions."""

    version: int
    change_class: str
    change_note: str
    updated_at: datetime | None = None
    """None when that version never passed here."""


@dataclass(frozen=True)
class Notice:
    """A newer version of what one of our templates was copied from."""

    template: ActivityTemplate
    origin: KnownTemplate | LibraryText
    owner: str
    """Whose it is; empty for the starter library of this program."""
    changes: list[VersionNote]
    """What was said of the versions since ours, oldest first; also of those that never passed here."""
    is_skipped: bool

    @property
    def version(self) -> int:
        """The version that is offered: always the newest."""
        return self.origin.version

    @property
    def is_library(self) -> bool:
        """True when the starter library has it, and no village."""
        return isinstance(self.origin, LibraryText)

    @property
    def is_safety(self) -> bool:
        """True when one of the changes since our version is for safety: only that may interrupt."""
        return any(change.change_class == SAFETY for change in self.changes)


def notices(session: Session) -> list[Notice]:
    """All that wait, those for safety first; what was skipped is not among them."""
    found = [_notice(session, template) for template in own_templates(session)]
    waiting = [notice for notice in found if notice is not None and not notice.is_skipped]
    return sorted(waiting, key=lambda notice: not notice.is_safety)


def notice_of(session: Session, template: ActivityTemplate) -> Notice | None:
    """The newer version of what this was copied from, also one that was skipped; None when there is none."""
    return _notice(session, template)


def count_safety(session: Session) -> int:
    """How many of our templates miss a change for safety."""
    return sum(notice.is_safety for notice in notices(session))


def record_of(session: Session, copied_from: Document) -> Record | None:
    """The living record that a copy goes back to, wherever its owner moved; None when it is gone."""
    uri = known_templates.current_uri(session, str(copied_from["id"]))
    record = session.get(Record, uri)
    if record is None or record.deleted_at is not None or hidden_owners(session, {record.owner_uri}):
        return None
    return record


def _notice(session: Session, template: ActivityTemplate) -> Notice | None:
    if template.base_content is None or template.withdrawn_at is not None:
        return None
    if template.copied_from is None:
        return _of_library(session, template)
    record = record_of(session, template.copied_from)
    origin = known_templates.find_template(session, record.uri) if record else None
    if record is None or origin is None or not _is_newer(origin, template.copied_from):
        return None
    changes = changes_since(session, origin, record.document, template.copied_from["version"])
    owner = names_of(session, [origin.owner_uri])[origin.owner_uri]
    return Notice(template, origin, owner, changes, _is_skipped(session, template, origin))


def _of_library(session: Session, template: ActivityTemplate) -> Notice | None:
    text = newer_text(session, template)
    if text is None:
        return None
    note = VersionNote(text.version, text.change["changeClass"], text.change.get("changeNote", ""))
    return Notice(template, text, "", [note], _is_skipped(session, template, text))


def changes_since(
    session: Session, origin: KnownTemplate, document: Document, after: int
) -> list[VersionNote]:
    """By version: what the newest one tells of those before it, then what we saw of each ourselves."""
    told = {
        each["version"]: VersionNote(each["version"], each["changeClass"], each.get("changeNote", ""))
        for each in document.get("earlierChanges") or []
    }
    for seen in known_templates.versions(session, origin.uri):
        known = told.get(seen.version)
        told[seen.version] = VersionNote(
            seen.version,
            seen.change_class or (known.change_class if known else ""),
            seen.change_note or (known.change_note if known else ""),
            seen.updated_at,
        )
    return [told[version] for version in sorted(told) if after < version <= origin.version]


def _is_newer(origin: KnownTemplate, copied_from: Document) -> bool:
    """A later version; after a move its owner goes on counting from where it was."""
    return bool(origin.version > copied_from["version"] and origin.content_hash != copied_from["contentHash"])


def _is_skipped(session: Session, template: ActivityTemplate, origin: KnownTemplate | LibraryText) -> bool:
    if isinstance(origin, LibraryText):
        is_it = TemplateUpdate.content_hash == origin.content_hash
    else:
        is_it = TemplateUpdate.version >= origin.version
    query = select(TemplateUpdate.id).where(
        TemplateUpdate.template_id == template.id,
        TemplateUpdate.state == SKIPPED,
        is_it,
        TemplateUpdate.undone_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None
