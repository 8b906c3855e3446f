"""Finding templates in the replica: by words, or all of them, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.owners import names_of
from directory.replica.templates import KnownTemplate
from directory.search import service as search
from federation.actors.identities import find_identity
from node.activity_templates.service import page_keys
from schemas.paging import pages_of

PER_PAGE = 20


@dataclass(frozen=True)
class Found:
    """One template in the list."""

    template: KnownTemplate
    key: str
    owner: str
    copies: int


@dataclass(frozen=True)
class FoundPage:
    """A page of the list; ``correction`` is the word we searched for instead of the one typed."""

    items: list[Found]
    total: int
    page: int
    pages: int
    correction: str | None


def find_templates(session: Session, query: str, *, page: int = 1, without_own: bool = False) -> FoundPage:
    """The templates of the network that match, from this node's own replica."""
    if not query.strip():
        own = find_identity(session, "cooperative") if without_own else None
        left_out = own.actor_uri if own else None
        total = known_templates.count_templates(session, without_owner=left_out)
        shown = known_templates.list_templates(session, without_owner=left_out, page=page, per_page=PER_PAGE)
        return _page(session, shown, total, page, None)
    results = search.search(session, query, kinds=("template",), page=page, per_page=PER_PAGE)
    found = [known_templates.find_template(session, hit.uri) for hit in results.hits]
    return _page(session, [each for each in found if each], results.total, page, results.correction)


def _page(
    session: Session, templates: Sequence[KnownTemplate], total: int, page: int, correction: str | None
) -> FoundPage:
    owners = names_of(session, [template.owner_uri for template in templates])
    uris = [template.uri for template in templates]
    keys, copies = page_keys(session, uris), known_templates.count_copies(session, uris)
    items = [
        Found(template, keys[template.uri], owners[template.owner_uri], copies[template.uri])
        for template in templates
    ]
    return FoundPage(items, total, page, pages_of(total, PER_PAGE), correction)
