"""Walking through somebody's collection: page by page, of one origin, and never for ever.

For jobs only: a request must not wait for as many pages as another server likes to give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from federation.fetching.origins import same_origin
from schemas.errors import GaveUp
from schemas.objects import Document

MOST_PAGES = 20
MOST_ITEMS = 1000


def items_of(
    fetch: Callable[[str], Document], url: str, *, most_pages: int = MOST_PAGES, most_items: int = MOST_ITEMS
) -> list[Any]:
    """All items of the collection at ``url``, each page asked for with ``fetch``.

    GaveUp when it is longer than that, when a page is of another origin, or when pages go in a circle:
    half a collection would look like a whole one.
    """
    items: list[Any] = []
    for page in _pages(fetch, url, most_pages):
        items += _listed(page)
        if len(items) > most_items:
            raise GaveUp(cause=f"the collection at {url} has more than {most_items} items")
    return items


def _pages(fetch: Callable[[str], Document], url: str, most_pages: int) -> Iterator[Document]:
    """The collection itself, which may hold items too, and then its pages."""
    page, seen = fetch(url), {url}
    yield page
    following = page.get("first")
    for _number in range(most_pages):
        if isinstance(following, dict):  # a first page may stand in the collection itself
            page = following
        elif isinstance(following, str) and following:
            page = fetch(_checked(url, following, seen))
        else:
            return
        yield page
        following = page.get("next")
    if following:
        raise GaveUp(cause=f"the collection at {url} has more than {most_pages} pages")


def _checked(url: str, following: str, seen: set[str]) -> str:
    if not same_origin(following, url):
        raise GaveUp(cause=f"the collection at {url} goes on at another origin: {following[:200]}")
    if following in seen:
        raise GaveUp(cause=f"the collection at {url} goes round in a circle")
    seen.add(following)
    return following


def _listed(page: Document) -> list[Any]:
    given = page.get("orderedItems") or page.get("items") or []
    return given if isinstance(given, list) else [given]
