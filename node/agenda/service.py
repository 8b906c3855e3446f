"""What is to do in the network, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.replica.events import KIND, KnownEvent, count_coming, list_coming
from directory.replica.owners import names_of
from directory.search.service import Selection, search_selection, select_documents
from schemas.paging import pages_of

PER_PAGE = 30


@dataclass(frozen=True)
class AgendaPage:
    """One page of the agenda, the first event first, with the names of who organises them."""

    query: str
    correction: str | None
    """What was searched for instead of words that nobody uses."""
    events: Sequence[KnownEvent]
    owners: dict[str, str]
    total: int
    page: int
    pages: int


def read_agenda(session: Session, query: str = "", page: int = 1) -> AgendaPage:
    """A page of the coming events that fit the words, from this node's replica."""
    wanted = Selection(query, (KIND,))
    among = select_documents(session, wanted) if query else None
    total = count_coming(session, among=among)
    events = list_coming(session, among=among, page=page, per_page=PER_PAGE)
    return AgendaPage(
        query=query,
        correction=search_selection(session, wanted, per_page=1).correction if query else None,
        events=events,
        owners=names_of(session, {event.owner_uri for event in events}),
        total=total,
        page=page,
        pages=pages_of(total, PER_PAGE),
    )
