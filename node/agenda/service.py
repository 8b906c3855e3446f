"""What is to do in the network, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.replica.events import KnownEvent, count_coming, list_coming
from directory.replica.owners import names_of

PER_PAGE = 30


@dataclass(frozen=True)
class AgendaPage:
    """One page of the agenda, the first event first, with the names of who organises them."""

    events: Sequence[KnownEvent]
    owners: dict[str, str]
    total: int
    page: int
    pages: int


def read_agenda(session: Session, page: int = 1) -> AgendaPage:
    """A page of the coming events, from this node's replica."""
    total = count_coming(session)
    events = list_coming(session, page=page, per_page=PER_PAGE)
    owners = names_of(session, {event.owner_uri for event in events})
    return AgendaPage(events, owners, total, page, max(1, -(-total // PER_PAGE)))
