"""The stories of the network that fit some words, ours among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.replica.owners import names_of
from directory.replica.stories import KIND, KnownStory, stories_of
from directory.search.service import Selection, search_selection

PER_PAGE = 20


@dataclass(frozen=True)
class FoundStories:
    """One page of stories, the best first, with the names of who tells them."""

    stories: Sequence[KnownStory]
    owners: dict[str, str]
    correction: str | None
    """What was searched for instead of words that nobody uses."""
    total: int
    pages: int


def find_stories(session: Session, query: str, today: date, page: int = 1) -> FoundStories:
    """The stories that may be shown today and fit the words."""
    results = search_selection(session, Selection(query, (KIND,)), page=page, per_page=PER_PAGE)
    stories = stories_of(session, [hit.uri for hit in results.hits], today)
    owners = names_of(session, {story.owner_uri for story in stories})
    return FoundStories(stories, owners, results.correction, results.total, results.pages)
