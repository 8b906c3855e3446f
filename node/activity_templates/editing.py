"""Writing a draft without losing work: what is typed is kept, and two people are brought together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from federation.database import now
from node.activity_templates.content import load_content
from node.activity_templates.models import ActivityTemplate, TemplateRevision, WorkingCopy
from node.activity_templates.pictures import check_known
from node.template_updates import merging
from node.template_updates.merging import THEIRS, Difference
from schemas.published import Document

KEPT = 30
"""Former drafts of one format that are kept."""
COPIES_KEPT = timedelta(days=180)
_NOTHING: Document = {"name": "", "summary": "", "sections": [], "parameters": [], "indicators": []}


@dataclass
class Meeting:
    """Two people wrote at once, and somebody has to choose."""

    mine: Document
    theirs: Document
    differences: list[Difference] = field(default_factory=list)
    """Only those that need a choice."""


def save_draft(
    session: Session,
    template: ActivityTemplate,
    data: Any,
    *,
    revision: int | None = None,
    choices: Mapping[str, str] | None = None,
) -> Meeting | None:
    """Replace the draft, or say what to choose first: then nothing is written.

    ``revision`` is the draft that the writer began from; what another wrote since is kept with it.
    """
    mine = load_content(data)
    check_known(session, mine)
    if revision is not None and revision != template.revision:
        met = _bring_together(session, template, mine, revision, choices or {})
        if isinstance(met, Meeting):
            return met
        mine = load_content(met)
    template.write(mine)
    session.flush()
    _forget_oldest(session, template)
    return None


def find_copy(session: Session, account_id: int, template_id: str | None) -> WorkingCopy | None:
    """What somebody typed and did not save yet."""
    wanted = (WorkingCopy.account_id == account_id, WorkingCopy.template_id == template_id)
    newest = select(WorkingCopy).where(*wanted).order_by(WorkingCopy.saved_at.desc()).limit(1)
    return session.scalars(newest).first()


def keep_copy(
    session: Session, account_id: int, template_id: str | None, typed: dict[str, Any], revision: int
) -> WorkingCopy:
    """Keep what somebody has typed so far."""
    copy = find_copy(session, account_id, template_id)
    if copy is None:
        copy = WorkingCopy(account_id=account_id, template_id=template_id)
        session.add(copy)
    copy.typed, copy.revision, copy.saved_at = typed, revision, now()
    session.flush()
    return copy


def drop_copy(session: Session, account_id: int, template_id: str | None) -> None:
    """Forget what somebody typed: it was saved, or is not wanted."""
    wanted = (WorkingCopy.account_id == account_id, WorkingCopy.template_id == template_id)
    session.execute(delete(WorkingCopy).where(*wanted))


def forget_old_copies(session: Session) -> int:
    """Forget what was typed long ago and never saved; returns how many."""
    old = delete(WorkingCopy).where(WorkingCopy.saved_at < now() - COPIES_KEPT)
    return cast(CursorResult[Any], session.execute(old)).rowcount


def _bring_together(
    session: Session,
    template: ActivityTemplate,
    mine: Document,
    revision: int,
    choices: Mapping[str, str],
) -> Document | Meeting:
    """Mine with what the other changed; a Meeting where both changed the same and nobody chose."""
    base, theirs = _draft_at(session, template, revision), template.draft
    differences = merging.compare(base, mine, theirs)
    open_ones = [each for each in differences if each.needs_choice]
    if any(choices.get(each.place) not in each.results for each in open_ones):
        return Meeting(mine, theirs, open_ones)
    chosen = {each.place: choices[each.place] if each.needs_choice else THEIRS for each in differences}
    merged = merging.apply(mine, theirs, differences, merging.settle(differences, chosen))
    return _with_own_fields(base, merged, theirs)


def _with_own_fields(base: Document, mine: Document, theirs: Document) -> Document:
    """The name and the answers, which a merge leaves alone: the other's where I did not touch them."""
    name = theirs["name"] if mine["name"] == base["name"] else mine["name"]
    before, yours = ({each["key"]: each for each in side["parameters"]} for side in (base, theirs))
    parameters = []
    for each in mine["parameters"]:
        key = each["key"]
        untouched = key in before and key in yours and each["value"] == before[key]["value"]
        parameters.append({**each, "value": yours[key]["value"]} if untouched else each)
    return {**mine, "name": name, "parameters": parameters}


def _draft_at(session: Session, template: ActivityTemplate, revision: int) -> Document:
    wanted = (TemplateRevision.template_id == template.id, TemplateRevision.revision == revision)
    content = session.scalar(select(TemplateRevision.content).where(*wanted))
    return _NOTHING if content is None else content


def _forget_oldest(session: Session, template: ActivityTemplate) -> None:
    too_old = (
        TemplateRevision.template_id == template.id,
        TemplateRevision.revision < template.revision - KEPT,
    )
    session.execute(delete(TemplateRevision).where(*too_old))
