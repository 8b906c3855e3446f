"""What a hub serves of its feed: the feed, its pages, and the digest by which it is compared.

Many nodes ask for the same pages on one day. What was asked before is answered from memory, packed;
whoever has it already gets a 304 for which no document is read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from directory.relaying import digest, feed
from federation.actors.identities import Identity, find_identity
from federation.flask_session import current_runtime, current_session
from federation.readers import for_readers, refused
from federation.signatures.signing import ACTIVITY_JSON
from schemas.errors import AppError, InvalidInput, NotFound
from schemas.objects import Document

bp = Blueprint("feed", __name__)
bp.register_error_handler(AppError, refused)

MOST_PLACES = 50
"""Places that may be asked for at once."""
_AGE = 60  # seconds; asking again costs little, and what is deleted is not to stay in a cache on the way
_MOST_PAGES = 32  # in memory, of some 50 kB each
_LEVEL = 3  # of compression: nearly as small as 9 here, in a quarter of the time
_pages: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


@bp.get("/directory/feed")
@for_readers()
def show_feed() -> Response:
    """The feed, the page after a place (`after`), or the items at some places (`at`)."""
    _hub()
    if "at" in request.args:
        return _show_selection(request.args["at"])
    given = request.args.get("after")
    if given is None:
        return _answer("overview", str(feed.state_of(current_session)), feed.overview)
    return _show_page(_place(given))


@bp.get("/directory/digest")
@for_readers()
def show_digest() -> Response:
    """The signed digest of the feed, or of one part of it (`under`)."""
    hub = _hub()
    prefix = request.args.get("under", "")
    if len(prefix) > digest.DEEPEST or prefix.strip("0123456789abcdef") or len(prefix) % digest.STEP:
        raise InvalidInput(cause="`under` is not a part of the digest")
    settings = current_runtime().settings
    # the key too: after a rotation the same digest carries another proof
    state = f"{feed.state_of(current_session)} {hub.ed25519_multibase}"
    return _answer(f"digest {prefix}", state, lambda s: digest.document(s, settings, hub, prefix))


def _show_page(after: int) -> Response:
    places = feed.places_after(current_session, after)
    return _answer(f"after {after}", _names(places), lambda s: feed.page(s, after, places))


def _show_selection(given: str) -> Response:
    parts = given.split(",")
    if len(parts) > MOST_PLACES:
        raise InvalidInput(cause=f"more than {MOST_PLACES} places at once")
    places = [_place(part) for part in parts]
    return _answer(f"at {places}", _names(places), lambda s: feed.selection(s, places))


def _names(places: list[int]) -> str:
    """What is at these places: the ids of activities, which never change."""
    return " ".join(feed.names_at(current_session, places))


def _answer(name: str, state: str, make: Callable[[Session], Document]) -> Response:
    """An answer that stays the same as long as ``name`` and ``state`` do."""
    key = f"{feed.feed_uri(current_session)} {name} {state}"
    etag = hashlib.sha256(key.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(etag):
        return _dressed(Response(status=304), etag)
    packed = _packed(key, make)
    if request.accept_encodings.quality("gzip") > 0:
        response = Response(packed, mimetype=ACTIVITY_JSON)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(gzip.decompress(packed), mimetype=ACTIVITY_JSON)
    return _dressed(response, etag)


def _packed(key: str, make: Callable[[Session], Document]) -> bytes:
    with _lock:
        if key in _pages:
            _pages.move_to_end(key)
            return _pages[key]
    body = json.dumps(make(current_session), ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(body.encode(), _LEVEL, mtime=0)
    with _lock:
        _pages[key] = packed
        while len(_pages) > _MOST_PAGES:
            _pages.popitem(last=False)
    return packed


def _dressed(response: Response, etag: str) -> Response:
    response.set_etag(etag, weak=True)  # packed or not, it is the same document
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={_AGE}"
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def _hub() -> Identity:
    hub = find_identity(current_session, "hub")
    if hub is None:
        raise NotFound(cause="this node is not a hub")
    return hub


def _place(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or len(given) > 15:
        raise InvalidInput(cause="not a place in the feed")
    return int(given)
