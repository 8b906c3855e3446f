"""What people do with templates: write, publish, withdraw, find and open them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.owners import name_of
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from directory.replica.templates import KnownTemplate
from directory.search.service import key_of
from federation.actors.identities import base_url, get_identity
from federation.database import now
from federation.settings import Settings
from node.activity_templates.changes import earlier_changes, load_change
from node.activity_templates.content import content_of, hash_of, load_content
from node.activity_templates.content_html import to_html
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.pictures import check_known, published
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.fallback import in_language
from schemas.messages import N_
from schemas.objects import TEMPLATE_LICENSE, Document, wire_type


@dataclass(frozen=True)
class TemplateView:
    """One template as a page shows it, whether ours (``own``) or received (``known``)."""

    key: str
    content: Document
    owner: str
    own: ActivityTemplate | None
    known: KnownTemplate | None
    version: int | None
    updated_at: datetime

    @property
    def uri(self) -> str | None:
        """Its address on the wire, once published."""
        if self.own is not None:
            return self.own.object_uri
        return self.known.uri if self.known else None

    @property
    def content_hash(self) -> str | None:
        """The hash of the newest published content."""
        if self.own is not None:
            return self.own.latest.content_hash if self.own.latest else None
        return self.known.content_hash if self.known else None

    @property
    def copied_from(self) -> Document | None:
        """Id, version and content hash of what it was copied from, as on the wire."""
        if self.own is not None:
            return self.own.copied_from
        if self.known is None or self.known.copied_from_uri is None:
            return None
        known = self.known
        return {
            "id": known.copied_from_uri,
            "version": known.copied_from_version,
            "contentHash": known.copied_from_hash,
        }

    @property
    def origin_uri(self) -> str | None:
        """The address of the template this one was copied from."""
        return (self.copied_from or {}).get("id")


def create_template(session: Session, data: Any) -> ActivityTemplate:
    """Start a draft."""
    content = load_content(data)
    check_known(session, content)
    template = ActivityTemplate(draft=content)
    session.add(template)
    session.flush()
    return template


def edit_template(session: Session, template: ActivityTemplate, data: Any) -> None:
    """Replace the draft of a template; what was published stays as it is."""
    content = load_content(data)
    check_known(session, content)
    template.write(content)
    session.flush()


def publish_template(
    session: Session, settings: Settings, template: ActivityTemplate, change: Any = None
) -> None:
    """Fix the draft as the next version and send it into the network.

    ``change`` is ``{"changeClass": …, "changeNote": …}``; without it a next version is an improvement.
    """
    template.require_open()
    content = load_content(template.draft)
    if not template.has_changes():
        raise Conflict(N_("Nothing has changed since the last version."))
    if not any(section["text"] for section in content["sections"]):
        raise InvalidInput(N_("Write at least one part before you publish this format."))
    said = load_change(change, is_first=template.latest is None)
    document = _document(session, template, content) | said.on_the_wire()
    activity_type = "Update" if template.object_uri else "Create"
    identity = get_identity(session, template.publisher)
    origin = [_origin_actor(session, template)] if template.copied_from else []
    activity = publish_record(
        session, settings, identity, activity_type, document, also_to=[uri for uri in origin if uri]
    )
    template.add_version(document["contentHash"], activity["object"]["id"], now(), said)
    session.flush()


def withdraw_template(session: Session, settings: Settings, template: ActivityTemplate) -> None:
    """Take a published template out of the network; copies of it live on."""
    template.require_open()
    if template.object_uri is None:
        raise Conflict(N_("This format was never published."))
    identity = get_identity(session, template.publisher)
    origin = _origin_actor(session, template) if template.copied_from else None
    also_to = [origin] if origin else []
    publish_record(session, settings, identity, "Delete", template.object_uri, also_to=also_to)
    template.withdrawn_at = now()
    session.flush()


def own_templates(session: Session) -> Sequence[ActivityTemplate]:
    """The templates of our village, last changed first; not those of the hub on this node."""
    ours = select(ActivityTemplate).where(ActivityTemplate.publisher == "cooperative")
    return session.scalars(ours.order_by(ActivityTemplate.changed_at.desc())).all()


def get_own(session: Session, key: str) -> ActivityTemplate:
    """A template of ours by the key of its page."""
    template = session.get(ActivityTemplate, key)
    if template is None:
        raise NotFound(N_("This format does not exist."), cause=f"template {key}")
    return template


def find_own(session: Session, uri: str) -> ActivityTemplate | None:
    """Our template with this address on the wire."""
    return session.scalar(select(ActivityTemplate).where(ActivityTemplate.object_uri == uri))


def page_key(session: Session, uri: str) -> str:
    """The key of the page of a template: ours under its own, others' under a derived one."""
    own = find_own(session, uri)
    return own.id if own else key_of(uri)


def page_keys(session: Session, uris: Collection[str]) -> dict[str, str]:
    """The key of the page of each of these templates, see `page_key`."""
    ours = select(ActivityTemplate.object_uri, ActivityTemplate.id).where(
        ActivityTemplate.object_uri.in_(uris)
    )
    own = {uri: key for uri, key in session.execute(ours)}
    return {uri: own.get(uri) or key_of(uri) for uri in uris}


def open_template(session: Session, key: str, *, team: bool = False, draft: bool = False) -> TemplateView:
    """A template by the key of its page: what is public, to the ``team`` also what is not.

    With ``draft`` the team sees the draft of a template that is published too.
    """
    known = known_templates.find_by_key(session, key)
    own = session.get(ActivityTemplate, key) or (find_own(session, known.uri) if known else None)
    if own is not None and (team or own.is_public):
        return _own_view(session, own, draft=team and (draft or own.latest is None))
    record = session.get(Record, known.uri) if known else None
    if own is not None or known is None or record is None or record.deleted_at is not None:
        raise NotFound(N_("This format does not exist."), cause=f"template {key}")
    owner, content = name_of(session, known.owner_uri), content_of(record.document)
    return TemplateView(key, content, owner, None, known, known.version, known.updated_at)


def _own_view(session: Session, own: ActivityTemplate, *, draft: bool) -> TemplateView:
    known = known_templates.find_template(session, own.object_uri) if own.object_uri else None
    shown = None if draft else own.latest
    content, changed_at = (shown.content, shown.published_at) if shown else (own.draft, own.changed_at)
    version = own.latest.version if own.latest else None
    return TemplateView(
        own.id, content, get_identity(session, own.publisher).name, own, known, version, changed_at
    )


def _document(session: Session, template: ActivityTemplate, content: Document) -> Document:
    url = f"{base_url(session)}/formats/{template.id}"
    html = to_html(content, get_identity(session, template.publisher).name, url)
    document: Document = {
        **content,
        **({"pictures": published(session, content, base_url(session))} if "pictures" in content else {}),
        **wire_type("ActivityTemplate"),
        **in_language(content["language"], content["name"], html),
        "version": (template.latest.version if template.latest else 0) + 1,
        "contentHash": hash_of(content),
        "license": TEMPLATE_LICENSE,
        "url": url,
    }
    if template.object_uri:
        document["id"] = template.object_uri
    if template.copied_from:
        document["copiedFrom"] = template.copied_from
    if earlier := earlier_changes(template):
        document["earlierChanges"] = earlier
    if template.contributors:
        document["contributors"] = template.contributors
    if template.ancestors:
        document["ancestors"] = template.ancestors
    return document | (template.told or {})


def _origin_actor(session: Session, template: ActivityTemplate) -> str | None:
    origin = known_templates.find_template(session, (template.copied_from or {})["id"])
    return origin.owner_uri if origin else None
