"""The edge of authorized fetch: which answers are for readers who sign, and how caches treat them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from federation.actors.former_identities import asked_origin
from federation.database import now
from federation.flask_session import current_runtime, current_session
from federation.receiving.reading import check_may_read
from federation.signatures.message import Message
from schemas.errors import AppError, BadSignature, TryLater

P = ParamSpec("P")

ACCEPT_SIGNATURE = 'sig1=("@method" "@target-uri");created;keyid'
"""What we ask of who did not sign (RFC 9421, section 5.1)."""
_ACCEPT_SIGNATURE_POST = 'sig1=("@method" "@target-uri" "content-digest");created;keyid'
_VARY = ("Accept", "Signature", "Signature-Input")
_JSON_TYPES = frozenset({"application/activity+json", "application/ld+json", "application/json"})


def wants_activity_json() -> bool:
    """True when the caller is software that asks for ActivityPub rather than a page.

    ``*/*`` alone is not asking. Parameters such as ``profile`` do not matter here.
    """
    quality = {"json": 0.0, "html": 0.0}
    for value, weight in request.accept_mimetypes:
        media_type = value.split(";", 1)[0].strip().lower()
        if media_type in _JSON_TYPES:
            quality["json"] = max(quality["json"], weight)
        elif media_type == "text/html":
            quality["html"] = max(quality["html"], weight)
    return quality["json"] > quality["html"]


def for_readers(
    *, has_page: bool = False
) -> Callable[[Callable[P, BaseResponse]], Callable[P, BaseResponse]]:
    """A view whose document is for readers who sign; with ``has_page`` people get its page as ever."""

    def guard(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
            if has_page and not wants_activity_json():
                return view(*args, **kwargs)
            signer = check_may_read(current_session, current_runtime().settings, _asked())
            response = view(*args, **kwargs)
            return response if signer is None else _private(response)

        guarded.demands_signature = True  # type: ignore[attr-defined]  # a test looks at every route
        return guarded

    return guard


def _asked() -> Message:
    """The request at the address that was asked: after a move also at one that we had before."""
    query = request.query_string.decode("latin-1")
    url = asked_origin(current_session, request.headers.get("Host", "")) + request.path
    return Message(
        method=request.method,
        url=f"{url}?{query}" if query else url,
        headers=tuple(request.headers.items()),
        body=b"",
        received_at=now(),
    )


def _private(response: BaseResponse) -> BaseResponse:
    caching = response.headers.get("Cache-Control", "max-age=60")
    response.headers["Cache-Control"] = "private, " + caching.replace("public, ", "")
    response.headers.pop("Access-Control-Allow-Origin", None)
    response.vary.update(_VARY)
    return response


def refused(error: AppError) -> Response:
    """Other servers get the safe text as problem+json (RFC 9457); the reason is in our log."""
    later = isinstance(error, TryLater)
    status = 503 if later else error.status
    problem = {"type": "about:blank", "title": error.title, "status": status}
    response = Response(json.dumps(problem), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(_VARY)
    if later:
        response.headers["Retry-After"] = str(int(getattr(error, "retry_after", None) or 60))
    if isinstance(error, BadSignature):
        wanted = _ACCEPT_SIGNATURE_POST if request.method == "POST" else ACCEPT_SIGNATURE
        response.headers["Accept-Signature"] = wanted
        response.headers["WWW-Authenticate"] = "Signature"
    return response
