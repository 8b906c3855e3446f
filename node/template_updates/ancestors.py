"""Safety further up the family: what an ancestor made safer, while the village in between sleeps.

It cannot be merged, for we do not have the version that our origin once copied; but it must be heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.owners import name_of
from directory.replica.templates import KnownTemplate
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import own_templates
from node.template_updates.models import KNOWN, TemplateUpdate
from node.template_updates.notices import SAFETY, VersionNote, changes_since, record_of
from schemas.errors import NotFound


@dataclass(frozen=True)
class AncestorWord:
    """A change for safety of an ancestor that is not in our own version."""

    template: ActivityTemplate
    ancestor: KnownTemplate
    owner: str
    change: VersionNote


def ancestor_words(session: Session, template: ActivityTemplate) -> list[AncestorWord]:
    """What ancestors beyond the origin made safer since the version that we go back to."""
    if template.withdrawn_at is not None:
        return []
    found = [_word(session, template, credit) for credit in (template.ancestors or [])[1:]]
    return [word for word in found if word is not None]


def all_words(session: Session) -> list[AncestorWord]:
    """The same for all templates of ours."""
    return [word for template in own_templates(session) for word in ancestor_words(session, template)]


def mark_known(session: Session, template: ActivityTemplate, ancestor_uri: str, *, by: str) -> None:
    """Our people know of it: it interrupts no more until there is a later one. NotFound."""
    for word in ancestor_words(session, template):
        if word.ancestor.uri == ancestor_uri:
            row = TemplateUpdate(
                template_id=template.id,
                origin_uri=ancestor_uri,
                version=word.change.version,
                content_hash=word.ancestor.content_hash,
                state=KNOWN,
                decided_by=by,
            )
            session.add(row)
            session.flush()
            return
    raise NotFound(cause=f"{ancestor_uri[:200]} made nothing safer that {template.id} lacks")


def _word(session: Session, template: ActivityTemplate, credit: dict[str, object]) -> AncestorWord | None:
    record = record_of(session, credit)
    ancestor = known_templates.find_template(session, record.uri) if record else None
    if record is None or ancestor is None:
        return None
    after = max(int(str(credit["version"])), _known_version(session, template, ancestor.uri))
    changes = changes_since(session, ancestor, record.document, after)
    safer = [change for change in changes if change.change_class == SAFETY]
    return (
        AncestorWord(template, ancestor, name_of(session, ancestor.owner_uri), safer[-1]) if safer else None
    )


def _known_version(session: Session, template: ActivityTemplate, uri: str) -> int:
    query = select(TemplateUpdate.version).where(
        TemplateUpdate.template_id == template.id,
        TemplateUpdate.state == KNOWN,
        TemplateUpdate.origin_uri == uri,
    )
    return max(session.scalars(query), default=0)
