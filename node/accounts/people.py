"""The accounts of this node, for its administrator: invite, give roles, close, help back in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.actors.identities import base_url
from federation.flask_session import commit, current_session
from node.accounts import service
from node.accounts.access import Action, needs
from node.accounts.models import Account
from node.accounts.roles import LABELS, SECOND_FACTOR_ROLES, Role
from schemas.errors import InvalidInput

bp = Blueprint("people", __name__, template_folder="templates", url_prefix="/team")


@bp.get("")
@needs(Action.MANAGE_NODE)
def people() -> str:
    """Everybody with an account."""
    return _page({})


@bp.post("")
@needs(Action.MANAGE_NODE)
def add() -> Response | str:
    """A new account, with a one-time link to hand over."""
    try:
        account = service.create_account(
            current_session,
            name=request.form.get("name", ""),
            email=request.form.get("email", ""),
            roles=_roles(),
        )
    except InvalidInput as error:
        return _page(error.fields)
    return _with_link(account)


@bp.post("/<int:account_id>/uitnodigen")
@needs(Action.MANAGE_NODE)
def invite(account_id: int) -> Response:
    """A fresh one-time link, also for who forgot the password."""
    return _with_link(service.get_account(current_session, account_id))


@bp.post("/<int:account_id>/rollen")
@needs(Action.MANAGE_NODE)
def change_roles(account_id: int) -> Response:
    """Other roles."""
    account = service.get_account(current_session, account_id)
    service.change_roles(current_session, account, _roles())
    return _done(_("The roles of %(name)s are changed.", name=account.name))


@bp.post("/<int:account_id>/tweede-sleutel-wissen")
@needs(Action.MANAGE_NODE)
def reset_second_factor(account_id: int) -> Response:
    """For who lost the telephone."""
    account = service.get_account(current_session, account_id)
    service.reset_second_factor(account)
    return _done(_("%(name)s sets up a new second key at the next sign-in.", name=account.name))


@bp.post("/<int:account_id>/sluiten")
@needs(Action.MANAGE_NODE)
def close(account_id: int) -> Response:
    """Close an account; it can be opened again."""
    return _set_active(account_id, active=False)


@bp.post("/<int:account_id>/openen")
@needs(Action.MANAGE_NODE)
def reopen(account_id: int) -> Response:
    """Open a closed account again."""
    return _set_active(account_id, active=True)


def _set_active(account_id: int, *, active: bool) -> Response:
    account = service.get_account(current_session, account_id)
    service.set_active(current_session, account, active=active)
    text = _("The account of %(name)s is open.") if active else _("The account of %(name)s is closed.")
    return _done(text % {"name": account.name})


def _roles() -> frozenset[Role]:
    return frozenset(Role(code) for code in request.form.getlist("roles") if code in set(Role))


def _with_link(account: Account) -> Response:
    """The page with the link, to print or to send; it is shown once."""
    token = service.invite(current_session, account)
    commit()
    link = base_url(current_session) + url_for("accounts.accept_invitation", token=token)
    answer = make_response(render_template("accounts/invitation.html", invited=account, link=link))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _done(text: str) -> Response:
    commit()
    flash(text, "success")
    return redirect(url_for("people.people"), 303)


def _page(errors: dict[str, Any]) -> str:
    return render_template(
        "accounts/people.html",
        accounts=service.list_accounts(current_session),
        labels=LABELS,
        strong=SECOND_FACTOR_ROLES,
        form=request.form,
        errors=errors,
    )
