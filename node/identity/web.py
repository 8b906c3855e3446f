"""The page about our keys and our address."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.identity import service
from schemas.messages import N_

bp = Blueprint("identity", __name__, template_folder="templates")
Page = str | BaseResponse

STATES = {
    "coming": N_("new, not in use yet"),
    "leaving": N_("old, still listed"),
    "retired": N_("old, no longer listed"),
    "lost": N_("lost"),
    "cancelled": N_("cancelled"),
}


@bp.app_context_processor
def words_for_pages() -> dict[str, object]:
    """Who may see the link to this page."""
    return {"may_manage_node": lambda: may(Action.MANAGE_NODE)}


@bp.get("/netwerk/sleutels")
@needs(Action.MANAGE_NODE)
def index() -> Page:
    """Our keys, how old they are, and what is under way."""
    found = service.overview(current_session, current_runtime().settings)
    return render_template("identity/index.html", found=found, states=STATES)


@bp.post("/netwerk/sleutels/nieuw")
@needs(Action.MANAGE_NODE)
def rotate() -> Page:
    """Make new keys, to be used after a week."""
    service.make_new_keys(current_session, current_runtime().settings, leaked=False, by=_by())
    commit()
    flash(_("New keys are made. The network hears of them now; we use them after a week."))
    return _back()


@bp.post("/netwerk/sleutels/uitgelekt")
@needs(Action.MANAGE_NODE)
def leaked() -> Page:
    """Make new keys and use them at once."""
    service.make_new_keys(current_session, current_runtime().settings, leaked=True, by=_by())
    commit()
    flash(_("New keys are made and in use. The old ones are worth nothing any more."))
    return _back()


@bp.post("/netwerk/sleutels/annuleren")
@needs(Action.MANAGE_NODE)
def cancel() -> Page:
    """Give up new keys that are not used yet."""
    service.cancel(current_session, current_runtime().settings)
    commit()
    flash(_("Cancelled. We keep the keys we had."))
    return _back()


@bp.post("/netwerk/sleutels/kwijt")
@needs(Action.MANAGE_NODE)
def recover() -> Page:
    """Make new keys after a loss, and ask the hubs to compare them."""
    service.recover(current_session, current_runtime().settings, by=_by())
    commit()
    flash(_("New keys are made. Call the coordinator of your hub now, and read them out."))
    return _back()


def _by() -> str:
    return require(Action.MANAGE_NODE).name


def _back() -> Page:
    return redirect(url_for(".index"), 303)
