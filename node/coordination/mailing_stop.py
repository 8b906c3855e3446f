"""The link in each message: one click to this page, one press, and no more messages come."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.coordination import mailing_copies
from node.limits import API, limiter

bp = Blueprint("mailing_stop", __name__, template_folder="templates")


@bp.get("/geen-berichten/<token>")
@limiter.limit(API)
def question(token: str) -> BaseResponse:
    """Opening the page changes nothing: mail programs open links by themselves."""
    copy = mailing_copies.find_copy(current_session, token)
    return _private(render_template("coordination/stop.html", token=token, copy=copy))


@bp.post("/geen-berichten/<token>")
@limiter.limit(API)
def answer(token: str) -> BaseResponse:
    """One press; or a mail program in the name of its user (RFC 8058), which brings no cookie and no form."""
    if request.form.get("said") == "again":
        mailing_copies.resume(current_session, token)
    else:
        mailing_copies.stop(current_session, token)
    commit()
    if "List-Unsubscribe" in request.form:
        return _private("")  # a mail program follows no redirect
    return _private(redirect(url_for(".question", token=token), 303))


def _private(page: str | BaseResponse) -> BaseResponse:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
