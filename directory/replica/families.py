"""Families of templates: who copied from whom, over many generations.

Descent is the copier's own claim, and so is the list of ancestors that a copy carries. That list bridges
what this node never received; circles of claims are cut where they close.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from directory.replica.templates import KnownTemplate, current_uri, names_of

MOST_MEMBERS = 2_000
"""The most members of a family that are looked up."""
MOST_BORN = 10_000
"""The most copies that are read of one generation, where several families are looked up together."""
MOST_GENERATIONS = 50
"""Up as well as down, counted from the template that was asked for."""
CHUNK = 500
"""Addresses in one question to the database."""


@dataclass
class Relative:
    """One template in a family tree; ``template`` is None when it never reached this node.

    ``claim`` is then what a copy says of it (`schemas.template_evidence.AncestorSchema`, as on the wire).
    """

    uri: str
    template: KnownTemplate | None
    claim: dict[str, Any] | None = None
    children: list[Relative] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        """True when there is nothing to read of it here."""
        return self.template is None or self.template.withdrawn_at is not None


def family(session: Session, uri: str) -> Relative:
    """The whole family of a template, from its oldest known ancestor down."""
    line = _ancestral_line(session, uri)
    for parent, child in zip(line[1:], line, strict=False):
        parent.children.append(child)
    _grow(session, line)
    return line[-1]


def members(root: Relative) -> list[Relative]:
    """All of a family, parents before children."""
    found, at = [root], 0
    while at < len(found):
        found += found[at].children
        at += 1
    return found


def find_relative(root: Relative, uri: str) -> Relative | None:
    """The member of a family with this address."""
    return next((relative for relative in members(root) if relative.uri == uri), None)


def descendants(session: Session, uris: Iterable[str]) -> dict[str, list[KnownTemplate]]:
    """The copies of each of these templates, and copies of copies, by the address of the template."""
    found: dict[str, dict[str, KnownTemplate]] = {uri: {} for uri in uris}
    lines = {uri: [Relative(uri, session.get(KnownTemplate, uri))] for uri in found}
    for _generation in range(MOST_GENERATIONS):
        copies: dict[str, list[KnownTemplate]] = {}
        for parent, copy in _copies(session, [each for line in lines.values() for each in line], MOST_BORN):
            copies.setdefault(parent.uri, []).append(copy)
        for uri, line in lines.items():
            born = {copy.uri: copy for parent in line for copy in copies.get(parent.uri, [])}
            new = [copy for copy in born.values() if copy.uri != uri and copy.uri not in found[uri]]
            new = new[: MOST_MEMBERS - len(found[uri])]
            found[uri] |= {copy.uri: copy for copy in new}
            lines[uri] = [Relative(copy.uri, copy) for copy in new]
        if not any(lines.values()):
            break
    return {uri: list(below.values()) for uri, below in found.items()}


def _ancestral_line(session: Session, uri: str) -> list[Relative]:
    """From the template itself to its oldest known ancestor."""
    here = current_uri(session, uri)
    line, claims = [Relative(here, session.get(KnownTemplate, here))], _Claims()
    seen = {here}
    while len(line) <= MOST_GENERATIONS:
        last = line[-1]
        claims.read(session, last)
        parent = last.template.copied_from_uri if last.template else claims.beyond(last.uri)
        parent = current_uri(session, parent) if parent else None
        if parent is None or parent in seen:
            break
        seen.add(parent)
        line.append(Relative(parent, session.get(KnownTemplate, parent), claims.about(parent)))
    return line


class _Claims:
    """The ancestors that the nearest readable copy names, the nearest first."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []

    def read(self, session: Session, relative: Relative) -> None:
        """Take the list of a template that is here; what is unknown is spoken for by the last one read."""
        record = session.get(Record, relative.uri) if relative.template else None
        if record is not None and record.deleted_at is None:
            self.listed = record.document.get("ancestors") or []

    def about(self, uri: str) -> dict[str, Any] | None:
        """What is claimed of one ancestor."""
        return next((claim for claim in self.listed if claim["id"] == uri), None)

    def beyond(self, uri: str) -> str | None:
        """The ancestor before this one."""
        at = next((at for at, claim in enumerate(self.listed) if claim["id"] == uri), None)
        return self.listed[at + 1]["id"] if at is not None and at + 1 < len(self.listed) else None


def _grow(session: Session, line: Sequence[Relative]) -> None:
    """Attach all copies below these, one question per generation."""
    seen = {relative.uri for relative in line}
    parents, generation = list(line), 0
    while parents and generation < MOST_GENERATIONS and len(seen) < MOST_MEMBERS:
        born = []
        for parent, copy in _copies(session, parents, MOST_MEMBERS):
            if copy.uri not in seen and len(seen) < MOST_MEMBERS:
                seen.add(copy.uri)
                parent.children.append(Relative(copy.uri, copy))
                born.append(parent.children[-1])
        parents, generation = born, generation + 1


def _copies(session: Session, parents: Sequence[Relative], most: int) -> list[tuple[Relative, KnownTemplate]]:
    """Each direct copy with its parent, oldest first; also copies of the address a parent had before.

    Anybody may claim to have copied a template: no more than ``most`` are read.
    """
    at: dict[str, Relative] = {}
    for parent in parents:
        has_moved = parent.template is not None and parent.template.alias_uri is not None
        for name in names_of(session, parent.uri) if has_moved else [parent.uri]:
            at.setdefault(name, parent)
    names = list(at)
    found: list[KnownTemplate] = []
    for start in range(0, len(names), CHUNK):
        query = select(KnownTemplate).where(KnownTemplate.copied_from_uri.in_(names[start : start + CHUNK]))
        query = query.order_by(KnownTemplate.updated_at, KnownTemplate.uri)
        found += session.scalars(query.limit(most - len(found)))
    found.sort(key=lambda copy: (copy.updated_at, copy.uri))
    return [(at[copy.copied_from_uri or ""], copy) for copy in found]
