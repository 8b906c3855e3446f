"""Pages of the former versions of our profile: the list, one beside the profile of now, and back to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs, require
from node.communities import former
from node.communities.models import get_community
from node.communities.service import restore_profile
from node.communities.shown_facts import in_order, name_of_fact, shown_changes
from schemas.errors import Conflict

bp = Blueprint("former_profiles", __name__, url_prefix="/ons-dorp/eerder", template_folder="templates")
Page = str | BaseResponse


@bp.get("")
@needs(Action.EDIT_PROFILE)
def index() -> Page:
    """The versions that are kept, and what was changed after each."""
    return render_template(
        "communities/former.html",
        versions=former.list_former(current_session, get_community(current_session)),
        reasons=former.REASONS,
        names_of=lambda each: [name_of_fact(fact.field) for fact in in_order(each.changed)],
    )


@bp.get("/<int:revision>")
@needs(Action.EDIT_PROFILE)
def show_one(revision: int) -> Page:
    """One of them: what going back would change."""
    found = former.get_former(current_session, get_community(current_session), revision)
    return render_template("communities/former_one.html", found=found, rows=shown_changes(found.changed))


@bp.post("/<int:revision>/terug")
@needs(Action.EDIT_PROFILE)
def restore(revision: int) -> Page:
    """Make it the profile again; it is published by a press of its own."""
    by = require(Action.EDIT_PROFILE).name
    try:
        restore_profile(current_session, get_community(current_session), revision, by=by)
    except Conflict as error:
        flash(_(error.detail), "error")
        return redirect(url_for(".index"), 303)
    commit()
    flash(_("That version is back. Publish your profile when it is right."), "success")
    return redirect(url_for("profile.show"), 303)
