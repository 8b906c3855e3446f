"""Offers as they come in: only of copies of ours, proven by their owner, and not without end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica import ingest
from directory.replica.records import Record
from directory.replica.templates import names_of
from federation.database import now
from federation.fetching.origins import authority_of
from node.activity_templates.ancestry import may_copy
from node.activity_templates.content import content_of
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import own_templates
from node.template_offers.models import DECLINED, IN, WAITING, WITHDRAWN, TemplateOffer
from schemas.errors import InvalidInput, NotAllowed, NotFound, TooMany
from schemas.objects import Document, type_of

MOST_OPEN = 20
"""Offers of one host that wait; more are refused until these are decided."""
MOST_RECENT, RECENT = 60, timedelta(days=30)
"""Offers of one host in this time that are kept, whatever became of them: each may replace the one before."""


@dataclass(frozen=True)
class Offered:
    """An offer as it was read."""

    uri: str
    actor_uri: str
    template_uri: str
    variant_uri: str
    document: Document
    note: str


def receive(session: Session, offered: Offered) -> TemplateOffer | None:
    """Keep an offer for the board; None when it came before.

    Raises NotFound for a template that is not ours, NotAllowed for what is no copy of it by who
    offers, BadSignature or ActorNeeded for its proof, TooMany.
    """
    if session.scalar(select(TemplateOffer.id).where(TemplateOffer.uri == offered.uri)) is not None:
        return None
    template = _own(session, offered.template_uri)
    _check_copy(session, offered, template)
    base_version = _check_base(template, offered.document)
    ingest.apply_object(session, offered.document)
    if not ingest.is_vouched(session, offered.variant_uri, offered.document):
        raise NotAllowed(cause=f"{offered.variant_uri} has changed since it was offered")
    record = session.get_one(Record, offered.variant_uri)
    if not may_copy(record):
        raise NotAllowed(cause="its licence does not allow to take it over")
    _end_earlier(session, template, offered)
    _check_room(session, offered.actor_uri)
    row = TemplateOffer(
        uri=offered.uri,
        direction=IN,
        template_id=template.id,
        peer_uri=offered.actor_uri,
        peer_host=authority_of(offered.actor_uri),
        origin_uri=str(template.object_uri),
        variant_uri=offered.variant_uri,
        variant_version=offered.document["version"],
        base_version=base_version,
        content=content_of(offered.document),
        note=offered.note,
    )
    session.add(row)
    session.flush()
    return row


def taken_back(session: Session, uri: str, peer_uri: str) -> None:
    """Who offered it takes it back; what was taken stays taken."""
    row = session.scalar(select(TemplateOffer).where(TemplateOffer.uri == uri))
    if row is None or row.direction != IN or row.peer_uri != peer_uri:
        raise NotFound(cause=f"{peer_uri} takes back an offer that is not here")
    if row.state in {WAITING, DECLINED}:
        _end(row)
        session.flush()


def forget_withdrawn(session: Session) -> int:
    """For the sweep: offers end, and what they said is forgotten, when their owner withdrew the copy.

    Returns how many. What was taken over before stays ours.
    """
    gone = select(Record.uri).where(Record.deleted_at.is_not(None))
    said = TemplateOffer.content["name"].as_string().is_not(None)
    offers = select(TemplateOffer).where(TemplateOffer.direction == IN, said)
    rows = session.scalars(offers.where(TemplateOffer.variant_uri.in_(gone))).all()
    for row in rows:
        _end(row)
    return len(rows)


def _end(row: TemplateOffer) -> None:
    """Nobody offers this any more."""
    row.content = {}
    if row.state in {WAITING, DECLINED}:
        row.state, row.decided_at = WITHDRAWN, now()


def _own(session: Session, uri: str) -> ActivityTemplate:
    """Our living template, also by the address it had before we moved."""
    for template in own_templates(session):
        if template.is_public and uri in names_of(session, str(template.object_uri)):
            return template
    raise NotFound(cause=f"{uri} is no template of ours")


def _check_copy(session: Session, offered: Offered, template: ActivityTemplate) -> None:
    document = offered.document
    if type_of(document) != "ActivityTemplate" or document.get("id") != offered.variant_uri:
        raise InvalidInput(cause="an offer must carry the copy that it is about")
    if document.get("attributedTo") != offered.actor_uri:
        raise NotAllowed(cause=f"{offered.actor_uri} offers what is not its own", kind="foreign_object")
    copied_from = document.get("copiedFrom")
    origin = copied_from.get("id") if isinstance(copied_from, dict) else None
    if origin not in names_of(session, str(template.object_uri)):
        raise NotAllowed(cause=f"{offered.variant_uri} is no copy of this template")


def _check_base(template: ActivityTemplate, document: Document) -> int:
    """The version of ours that it was copied from: the common ground of the merge."""
    copied_from = document["copiedFrom"]
    for version in template.versions:
        same = copied_from.get("contentHash") == version.content_hash
        if copied_from.get("version") == version.version and same:
            return version.version
    raise InvalidInput(cause="it was copied from a version that we never published")


def _end_earlier(session: Session, template: ActivityTemplate, offered: Offered) -> None:
    """A later offer of the same copy takes the place of one that waits."""
    query = select(TemplateOffer).where(
        TemplateOffer.template_id == template.id,
        TemplateOffer.direction == IN,
        TemplateOffer.state == WAITING,
        TemplateOffer.variant_uri == offered.variant_uri,
    )
    for row in session.scalars(query):
        _end(row)
    session.flush()


def _check_room(session: Session, actor_uri: str) -> None:
    host = authority_of(actor_uri)
    theirs = select(func.count()).where(TemplateOffer.peer_host == host, TemplateOffer.direction == IN)
    if (session.scalar(theirs.where(TemplateOffer.state == WAITING)) or 0) >= MOST_OPEN:
        raise TooMany(cause=f"{host} has {MOST_OPEN} offers here that wait")
    if (session.scalar(theirs.where(TemplateOffer.created_at > now() - RECENT)) or 0) >= MOST_RECENT:
        raise TooMany(cause=f"{host} made {MOST_RECENT} offers here lately")
