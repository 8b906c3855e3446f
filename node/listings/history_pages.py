"""Pages of one listing: its history, what waits for a decision, and what else can be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.listings import reviewing, service
from node.listings.adoption import open_listing
from node.listings.content import ACTIONS, Merged, merge
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import history, lock, revision_of
from node.listings.web import opened
from node.listings.words import field_name, shown_differences
from schemas.errors import NotFound
from schemas.messages import N_

bp = Blueprint(
    "listing_history", __name__, template_folder="templates", url_prefix="/werkkamer/vermeldingen/<key>"
)

_DONE = {
    "bevestigen": (service.confirm, N_("Noted: it is all still true.")),
    "sluiten": (service.close, N_("The directory now says that it ended. You can open it again.")),
    "heropenen": (service.reopen, N_("It is open again.")),
    "intrekken": (service.withdraw, N_("It is out of the directory. You can open it again.")),
}
"""What one press does, by its word in the address."""


@bp.get("/geschiedenis")
@needs(Action.COORDINATE)
def index(key: str) -> str:
    """Every version, with what it changed."""
    listing = opened(key)
    versions = history(current_session, listing)
    return render_template(
        "listings/history.html", listing=listing, versions=_with_changes(versions), actions=ACTIONS
    )


@bp.post("/geschiedenis/<int:number>/terug")
@needs(Action.COORDINATE)
def restore(key: str, number: int) -> Response:
    """Go back to an earlier version."""
    listing = open_listing(current_session, key)
    by = require(Action.COORDINATE).name
    service.restore(current_session, current_runtime().settings, listing, number, by=by)
    commit()
    flash(_("That version is back. The one before it is still in the history."), "success")
    return redirect(url_for(".index", key=listing.key), 303)


@bp.post("/doen/<what>")
@needs(Action.COORDINATE)
def decide(key: str, what: str) -> Response:
    """Confirm, close, open again or withdraw."""
    if what not in _DONE:
        raise NotFound()
    listing = open_listing(current_session, key)
    act, words = _DONE[what]
    act(current_session, current_runtime().settings, listing, by=require(Action.COORDINATE).name)
    commit()
    flash(_(words), "success")
    return redirect(url_for("listings.show", key=listing.key), 303)


@bp.get("/voorstellen/<int:number>")
@needs(Action.COORDINATE)
def proposal(key: str, number: int) -> str:
    """A proposal beside what is published."""
    listing = opened(key)
    revision = reviewing.proposal_of(current_session, listing, number)
    outcome = _outcome(listing, revision)
    return render_template(
        "listings/proposal.html",
        listing=listing,
        revision=revision,
        rows=shown_differences(listing.content if listing.revision else {}, outcome.content),
        contested=sorted(field_name(field) for field in outcome.contested),
    )


@bp.post("/voorstellen/<int:number>")
@needs(Action.COORDINATE)
def answer(key: str, number: int) -> Response:
    """Approve or reject a proposal, as the coordinator saw it."""
    listing = open_listing(current_session, key)
    lock(current_session, listing)  # what is compared below is still so when it is approved
    revision = reviewing.proposal_of(current_session, listing, number)
    told: dict[str, Any] = {
        "by": require(Action.COORDINATE).name,
        "decision": request.form.get("decision", "")[:1000],
    }
    if request.form.get("answer") != "approve":
        reviewing.reject(current_session, listing, revision, **told)
        commit()
        flash(_("Rejected. What was published stays as it is."), "success")
        return redirect(url_for("listings.index"), 303)
    if request.form.get("based_on") != str(listing.revision):
        flash(_("The entry changed while you were looking. Please look once more."), "error")
        return redirect(url_for(".proposal", key=listing.key, number=number), 303)
    content = _outcome(listing, revision).content if listing.revision else None
    reviewing.approve(current_session, current_runtime().settings, listing, revision, content=content, **told)
    commit()
    flash(_("Approved. The directory shows it now."), "success")
    return redirect(url_for("listings.show", key=listing.key), 303)


def _outcome(listing: Listing, revision: ListingRevision) -> Merged:
    """What the listing says when the proposal is approved now, with what changed meanwhile kept."""
    if revision.based_on == 0:
        return merge({}, revision.content, {**revision.content})
    base = revision_of(current_session, listing, revision.based_on).content
    return merge(base, revision.content, listing.content)


def _with_changes(versions: Sequence[ListingRevision]) -> list[dict[str, Any]]:
    """Each version with what it changed in the one it was based on."""
    contents = {each.number: each.content for each in versions}
    return [
        {
            "revision": each,
            "rows": shown_differences(contents.get(each.based_on, {}), each.content),
        }
        for each in versions
    ]
