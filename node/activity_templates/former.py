"""The drafts of a format as they were before: what changed since, and bringing one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.activity_templates.content import content_of, load_content
from node.activity_templates.editing import save_draft
from node.activity_templates.models import ActivityTemplate, TemplateRevision
from node.template_updates.merging import Difference, compare
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.objects import Document


@dataclass(frozen=True)
class Former:
    """A draft that was replaced, and what was done with it then."""

    row: TemplateRevision
    before: Document
    """What it said."""
    now: Document
    """What it is compared with: the next draft, or the one of now."""
    changed: list[Difference]
    """What that one has otherwise."""

    @property
    def has_other_name(self) -> bool:
        """True when that one is called something else."""
        return bool(self.before["name"] != self.now["name"])


def list_former(session: Session, template: ActivityTemplate) -> list[Former]:
    """The former drafts that are kept, the newest first."""
    rows = _rows(session, template)
    following = [template.draft, *(row.content for row in rows)]
    return [_former(row, after) for row, after in zip(rows, following, strict=False)]


def get_former(session: Session, template: ActivityTemplate, revision: int) -> Former:
    """One former draft beside the draft of now. Raises NotFound."""
    found = next((row for row in _rows(session, template) if row.revision == revision), None)
    if found is None:
        raise NotFound(N_("This draft is not kept any more."), cause=f"{template.id} {revision}")
    return _former(found, template.draft)


def restore(session: Session, template: ActivityTemplate, revision: int) -> None:
    """Make a former draft the draft; the one of now becomes a former one, so nothing is lost.

    Raises NotFound, Conflict when it says the same, InvalidInput when it does not fit any more.
    """
    template.require_open()
    former = get_former(session, template, revision).row
    if load_content(former.content) == template.draft:
        raise Conflict(N_("This is what the draft says now."))
    save_draft(session, template, former.content)


def _rows(session: Session, template: ActivityTemplate) -> Sequence[TemplateRevision]:
    query = select(TemplateRevision).where(TemplateRevision.template_id == template.id)
    return session.scalars(query.order_by(TemplateRevision.revision.desc())).all()


def _former(row: TemplateRevision, after: Document) -> Former:
    before, now = content_of(row.content), content_of(after)
    return Former(row, before, now, compare(before, before, now))
