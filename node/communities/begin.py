"""The set-up in the browser: a few short steps at /begin, in order, without JavaScript."""

from __future__ import annotations

from typing import Any

import segno
import structlog
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import login_user
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session, use_writing_session
from node.accounts.access import current_account
from node.accounts.models import Account
from node.accounts.second_factors import passkeys_work
from node.accounts.secret_keys import one_time_codes
from node.accounts.service import find_by_email
from node.communities import drafts
from node.communities.models import find_community
from node.communities.setup_code import check_setup_code, forget_setup_code
from node.layout.languages import say
from node.limits import SIGN_IN, limiter
from node.network.service import join_hub
from schemas.errors import AppError, InvalidInput, NotAllowed

bp = Blueprint("begin", __name__, template_folder="templates", url_prefix="/begin")
log = structlog.get_logger(__name__)


@bp.before_request
def _only_before_set_up() -> Response | None:
    """Once set up, only the last page is left; until then, only who has the code goes on."""
    if request.endpoint == "begin.done":
        return None
    if find_community(current_session):
        return redirect("/")
    if request.endpoint != "begin.start" and not session.get("begin"):
        return redirect(url_for("begin.start"))
    return None


@bp.route("", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def start() -> Response | str:
    """Welcome, and the one-time code."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            check_setup_code(current_runtime().settings, request.form.get("code", ""))
        except NotAllowed as error:
            errors = {"code": [error]}
        else:
            session["begin"] = True
            session.permanent = True
    if session.get("begin") and not errors:
        return redirect(_address_of(drafts.next_step(drafts.answers_of(current_session))))
    code = request.values.get("code", "")
    return render_template("communities/begin/start.html", errors=errors, code=code)


@bp.route("/dorp", methods=["GET", "POST"])
def community() -> Response | str:
    """Name and place."""
    choices, errors = None, {}
    if request.method == "POST":
        form = request.form
        try:
            choices = drafts.save_community(
                current_session,
                name=form.get("name", ""),
                telephone=form.get("telephone", ""),
                place_text=form.get("place_text", ""),
                place_id=form.get("place_id", ""),
            )
        except InvalidInput as error:
            errors = error.fields
        commit()
        if not errors and not choices:
            return _onwards()
    return _page("community", errors, choices=choices)


@bp.route("/adres", methods=["GET", "POST"])
def address() -> Response | str:
    """The address of this node."""
    settings = current_runtime().settings
    if request.method == "POST":
        return _save(
            "address",
            lambda: drafts.save_address(current_session, settings, request.form.get("base_url", "")),
        )
    return _page("address", {}, proposed=settings.public_url or request.host_url.rstrip("/"))


@bp.route("/aanzetten", methods=["GET", "POST"])
def roles() -> Response | str:
    """Village, hub or both."""
    if request.method == "POST":
        village, hub = "village" in request.form, "hub" in request.form
        return _save("roles", lambda: drafts.save_roles(current_session, is_village=village, is_hub=hub))
    return _page("roles", {})


@bp.route("/beheerder", methods=["GET", "POST"])
def administrator() -> Response | str:
    """The first administrator."""
    if request.method == "POST":
        form = request.form
        return _save(
            "administrator",
            lambda: drafts.save_administrator(
                current_session,
                name=form.get("admin_name", ""),
                email=form.get("admin_email", ""),
                password=form.get("password", ""),
                again=form.get("password_again", ""),
                factor=form.get("factor", ""),
            ),
        )
    return _page("administrator", {})


@bp.route("/code", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def codes() -> Response | str:
    """The authenticator app."""
    settings = current_runtime().settings
    if request.method == "POST":
        return _save(
            "codes", lambda: drafts.save_codes(current_session, settings, request.form.get("code", ""))
        )
    return _page("codes", {})


@bp.route("/netwerk", methods=["GET", "POST"])
def hub() -> Response | str:
    """Which hub to join; may be skipped. It is the last question."""
    if request.method == "POST":
        address = "" if "skip" in request.form else request.form.get("hub_address", "").strip()[:500]
        drafts.finish(current_session, "hub", hub_address=address)
        commit()
        return _onwards()
    return _page("hub", {})


@bp.get("/klaar")
def done() -> Response | str:
    """What to do next."""
    account = current_account()
    if account is None:
        return redirect("/")
    return render_template("communities/begin/done.html", account=account)


def _save(step: str, save: Any) -> Response | str:
    """Keep a step's answer and go on, or show the step again with everything that was filled in."""
    try:
        save()
    except InvalidInput as error:
        commit()
        return _page(step, error.fields)
    commit()
    return _onwards()


def _onwards() -> Response:
    step = drafts.next_step(drafts.answers_of(current_session))
    return _complete() if step is None else redirect(_address_of(step), 303)


def _address_of(step: str | None) -> str:
    return url_for(f"begin.{step or 'hub'}")


def _page(step: str, errors: dict[str, Any], **more: Any) -> Response | str:
    answers = drafts.answers_of(current_session)
    first = drafts.next_step(answers)
    if first is not None and drafts.STEPS.index(first) < drafts.STEPS.index(step):
        return redirect(_address_of(first))
    if step == "codes":
        more |= _picture(answers)
    number = drafts.STEPS.index(step) + 2
    more["passkeys_work"] = passkeys_work()
    template = f"communities/begin/{step}.html"
    return render_template(
        template, answers=answers, errors=errors, number=number, total=len(drafts.STEPS) + 1, **more
    )


def _picture(answers: dict[str, Any]) -> dict[str, str]:
    """The QR code of the authenticator app and the same key in letters."""
    settings = current_runtime().settings
    writing = use_writing_session() if request.method == "GET" else current_session
    secret = drafts.totp_of_draft(writing, settings)
    commit()
    factory = one_time_codes(settings)
    uri = factory.get_totp_uri(answers["admin_email"], secret)
    return {
        "uri": uri,
        "qr": segno.make(uri, error="m").svg_data_uri(scale=4, border=2),
        "key": factory.get_totp_pretty_key(secret),
    }


def _complete() -> Response:
    """Set up, sign the administrator in, and only then ask the hub: that may fail without harm."""
    settings, answers = current_runtime().settings, drafts.answers_of(current_session)
    drafts.complete(current_session, settings)
    commit()
    forget_setup_code(settings)
    session.pop("begin", None)
    account = find_by_email(current_session, answers["admin_email"])
    _sign_in(account)
    if answers.get("hub_address"):
        _ask_hub(answers["hub_address"])
    return redirect(url_for("begin.done"), 303)


def _sign_in(account: Account | None) -> None:
    if account is not None:
        login_user(account, authn_via=["password"])
        commit()


def _ask_hub(address: str) -> None:
    try:
        join_hub(current_session, current_runtime().settings, address)
        commit()
    except AppError as error:
        current_session.rollback()
        log.info("begin.hub_refused", address=address, cause=error.cause)
        flash(
            _("Joining did not work yet: %(reason)s You can try again at Network.", reason=say(error)),
            "error",
        )
    else:
        flash(_("Your request to join was sent. The coordinator will look at it."), "success")
