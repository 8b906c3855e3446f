"""Reading the signed activities of a feed: from its address, page by page, or from a file.

A file is one page of a feed, or a line of JSON for each activity (or page), as `write_feed` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from federation.fetching.documents import read_document
from federation.fetching.origins import same_origin
from schemas.errors import GaveUp, InvalidInput
from schemas.messages import N_
from schemas.objects import Document

_MOST_ITEMS = 1000
Fetch = Callable[[str], Document]


def read_address(fetch: Fetch, address: str) -> Iterator[Document]:
    """Every activity of the feed at an address, each page asked for with ``fetch``; GaveUp for an odd one."""
    page = fetch(address)
    if "orderedItems" not in page and isinstance(page.get("first"), str):
        page = fetch(_following(address, page["first"]))
    seen = {address}
    while items := list(_activities(page)):
        yield from items
        following = page.get("next")
        if not isinstance(following, str) or following in seen:
            return
        seen.add(following)
        page = fetch(_following(address, following))


def read_file(path: Path) -> list[Document]:
    """Every activity in a file. InvalidInput when it cannot be read or is no feed."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InvalidInput(N_("This file cannot be read."), cause=str(error)) from None
    try:
        return list(_activities(_read(body)))
    except InvalidInput:
        lines = [line for line in body.splitlines() if line.strip()]
        return [each for line in lines for each in _activities(_read(line))]


def write_feed(path: Path, activities: Iterable[Document]) -> None:
    """Keep activities in a file, a line each."""
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in activities)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read(body: bytes) -> Document:
    try:
        return read_document(body, most_items=_MOST_ITEMS)
    except InvalidInput as error:
        raise InvalidInput(N_("This file is not a feed."), cause=error.cause) from None


def _activities(document: Document) -> Iterator[Document]:
    """The activities of a page; an activity is its own."""
    items = document.get("orderedItems")
    listed = items if isinstance(items, list) else [document] if "actor" in document else []
    return (each for each in listed if isinstance(each, dict))


def _following(address: str, url: str) -> str:
    if not same_origin(url, address):
        raise GaveUp(cause=f"the feed at {address} goes on at another origin: {url[:200]}")
    return url
