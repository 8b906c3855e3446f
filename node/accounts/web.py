"""The pages of one's own account, of the accounts of this node, and of a one-time link."""

from __future__ import annotations

from flask import Blueprint, render_template

from node.accounts.access import Action, needs, require

bp = Blueprint("accounts", __name__, template_folder="templates")


@bp.get("/account")
@needs(Action.USE_ACCOUNT)
def account() -> str:
    """My account."""
    return render_template("accounts/account.html", account=require(Action.USE_ACCOUNT))
