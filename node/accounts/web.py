"""The pages of one's own account: keys, passkeys, access tokens; and the one-time link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_session
from node.accounts import service, tokens
from node.accounts.access import Action, current_account, may, needs, require
from node.accounts.roles import LABELS
from node.communities.models import find_community
from node.limits import SIGN_IN, limiter
from schemas.errors import InvalidInput
from schemas.numbers import read_digits

bp = Blueprint("accounts", __name__, template_folder="templates")


@bp.get("/account")
@needs(Action.USE_ACCOUNT)
def account() -> str:
    """My account."""
    return render_template("accounts/account.html", account=require(Action.USE_ACCOUNT), labels=LABELS)


@bp.get("/welkom-terug")
def after_sign_in() -> Response:
    """To the work, to the second key that is still missing, or to this week."""
    account = current_account()
    if account is not None and account.needs_second_factor and not account.has_second_factor:
        return redirect(url_for("accounts.account"))
    community = find_community(current_session)
    if may(Action.COORDINATE) and community is not None and not community.is_village:
        return redirect("/werkkamer")
    return redirect(url_for("home.workplace") if may(Action.SEE_WORKPLACE) else "/")


@bp.get("/account/tokens")
@needs(Action.USE_ACCOUNT)
def list_tokens() -> str:
    """My access tokens."""
    return _tokens_page({})


@bp.post("/account/tokens")
@needs(Action.USE_ACCOUNT)
def create_token() -> Response | str:
    """Make a token; its secret is shown on this answer and never again."""
    account, form = require(Action.USE_ACCOUNT), request.form
    days = read_digits(form.get("days", "")) or 0
    try:
        _token, secret = tokens.create_token(
            current_session, account, name=form.get("name", ""), scopes=form.getlist("scopes"), days=days
        )
    except InvalidInput as error:
        return _tokens_page(error.fields)
    commit()
    return _shown_once(_tokens_page({}, secret=secret))


@bp.post("/account/tokens/<int:token_id>/intrekken")
@needs(Action.USE_ACCOUNT)
def revoke_token(token_id: int) -> Response:
    """End a token at once."""
    tokens.revoke_token(current_session, require(Action.USE_ACCOUNT), token_id)
    commit()
    flash(_("The access token does not work any more."), "success")
    return redirect(url_for("accounts.list_tokens"), 303)


@bp.route("/welkom/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN)
def accept_invitation(token: str) -> Response | str:
    """Choose a password by a one-time link."""
    invitation = service.find_invitation(current_session, token)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        password, again = request.form.get("password", ""), request.form.get("password_again", "")
        try:
            service.accept_invitation(current_session, token, password, again)
        except InvalidInput as error:
            errors = error.fields
        else:
            commit()
            flash(_("Your password is set. Sign in now."), "success")
            return redirect(url_for("security.login"), 303)
    page = render_template("accounts/accept_invitation.html", invited=invitation.account, errors=errors)
    return _shown_once(page)


def _tokens_page(errors: dict[str, Any], secret: str = "") -> str:
    account = require(Action.USE_ACCOUNT)
    return render_template(
        "accounts/tokens.html",
        tokens=tokens.list_tokens(current_session, account),
        scopes=tokens.SCOPES,
        lifetimes=tokens.LIFETIMES,
        form=request.form,
        errors=errors,
        secret=secret,
    )


def _shown_once(page: str) -> Response:
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
