"""Offering what we changed in a copy to where it came from, and what comes of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.owners import name_of
from directory.replica.records import Record
from federation.actors.identities import find_by_uri, get_identity
from federation.database import now
from federation.fetching.origins import authority_of, origin_of
from federation.sending.published import PublishedObject
from federation.settings import Settings
from node.activity_templates.content import content_of
from node.activity_templates.models import ActivityTemplate
from node.template_offers.messages import read_note, say
from node.template_offers.models import DECLINED, OUT, TAKEN, WAITING, WITHDRAWN, TemplateOffer
from node.template_updates.merging import Difference, compare
from node.template_updates.notices import record_of
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.objects import Document


@dataclass(frozen=True)
class Offerable:
    """What of a copy of ours its origin does not have."""

    template: ActivityTemplate
    record: Record
    owner: str
    differences: list[Difference]
    contents: list[Document]
    """Theirs, ours and the base, for names."""


def open_offer(session: Session, template: ActivityTemplate) -> Offerable:
    """What we could offer: our newest published version against what the origin has now.

    Raises NotFound when it is no copy, or its origin is gone, and Conflict when it is not published.
    """
    record = record_of(session, template.copied_from) if template.copied_from else None
    if record is None or template.base_content is None or find_by_uri(session, record.owner_uri) is not None:
        raise NotFound(N_("The format that this was copied from is not there any more."), cause=template.id)
    if template.latest is None or template.withdrawn_at is not None:
        raise Conflict(N_("Publish your own format first. Then you can offer what you changed."))
    base, theirs = content_of(template.base_content), content_of(record.document)
    ours = content_of(template.latest.content)
    found = compare(base, theirs, ours)
    return Offerable(template, record, name_of(session, record.owner_uri), found, [ours, theirs, base])


def offer(
    session: Session, settings: Settings, template: ActivityTemplate, *, note: str, by: str
) -> TemplateOffer:
    """Offer it. An offer that waits is replaced by this one.

    Raises what `open_offer` does, Conflict when there is nothing new in it, InvalidInput for the note.
    """
    found = open_offer(session, template)
    note = read_note(note, "note")
    latest = template.latest
    if not found.differences or latest is None or template.copied_from is None:
        raise Conflict(N_("They have all of this already. There is nothing to offer."))
    waiting = offer_of(session, template)
    if waiting is not None and waiting.state == WAITING:
        if waiting.variant_version == latest.version:
            raise Conflict(N_("You offered this already. It waits for their answer."))
        take_back(session, settings, waiting, by=by)
    row = _row(session, found, note, by)
    session.add(row)
    session.flush()
    published = session.get_one(PublishedObject, latest.object_uri)
    say(session, settings, "Offer", row, {"document": published.document, "offerNote": note})
    return row


def take_back(session: Session, settings: Settings, row: TemplateOffer, *, by: str) -> None:
    """Take an offer back that waits. Conflict when they decided already."""
    if row.direction != OUT or row.state != WAITING:
        raise Conflict(N_("This offer does not wait any more."))
    row.state, row.decided_at, row.decided_by = WITHDRAWN, now(), by
    session.flush()
    say(session, settings, "Undo", row, {})


def answered(
    session: Session, uri: str, peer_uri: str, *, is_taken: bool, note: str, version: int | None
) -> None:
    """They took it, or declined; a yes may come after a no, never the other way round."""
    row = session.scalar(select(TemplateOffer).where(TemplateOffer.uri == uri))
    if row is None or row.direction != OUT or row.peer_uri != peer_uri:
        raise NotFound(cause=f"{peer_uri} answers an offer that we did not make to it")
    if row.state == TAKEN or (row.state == WITHDRAWN and not is_taken):
        return
    row.state, row.answer, row.decided_at = (TAKEN if is_taken else DECLINED), note, now()
    row.taken_version = version if is_taken else None
    session.flush()


def offer_of(session: Session, template: ActivityTemplate) -> TemplateOffer | None:
    """The last offer that we made of this copy."""
    return next(iter(offers_of(session, template)), None)


def offers_of(session: Session, template: ActivityTemplate) -> Sequence[TemplateOffer]:
    """The offers that we made of this copy, the newest first."""
    query = select(TemplateOffer).where(
        TemplateOffer.template_id == template.id, TemplateOffer.direction == OUT
    )
    return session.scalars(query.order_by(TemplateOffer.id.desc()).limit(50)).all()


def _row(session: Session, found: Offerable, note: str, by: str) -> TemplateOffer:
    template, latest = found.template, found.template.latest
    own = get_identity(session, "cooperative")
    if latest is None or template.copied_from is None:
        raise Conflict(cause="not published")
    return TemplateOffer(
        uri=f"{origin_of(own.actor_uri)}/template-offers/{uuid.uuid4()}",
        direction=OUT,
        template_id=template.id,
        peer_uri=found.record.owner_uri,
        peer_host=authority_of(found.record.owner_uri),
        origin_uri=found.record.uri,
        variant_uri=latest.object_uri,
        variant_version=latest.version,
        base_version=template.copied_from["version"],
        content=latest.content,
        note=note,
        decided_by=by,
    )
