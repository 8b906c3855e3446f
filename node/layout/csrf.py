"""Forms of strangers are refused: every change needs the token of the page it came from."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from schemas.errors import InvalidInput
from schemas.messages import N_

EXEMPT = {
    "layout.language",
    "layout.display",
    "survey_answers.enter",
    "survey_answers.step",
    "mailing_stop.answer",
    "saved_views.stop",
}
"""Views that change nothing but a harmless cookie, so a public page needs no session; and the answers of
residents, who get no cookie at all: a stranger's page could send no more than the stranger can. Who has the
secret of a message says “no more” with it, a mail program too."""

_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check every changing request of a browser, unless another proof of its sender is asked."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: nobody loses a long form
    csrf.init_app(app)
    app.before_request(_check)


def _check() -> None:
    if request.method in _READING or request.endpoint is None or request.endpoint in EXEMPT:
        return
    if is_wire_route():
        return  # vouched for by its signature
    if request.path.startswith("/api/") and (_brings_token() or not current_user.is_authenticated):
        return  # judged by its token alone, or without a session that could be misused
    try:
        csrf.protect()
    except CSRFError as error:
        raise InvalidInput(
            N_("This page was open for too long. Go back, refresh it and try again."),
            cause=str(error.description),
        ) from error


def _brings_token() -> bool:
    return request.headers.get("Authorization", "").startswith("Bearer ")


def is_wire_route() -> bool:
    """True for the routes that other servers use; they know no session at all."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__module__", "").startswith(("federation.", "directory."))
