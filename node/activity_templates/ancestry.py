"""Where a copy comes from: credit to every ancestor, and a licence that allows the copy."""

from __future__ import annotations

import jcs  # type: ignore[import-untyped]
from marshmallow import EXCLUDE
from sqlalchemy.orm import Session

from directory.replica.families import MOST_GENERATIONS
from directory.replica.owners import name_of
from directory.replica.records import Record
from schemas.errors import Conflict
from schemas.messages import N_
from schemas.objects import Document
from schemas.template_evidence import COPYABLE_LICENSES, MOST_ANCESTORS, AncestorSchema

MOST_BYTES = 10_000
"""Of all ancestors together, as JSON: some forty."""

_CREDIT = AncestorSchema()


def may_copy(record: Record) -> bool:
    """True when its licence, and that of all it goes back to, allow a copy under CC BY-SA 4.0."""
    ancestors = record.document.get("ancestors") or []
    licenses = [record.document.get("license"), *(credit["license"] for credit in ancestors)]
    return all(license in COPYABLE_LICENSES for license in licenses)


def check_license(record: Record) -> None:
    """Refuse a template that may be read but not changed and passed on."""
    if not may_copy(record):
        raise Conflict(
            N_("The licence of this format does not allow you to copy it. Ask who wrote it."),
            cause=str(record.document.get("license")),
        )


def ancestors_after(session: Session, record: Record) -> list[Document]:
    """The ancestors of a copy of this record, as on the wire, the nearest first.

    A long line keeps the nearest and the very first, so that the copy still fits an inbox.
    """
    line = [_credit(session, record), *_ancestors_of(session, record)]
    credited = {credit["id"]: credit for credit in reversed(line)}  # a circle is named once
    unique = list(reversed(credited.values()))
    *line, first = unique
    room, kept = MOST_BYTES - _size(first), []
    for credit in line[: MOST_ANCESTORS - 1]:
        room -= _size(credit)
        if room < 0:
            break
        kept.append(credit)
    return [*kept, first]


def _size(credit: Document) -> int:
    return len(jcs.canonicalize(credit)) + 1


def _ancestors_of(session: Session, record: Record) -> list[Document]:
    """What the record says of its ancestors; an older record says only whom it was copied from."""
    told = record.document.get("ancestors")
    if isinstance(told, list):
        return [_CREDIT.dump(_CREDIT.load(credit, unknown=EXCLUDE)) for credit in told]
    found: list[Document] = []
    parent = session.get(Record, _parent_of(record))
    while parent is not None and parent.deleted_at is None and len(found) < MOST_GENERATIONS:
        found.append(_credit(session, parent))
        parent = session.get(Record, _parent_of(parent))
    return found


def _parent_of(record: Record) -> str:
    return str((record.document.get("copiedFrom") or {}).get("id", ""))


def _credit(session: Session, record: Record) -> Document:
    document = record.document
    return {
        "id": record.uri,
        "name": document["name"],
        "writtenBy": name_of(session, record.owner_uri)[:200],
        "version": document["version"],
        "license": document["license"],
    }
