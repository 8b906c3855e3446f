"""Pages of a village: the facts of its entry beside its own profile, taking them over, giving them back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.owners import name_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.listing_claims import claiming, taking_over
from node.listing_claims.facts import known_facts
from node.listing_claims.models import SentListingClaim
from node.listing_claims.shown_facts import check_seen, fields_of_form, shown_facts, typed_choices
from schemas.errors import Conflict, InvalidInput

bp = Blueprint("claimed_facts", __name__, template_folder="templates", url_prefix="/netwerk/overnemen")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/<int:claim_id>/gegevens")
@needs(Action.JOIN_HUB)
def show(claim_id: int) -> Page:
    """What the entry tells, or told, beside what we tell ourselves."""
    return _show(claiming.get_sent(current_session, claim_id), {}, {})


@bp.post("/<int:claim_id>/gegevens")
@needs(Action.EDIT_PROFILE)
def take(claim_id: int) -> Page:
    """Take the chosen facts over and publish them."""
    sent, by = claiming.get_sent(current_session, claim_id), require(Action.EDIT_PROFILE).name
    known = known_facts(current_session, sent)
    choices = typed_choices(request.form, known)
    try:
        check_seen(request.form, known)
        taken = taking_over.take_over(current_session, current_runtime().settings, sent, choices, by=by)
    except InvalidInput as error:
        return _show(sent, choices, fields_of_form(error.fields)), 422
    except Conflict as error:
        flash(_(error.detail), "error")
        return redirect(url_for(".show", claim_id=claim_id), 303)
    if not taken:
        flash(_("You left everything as it is."))
        return _back(claim_id)
    commit()
    flash(_("Taken over. Your profile is on its way to the network."), "success")
    return _back(claim_id)


@bp.post("/<int:claim_id>/gegevens/terug")
@needs(Action.EDIT_PROFILE)
def give_back(claim_id: int) -> Page:
    """Let our profile say again what it said before."""
    sent, by = claiming.get_sent(current_session, claim_id), require(Action.EDIT_PROFILE).name
    try:
        taking_over.give_back(current_session, current_runtime().settings, sent, by=by)
    except Conflict as error:
        flash(_(error.detail), "error")
        return _back(claim_id)
    commit()
    flash(_("Undone. Your profile says again what it said before."), "success")
    return _back(claim_id)


def _back(claim_id: int) -> BaseResponse:
    return redirect(url_for("listing_claims.show", claim_id=claim_id), 303)


def _show(sent: SentListingClaim, chosen: Mapping[str, str], errors: dict[str, object]) -> str:
    return render_template(
        "listing_claims/facts.html",
        sent=sent,
        hub=name_of(current_session, sent.hub_uri),
        shown=shown_facts(known_facts(current_session, sent), chosen),
        may_take_now=sent.state in taking_over.MAY_TAKE,
        errors=errors,
    )
