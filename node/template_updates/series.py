"""Running activities and safety: what goes on as it was, and must hear of a change all the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from node.activity_templates.models import ActivityTemplate
from node.template_updates.notices import SAFETY, notice_of


@dataclass(frozen=True)
class SafetyWord:
    """A change for safety that a running activity does not have yet."""

    template_id: str
    note: str
    is_ours: bool
    """True when our own format has it already, and only the activity runs on an older version of it."""


def safety_word(session: Session, template_id: str | None, version: int | None) -> SafetyWord | None:
    """What a running activity should know about the format it was begun with, or None."""
    template = session.get(ActivityTemplate, template_id) if template_id else None
    if template is None or template.withdrawn_at is not None:
        return None
    for own in reversed(template.versions):
        if version is not None and own.version > version and own.change_class == SAFETY:
            return SafetyWord(template.id, own.change_note, True)
    notice = notice_of(session, template)
    if notice is None or notice.is_skipped or not notice.is_safety:
        return None
    note = next(each.change_note for each in reversed(notice.changes) if each.change_class == SAFETY)
    return SafetyWord(template.id, note, False)
