"""The public events of the network: what happens where, and when.

The signed document stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE
from sqlalchemy import ColumnElement, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.records import Record
from directory.search import index as search_index
from directory.search.documents import SearchDocument
from directory.search.index import Findable
from federation.database import Base, now
from federation.sending.firewall import schema_of
from schemas.objects import OBJECTS

KIND = "event"
STILL_ON = timedelta(hours=3)
"""How long an event without an end stays on the agenda after it began."""


class KnownEvent(Base):
    """An event of the network as its owner last told it."""

    __tablename__ = "known_event"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    locality: Mapped[str] = mapped_column(String(100))
    for_whom: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    over_at: Mapped[datetime] = mapped_column(index=True)
    """When it leaves the agenda: its end, or some hours after its start."""
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    page_url: Mapped[str] = mapped_column(String(2000))
    example_data: Mapped[bool] = mapped_column(default=False)


def project(session: Session, record: Record, content: dict[str, Any]) -> None:
    """Put a verified event on the agenda, in place of an older version of it.

    ``content`` is the document as it travels (schemas.events.PublicEventObjectSchema).
    """
    loaded = schema_of(OBJECTS["PublicEvent"]).load(content, unknown=EXCLUDE)
    event = session.get(KnownEvent, record.uri) or KnownEvent(uri=record.uri)
    event.owner_uri, event.name, event.for_whom = record.owner_uri, loaded["name"], loaded["for_whom"]
    event.place = loaded["location"]["name"]
    event.locality = loaded["location"]["address"]["address_locality"]
    event.starts_at = loaded["start_time"].astimezone(UTC)
    event.over_at = (loaded["end_time"] or event.starts_at + STILL_ON).astimezone(UTC)
    event.is_cancelled = loaded["status"] == "CANCELLED"
    event.page_url, event.example_data = loaded["url"] or record.uri, loaded["example_data"]
    session.add(event)
    session.flush()
    search_index.index_documents(session, [_findable(event, loaded)])


def remove(session: Session, uri: str) -> None:
    """Take a withdrawn event off the agenda."""
    event = session.get(KnownEvent, uri)
    if event is not None:
        session.delete(event)
        session.flush()
    search_index.remove(session, uri)


def list_coming(
    session: Session,
    *,
    among: Select[int] | None = None,
    page: int = 1,
    per_page: int = 50,
) -> Sequence[KnownEvent]:
    """One page of what is still to come in the network, the first first.

    ``among``: only these documents of the search index.
    """
    query = select(KnownEvent).where(*_coming(among)).order_by(KnownEvent.starts_at, KnownEvent.uri)
    return session.scalars(query.offset((page - 1) * per_page).limit(per_page)).all()


def count_coming(session: Session, *, among: Select[int] | None = None) -> int:
    """How much is still to come."""
    query = select(func.count()).select_from(KnownEvent)
    return session.scalar(query.where(*_coming(among))) or 0


def _coming(among: Select[int] | None) -> list[ColumnElement[bool]]:
    conditions = [KnownEvent.over_at > now()]
    if among is not None:
        found = select(SearchDocument.uri).where(SearchDocument.id.in_(among))
        conditions.append(KnownEvent.uri.in_(found))
    return conditions


def _findable(event: KnownEvent, loaded: dict[str, Any]) -> Findable:
    texts = [loaded["summary"], loaded["text"], event.for_whom]
    return Findable(
        uri=event.uri,
        kind=KIND,
        title=event.name,
        texts=texts,
        place_names=[event.place, event.locality],
        summary=next((text for text in texts if text), ""),
        places=f"{event.place}, {event.locality}",
        is_example=event.example_data,
        page_url=event.page_url,
        shown_until=event.over_at,
    )
