"""Reading services page by page, in the ways in which HSDS 3.0 lets a program ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.exports.hsds import id_of, key_from
from directory.exports.reading import in_batches
from directory.replica.entries import Entry
from directory.search.service import Selection, select_documents
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.paging import pages_of
from schemas.taxonomies import KINDS, TARGET_GROUPS, THEMES

VOCABULARIES = {"theme": THEMES, "kind": KINDS, "target_group": TARGET_GROUPS}


@dataclass(frozen=True)
class Asked:
    """Which services a program asks for."""

    search: str = ""
    modified_after: datetime | None = None
    taxonomy_term_id: str | None = None
    organization_id: str | None = None


@dataclass(frozen=True)
class ServicePage:
    """A page of entries and how many there are."""

    entries: list[Entry]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return pages_of(self.total, self.per_page)


def read_page(session: Session, asked: Asked, page: int, per_page: int) -> ServicePage:
    """A page of services, the one that changed longest ago first. InvalidInput on a term we do not have."""
    query = _query(session, asked)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Entry.updated_at, Entry.key).offset((page - 1) * per_page).limit(per_page)
    return ServicePage(list(session.scalars(ordered)), total, page, per_page)


def read_all(session: Session, asked: Asked) -> Iterator[Entry]:
    """All services, by key, however many there are."""
    ids = _query(session, asked).with_only_columns(Entry.document_id).order_by(Entry.key)
    for batch in in_batches(session, session.scalars(ids)):
        yield from batch


def _query(session: Session, asked: Asked) -> Select[Entry]:
    selection = Selection(query=asked.search, kinds=("entry",), **_filter_of(asked.taxonomy_term_id))
    query = select(Entry).where(Entry.document_id.in_(select_documents(session, selection)))
    if asked.modified_after is not None:
        query = query.where(Entry.updated_at >= asked.modified_after)
    if asked.organization_id is not None:
        query = query.where(Entry.key == key_from(asked.organization_id, "organization"))
    return query


def _filter_of(term_id: str | None) -> dict[str, Any]:
    """The filter that a term's id stands for."""
    if not term_id:
        return {}
    for name, vocabulary in VOCABULARIES.items():
        for code in vocabulary.codes:
            if id_of("0" * 16, f"{vocabulary.name} {code}") == term_id.lower():
                return {name: code}
    raise InvalidInput(N_("This filter does not exist. Choose one of the list."))
