"""Reading JSON from strangers: bounded, unambiguous, and only what every store can keep.

A repeated key means one thing to us and another to the next reader, so it is refused; so are
numbers, characters and nestings that a database or a canonical form cannot hold.
"""

from __future__ import annotations

import json
import math
from typing import Any

from werkzeug.http import parse_options_header

from schemas.context import AS2
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.objects import Document

MOST_POSTED = 256 * 1024  # bytes
MOST_FETCHED = 1024 * 1024  # bytes
MOST_DEPTH = 16
MOST_TAGS = 50
MOST_ITEMS = 100


def is_activity_json(content_type: str) -> bool:
    """True for the two media types of ActivityPub, in UTF-8; nothing else is read."""
    media_type, options = parse_options_header(content_type)
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        return False
    if media_type.lower() == "application/activity+json":
        return True
    return media_type.lower() == "application/ld+json" and AS2 in options.get("profile", "").split()


def read_document(body: bytes, *, most_items: int = MOST_ITEMS) -> Document:
    """The JSON object in ``body``; InvalidInput for anything doubtful.

    ``most_items`` bounds every array (100 in what is posted to us; more in collections we fetch).
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except (ValueError, RecursionError) as error:  # also JSONDecodeError and UnicodeDecodeError
        raise _refused(str(error)[:200]) from None
    if not isinstance(value, dict):
        raise _refused("not an object")
    _check(value, most_items)
    return value


def _check(document: Document, most_items: int) -> None:
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise _refused(f"deeper than {MOST_DEPTH}")
        if isinstance(value, dict):
            tags = value.get("tag")
            if isinstance(tags, list) and len(tags) > MOST_TAGS:
                raise _refused(f"more than {MOST_TAGS} tags")
            waiting += [(item, depth + 1) for item in value.values() if isinstance(item, dict | list)]
            _check_texts(value.keys())
            _check_texts(value.values())
        else:
            if len(value) > most_items:
                raise _refused(f"an array of more than {most_items}")
            waiting += [(item, depth + 1) for item in value if isinstance(item, dict | list)]
            _check_texts(value)


def _check_texts(values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            continue
        if "\x00" in value:
            raise _refused("a text with a zero character")
        if not value.isascii():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise _refused("a text with half a character") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is repeated")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number too large")
    return value


def _whole(text: str) -> int:
    if len(text) > 16:  # beyond 2^53 a canonical form loses digits
        raise ValueError("a whole number too large")
    return int(text)


def _refused(cause: str) -> InvalidInput:
    return InvalidInput(N_("This message cannot be read."), cause=cause, kind="unreadable")
