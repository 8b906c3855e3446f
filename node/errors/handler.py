"""The one handler of errors: a page for people, problem+json (RFC 9457) for programs.

What is not in our tree is a bug: a person gets a reference number, the log gets the traceback.
"""

from __future__ import annotations

import secrets
from typing import Any, cast

import structlog
from flask import Blueprint, Flask, Response, flash, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import current_session
from federation.storage import STORAGE_ERRORS, storage_problem
from node.accounts.access import SecondFactorMissing
from node.layout.csrf import is_wire_route
from node.layout.languages import say
from schemas.errors import AppError, InvalidInput, NotSignedIn, TooMany
from schemas.messages import N_

log = structlog.get_logger(__name__)

bp = Blueprint("errors", __name__, template_folder="templates")

PROBLEM = "application/problem+json"

TEXTS = {
    400: N_("This request could not be understood."),
    401: N_("Please sign in first"),
    403: N_("You may not do this"),
    404: N_("This page does not exist"),
    405: N_("This page does not exist"),
    413: N_("This file or text is too large."),
    415: N_("This kind of file cannot be used here."),
    422: N_("Please check what you filled in"),
    429: N_("Too many attempts, please wait a moment"),
    500: N_("Something went wrong on our side"),
}
"""What people read for errors that are not of our own tree."""


def init_app(app: Flask) -> None:
    """Handle every error here."""
    app.register_blueprint(bp)
    app.register_error_handler(AppError, _own)
    app.register_error_handler(HTTPException, _of_http)
    for kind in STORAGE_ERRORS:
        app.register_error_handler(kind, _of_storage)
    app.register_error_handler(Exception, _bug)


def _own(error: AppError) -> BaseResponse:
    if error.cause:
        log.info("request.refused", path=_path(), status=error.status, cause=error.cause)
    if wants_page() and isinstance(error, NotSignedIn):
        return redirect(url_for("security.login", next=_way_back()))
    if wants_page() and isinstance(error, SecondFactorMissing):
        flash(say(error), "error")
        return redirect(url_for("accounts.account"))
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    details = {"fields": _said(error.fields)} if isinstance(error, InvalidInput) and error.fields else {}
    return _answer(error.status, say(error.title), say(error), headers, details)


def _of_storage(error: DBAPIError) -> BaseResponse:
    """A full disk or an absent database is no bug of ours; the person is told what to do."""
    problem = storage_problem(error)
    if problem is None:
        return _bug(error)
    current_session.rollback()
    log.error("request.storage", path=_path(), status=problem.status, cause=problem.cause)
    return _answer(problem.status, say(problem.title), say(problem), {"Retry-After": "60"}, {})


def _of_http(error: HTTPException) -> BaseResponse:
    if error.response is not None and error.code is None:
        return cast(BaseResponse, error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    headers = {"Retry-After": "60"} if status == 429 else {}
    text = _(TEXTS.get(status, TEXTS[500] if status >= 500 else TEXTS[400]))
    return _answer(status, text, text, headers, _field_messages(error))


def _field_messages(error: HTTPException) -> dict[str, Any]:
    """What webargs found wrong with the input of a call, field by field."""
    found = getattr(error, "data", None)
    return {"fields": _said(found["messages"])} if isinstance(found, dict) and "messages" in found else {}


def _bug(error: Exception) -> BaseResponse:
    reference = secrets.token_hex(4)
    log.error("request.bug", reference=reference, path=_path(), exc_info=error)
    detail = _("Mention this number when you ask for help: %(reference)s", reference=reference)
    return _answer(500, _(TEXTS[500]), detail, {}, {"reference": reference})


def _path() -> str:
    """Where it went wrong; of who answers a survey not even that, for the code of a letter may be in it."""
    return "/vragen/…" if request.path.startswith("/vragen/") else request.path


def wants_page() -> bool:
    """True when a person reads the answer. Who says nothing of its wishes gets a page."""
    if request.path.startswith("/api/") or request.headers.get("HX-Request") or is_wire_route():
        return False
    accepted = request.accept_mimetypes
    return not accepted or accepted.best_match(["text/html", "application/json"]) == "text/html"


def _answer(
    status: int, title: str, detail: str, headers: dict[str, str], details: dict[str, Any]
) -> BaseResponse:
    if wants_page():
        body = render_template("errors/error.html", status=status, title=title, detail=detail)
        return Response(body, status, headers, mimetype="text/html")
    if request.headers.get("HX-Request"):
        return Response(render_template("errors/fragment.html", detail=detail), status, headers)
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, **details}
    return Response(json.dumps(problem), status, headers, mimetype=PROBLEM)


def _said(messages: Any) -> Any:
    """The messages of fields, each in the reader's language."""
    if isinstance(messages, dict):
        return {str(key): _said(value) for key, value in messages.items()}
    if isinstance(messages, list):
        return [_said(value) for value in messages]
    return say(messages)


def _way_back() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
