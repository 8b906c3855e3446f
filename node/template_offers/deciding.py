"""Deciding about what copies offer: all or part of it becomes our next version, with credit; or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.owners import name_of
from federation.database import now
from federation.settings import Settings
from node.activity_templates.content import content_of, load_content
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import get_own, publish_template
from node.template_offers.messages import read_note, say
from node.template_offers.models import DECLINED, IN, TAKEN, WAITING, TemplateOffer
from node.template_updates.merging import Choices, Difference, apply, compare, settle
from node.template_updates.service import known_here, seal_of
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.objects import Document

MOST_CREDITS = 50


@dataclass(frozen=True)
class Offered:
    """An offer beside our own draft."""

    offer: TemplateOffer
    template: ActivityTemplate
    owner: str
    base: Document
    ours: Document
    theirs: Document
    differences: list[Difference]

    @property
    def seal(self) -> str:
        """What was looked at."""
        return seal_of(self.base, self.ours, self.theirs)

    def result(self, choices: Choices) -> Document:
        """What our format becomes. InvalidInput like `merging.settle`."""
        chosen = settle(self.differences, choices)
        return load_content(apply(self.ours, self.theirs, self.differences, chosen))


@dataclass(frozen=True)
class Yes:
    """What the board said when it took an offer."""

    choices: Choices
    seen: str
    """The seal of what was looked at."""
    change: Any
    """What `publish_template` takes: class and note of the new version."""
    answer: str
    by: str


def open_offered(session: Session, offer_id: int) -> Offered:
    """An offer that came in, with what it changes in our draft. NotFound."""
    offer = session.get(TemplateOffer, offer_id)
    if offer is None or offer.direction != IN:
        raise NotFound(cause=f"offer {offer_id}")
    template = get_own(session, offer.template_id)
    version = next(each for each in template.versions if each.version == offer.base_version)
    base, ours = content_of(version.content), content_of(template.draft)
    theirs = known_here(content_of(offer.content)) if offer.content else ours
    owner = name_of(session, offer.peer_uri)
    return Offered(offer, template, owner, base, ours, theirs, compare(base, ours, theirs))


def accept(session: Session, settings: Settings, offer_id: int, yes: Yes) -> TemplateOffer:
    """Take what was chosen into a next version, credit who offered it, and tell them.

    Also after a refusal. Raises Conflict when it was taken, taken back, looked at too long ago or nothing of
    it is chosen; InvalidInput.
    """
    offered = open_offered(session, offer_id)
    offer, template = offered.offer, offered.template
    _check_open(offer, {WAITING, DECLINED})
    answer = read_note(yes.answer, "answer")
    if yes.seen != offered.seal:
        raise Conflict(N_("Somebody changed this format in the meantime. Look at the choices once more."))
    result = offered.result(yes.choices)
    if result == offered.ours:
        raise Conflict(N_("You chose nothing of theirs. Decline the offer instead."))
    template.write(result)
    template.contributors = _credited(template, offered)
    publish_template(session, settings, template, yes.change)
    offer.state, offer.answer, offer.decided_at, offer.decided_by = TAKEN, answer, now(), yes.by
    offer.taken_version = template.versions[-1].version
    session.flush()
    say(session, settings, "Accept", offer, {"answerNote": answer, "takenVersion": offer.taken_version})
    return offer


def decline(session: Session, settings: Settings, offer_id: int, *, answer: str, by: str) -> TemplateOffer:
    """Say no, with a word; the copy stands on its own. It can still be taken later."""
    offer = open_offered(session, offer_id).offer
    _check_open(offer, {WAITING})
    answer = read_note(answer, "answer")
    offer.state, offer.answer, offer.decided_at, offer.decided_by = DECLINED, answer, now(), by
    session.flush()
    say(session, settings, "Reject", offer, {"answerNote": answer})
    return offer


def list_offered(session: Session) -> Sequence[TemplateOffer]:
    """What came in, what waits first, then the newest."""
    query = select(TemplateOffer).where(TemplateOffer.direction == IN)
    order = (TemplateOffer.state != WAITING, TemplateOffer.id.desc())
    return session.scalars(query.order_by(*order).limit(200)).all()


def count_waiting(session: Session) -> int:
    """How many offers wait for our board."""
    waiting = (TemplateOffer.direction == IN, TemplateOffer.state == WAITING)
    return session.scalar(select(func.count()).select_from(TemplateOffer).where(*waiting)) or 0


def _check_open(offer: TemplateOffer, states: set[str]) -> None:
    if offer.state not in states:
        raise Conflict(N_("This offer was decided on, or taken back."))


def _credited(template: ActivityTemplate, offered: Offered) -> list[Document]:
    """Everybody whose change is in it, the newest first; of one copy its newest version."""
    offer = offered.offer
    credit = {
        "id": offer.variant_uri,
        "name": offer.content["name"],
        "writtenBy": offered.owner[:200],
        "version": offer.variant_version,
    }
    others = [each for each in template.contributors or [] if each["id"] != offer.variant_uri]
    return [credit, *others][:MOST_CREDITS]
