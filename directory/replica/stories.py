"""The stories of the network, each shown no longer than its teller agreed to.

The signed document stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE
from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.records import Record
from directory.search import index as search_index
from directory.search.index import Findable, key_of
from federation.database import Base
from federation.sending.firewall import schema_of
from schemas.events import TIMEZONE
from schemas.objects import OBJECTS, Document

KIND = "story"


class KnownStory(Base):
    """A story of the network as its owner last told it; its text is in the record."""

    __tablename__ = "known_story"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """A short name for page addresses, see `search.key_of`."""
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(120))
    about_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    """The activity template that it tells of."""
    shown_until: Mapped[date] = mapped_column(index=True)
    published_at: Mapped[datetime]
    example_data: Mapped[bool] = mapped_column(default=False)


def project(session: Session, record: Record, content: Document) -> None:
    """Show a verified story, in place of an older version of it.

    ``content`` is the document as it travels (schemas.stories.StoryObjectSchema).
    """
    loaded = read_story(content)
    story = session.get(KnownStory, record.uri) or KnownStory(uri=record.uri, key=key_of(record.uri))
    story.owner_uri, story.name = record.owner_uri, loaded["name"]
    story.shown_until, story.published_at = loaded["shown_until"], loaded["published"]
    story.example_data, story.about_uri = loaded["example_data"], loaded["about_template"]
    session.add(story)
    session.flush()
    search_index.index_documents(session, [_findable(story, loaded)])


def remove(session: Session, uri: str) -> None:
    """Show a withdrawn story no more."""
    story = session.get(KnownStory, uri)
    if story is not None:
        session.delete(story)
        session.flush()
    search_index.remove(session, uri)


def read_story(document: Document) -> dict[str, Any]:
    """The fields of a story's document (schemas.stories.StoryObjectSchema)."""
    loaded: dict[str, Any] = schema_of(OBJECTS["Story"]).load(document, unknown=EXCLUDE)
    return loaded


def list_stories(
    session: Session, today: date, *, without_owner: str = "", page: int = 1, per_page: int = 20
) -> Sequence[KnownStory]:
    """One page of the stories that may still be shown, newest first."""
    query = select(KnownStory).where(*_shown(today, without_owner))
    order = (KnownStory.published_at.desc(), KnownStory.uri)
    return session.scalars(query.order_by(*order).offset((page - 1) * per_page).limit(per_page)).all()


def stories_of(session: Session, uris: Sequence[str], today: date) -> list[KnownStory]:
    """Those of these stories that may still be shown, in the same order."""
    query = select(KnownStory).where(KnownStory.uri.in_(uris), *_shown(today, ""))
    found = {story.uri: story for story in session.scalars(query)}
    return [found[uri] for uri in uris if uri in found]


def stories_about(
    session: Session, uris: Collection[str], today: date, *, most: int = 5
) -> Sequence[KnownStory]:
    """The newest stories of these activity templates that may still be shown."""
    query = select(KnownStory).where(KnownStory.about_uri.in_(uris), *_shown(today, ""))
    return session.scalars(query.order_by(KnownStory.published_at.desc(), KnownStory.uri).limit(most)).all()


def count_stories(session: Session, today: date, *, without_owner: str = "") -> int:
    """How many stories may still be shown."""
    query = select(func.count()).select_from(KnownStory).where(*_shown(today, without_owner))
    return session.scalar(query) or 0


def find_by_key(session: Session, key: str, today: date) -> tuple[KnownStory, Document] | None:
    """A story that may still be shown and its document, by the short name of its page."""
    story = session.scalar(select(KnownStory).where(KnownStory.key == key, *_shown(today, "")))
    record = session.get(Record, story.uri) if story else None
    return (story, record.document) if story and record and record.deleted_at is None else None


def _shown(today: date, without_owner: str) -> list[ColumnElement[bool]]:
    return [KnownStory.shown_until >= today, KnownStory.owner_uri != without_owner]


def _findable(story: KnownStory, loaded: dict[str, Any]) -> Findable:
    return Findable(
        uri=story.uri,
        kind=KIND,
        title=story.name,
        texts=[loaded["summary"], loaded["text"]],
        summary=loaded["summary"] or loaded["text"],
        is_example=story.example_data,
        shown_until=_end_of(story.shown_until),
    )


def _end_of(day: date) -> datetime:
    """The moment at which a day is over in the village."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(TIMEZONE))
