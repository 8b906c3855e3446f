"""The family of a template as a page shows it: picture, list, and credit to every ancestor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from directory.replica.families import Relative, members
from directory.replica.owners import names_of
from directory.replica.records import Record
from directory.replica.templates import KnownTemplate, find_template
from node.activity_templates.ancestry import ancestors_after, may_copy
from node.activity_templates.service import TemplateView
from node.template_evidence.family_picture import Picture, draw_family
from schemas.objects import TEMPLATE_LICENSE
from schemas.template_evidence import LICENSES


@dataclass(frozen=True)
class Family:
    """Who copied whom around one template."""

    root: Relative
    size: int
    owners: Mapping[str, str]
    picture: Picture


@dataclass(frozen=True)
class Credit:
    """One ancestor: who wrote it, in which version, and whether it can be read here."""

    name: str
    written_by: str
    version: int
    license: str
    license_url: str
    known: KnownTemplate | None


def family_page(session: Session, root: Relative, here: str, unknown: str) -> Family:
    """A family with the names of its communities; ``unknown`` stands in for a template nobody named."""
    relatives = members(root)
    owners = names_of(session, {each.template.owner_uri for each in relatives if each.template})
    return Family(root, len(relatives), owners, draw_family(root, owners, here, unknown))


def credits_of(session: Session, view: TemplateView) -> list[Credit]:
    """Every ancestor of a template, the nearest first."""
    return [_credit(session, told) for told in _told_ancestors(session, view)]


def license_of(session: Session, view: TemplateView) -> tuple[str, bool]:
    """The licence of a template, and whether it allows a changed copy; ours always do."""
    record = session.get(Record, view.uri) if view.uri and view.own is None else None
    return (str(record.document["license"]), may_copy(record)) if record else (TEMPLATE_LICENSE, True)


def _told_ancestors(session: Session, view: TemplateView) -> list[dict[str, Any]]:
    if view.own is not None and view.own.ancestors:
        return view.own.ancestors
    record = session.get(Record, view.uri) if view.uri and view.own is None else None
    told = record.document.get("ancestors") if record else None
    if told:
        return list(told)
    parent = session.get(Record, view.origin_uri) if view.origin_uri else None
    return ancestors_after(session, parent) if parent and parent.deleted_at is None else []


def _credit(session: Session, told: Mapping[str, Any]) -> Credit:
    known = find_template(session, told["id"])
    return Credit(
        name=told["name"],
        written_by=told["writtenBy"],
        version=told["version"],
        license=told["license"],
        license_url=LICENSES[told["license"]],
        known=known if known and known.withdrawn_at is None else None,
    )
