"""Taking a newer version of the origin into our template, skipping it, and undoing either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from node.activity_templates.ancestry import ancestors_after
from node.activity_templates.content import content_of, hash_of, load_content
from node.activity_templates.models import ActivityTemplate
from node.template_updates.library import LibraryText
from node.template_updates.merging import OURS, Choices, Difference, apply, compare, settle
from node.template_updates.models import SKIPPED, TAKEN, TemplateUpdate
from node.template_updates.notices import Notice, notice_of, record_of
from schemas.errors import Conflict, NotFound
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.objects import Document


@dataclass(frozen=True)
class Proposal:
    """A newer version beside our own draft."""

    notice: Notice
    base: Document
    ours: Document
    theirs: Document
    differences: list[Difference]

    @property
    def seal(self) -> str:
        """What was looked at, so that a choice is not carried out on something else."""
        return seal_of(self.base, self.ours, self.theirs)

    def result(self, choices: Choices) -> Document:
        """What our draft becomes. Raises InvalidInput like `merging.settle`, or when it grows too large."""
        return load_content(
            apply(self.ours, self.theirs, self.differences, settle(self.differences, choices))
        )


def open_proposal(session: Session, template: ActivityTemplate) -> Proposal:
    """The newest version of the origin beside our draft. NotFound when ours is the newest."""
    notice = notice_of(session, template)
    if notice is None:
        raise NotFound(N_("There is no newer version of this format."), cause=template.id)
    base, ours = content_of(template.base_content or {}), content_of(template.draft)
    theirs = known_here(_their_content(session, template, notice))
    return Proposal(notice, base, ours, theirs, compare(base, ours, theirs))


def take(
    session: Session, template: ActivityTemplate, choices: Choices, *, seen: str, by: str
) -> TemplateUpdate:
    """Make what was chosen of the newest version our draft, and that version our base.

    ``seen`` is the seal of the proposal that was looked at: Conflict when something changed since.
    Raises InvalidInput like `merging.settle`.
    """
    template.require_open()
    proposal = open_proposal(session, template)
    if seen != proposal.seal:
        raise Conflict(N_("Somebody changed this format in the meantime. Look at the choices once more."))
    result = proposal.result(choices)
    row = _row(proposal.notice, TAKEN, by)
    row.before = {
        "draft": template.draft,
        "base": template.base_content,
        "copiedFrom": template.copied_from,
        "ancestors": template.ancestors,
    }
    row.after = result
    _rebase(session, template, proposal.theirs)
    if result != template.draft:
        template.write(result)
    session.add(row)
    session.flush()
    return row


def skip(session: Session, template: ActivityTemplate, *, by: str) -> TemplateUpdate:
    """Leave this version for what it is: the notice stays away until there is a later one."""
    notice = notice_of(session, template)
    if notice is None or notice.is_skipped:
        raise Conflict(N_("There is no newer version of this format."))
    row = _row(notice, SKIPPED, by)
    session.add(row)
    session.flush()
    return row


def last_decision(session: Session, template: ActivityTemplate) -> TemplateUpdate | None:
    """What was decided last about this template and can be undone."""
    query = select(TemplateUpdate).where(
        TemplateUpdate.template_id == template.id,
        TemplateUpdate.state.in_((TAKEN, SKIPPED)),
        TemplateUpdate.undone_at.is_(None),
    )
    return session.scalar(query.order_by(TemplateUpdate.id.desc()).limit(1))


def undo(session: Session, template: ActivityTemplate) -> list[Difference]:
    """Take the last decision back; returns what stays because it was changed again since.

    A later edit of our own is never lost: it is kept, and what it does not touch goes back.
    """
    row = last_decision(session, template)
    if row is None:
        raise Conflict(N_("There is nothing to undo here."))
    row.undone_at = now()
    kept: list[Difference] = []
    if row.state == TAKEN and row.before is not None and row.after is not None:
        template.require_open()
        draft, kept = _taken_back(row.before["draft"], row.after, template.draft)
        if draft != template.draft:
            template.write(draft)
        template.base_content, template.copied_from = row.before["base"], row.before["copiedFrom"]
        template.ancestors = row.before["ancestors"]
    session.flush()
    return kept


def known_here(theirs: Document) -> Document:
    """Their content without the indicators that this node does not know."""
    return {**theirs, "indicators": [code for code in theirs["indicators"] if code in NATIONAL]}


def seal_of(*contents: Document) -> str:
    """One short mark of several contents."""
    return hash_of({"of": [hash_of(content) for content in contents]})


def _taken_back(before: Document, after: Document, draft: Document) -> tuple[Document, list[Difference]]:
    """The draft without what was taken: the same merge, with the two versions the other way round."""
    if draft == after:
        return before, []
    differences = compare(after, draft, before)
    kept = [each for each in differences if each.needs_choice]
    choices = settle(differences, {each.place: OURS for each in kept})
    return load_content(apply(draft, before, differences, choices)), kept


def _their_content(session: Session, template: ActivityTemplate, notice: Notice) -> Document:
    if isinstance(notice.origin, LibraryText):
        return notice.origin.content
    record = record_of(session, template.copied_from or {})
    if record is None:
        raise NotFound(N_("There is no newer version of this format."), cause=template.id)
    return content_of(record.document)


def _rebase(session: Session, template: ActivityTemplate, theirs: Document) -> None:
    """What is common ground from now on: their newest version."""
    if template.copied_from is None:  # the starter library has no address and no ancestors
        template.base_content = theirs
        return
    record = record_of(session, template.copied_from or {})
    if record is None:
        raise NotFound(cause="the origin went away")
    document: dict[str, Any] = record.document
    template.base_content = theirs
    template.copied_from = {
        "id": record.uri,
        "version": document["version"],
        "contentHash": document["contentHash"],
    }
    template.ancestors = ancestors_after(session, record)


def _row(notice: Notice, state: str, by: str) -> TemplateUpdate:
    return TemplateUpdate(
        template_id=notice.template.id,
        origin_uri=notice.origin.uri,
        version=notice.version,
        content_hash=notice.origin.content_hash,
        state=state,
        decided_by=by,
    )
