"""Pages of the coordinator: villages that claim an entry of this hub."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.actors.identities import base_url
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.communities.models import find_community
from node.listing_claims import deciding, proving, received, words
from node.listing_claims.models import ListingClaim
from node.mail.service import is_on
from schemas.errors import Conflict, InvalidInput
from schemas.paging import read_page

bp = Blueprint("received_claims", __name__, template_folder="templates", url_prefix="/werkkamer/overnames")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
@needs(Action.COORDINATE)
def index() -> Page:
    """Who wants to take over an entry; or what was decided."""
    are_open = request.args.get("staat") != "beslist"
    page = read_page(request.args)
    state = None if are_open else "beslist"
    return render_template(
        "listing_claims/received.html",
        found=received.list_received(current_session, are_open=are_open, page=page),
        are_open=are_open,
        words=words,
        page_url=lambda number: url_for(".index", staat=state, page=number),
    )


@bp.get("/<int:claim_id>")
@needs(Action.COORDINATE)
def show(claim_id: int) -> Page:
    """One claim: who, which entry, what was proven, and what can be done."""
    return _show(received.get_received(current_session, claim_id))


@bp.post("/<int:claim_id>/toekennen")
@needs(Action.COORDINATE)
def grant(claim_id: int) -> Page:
    """Let the entry go over."""
    claim = received.get_received(current_session, claim_id)
    settings, by = current_runtime().settings, require(Action.COORDINATE).name
    deciding.settle(current_session, settings, claim, by=by, note=request.form.get("note", ""))
    commit()
    flash(_("Done. Their own profile takes the place of the entry."), "success")
    return _back(claim)


@bp.post("/<int:claim_id>/weigeren")
@needs(Action.COORDINATE)
def refuse(claim_id: int) -> Page:
    """Say no."""
    claim = received.get_received(current_session, claim_id)
    settings, by = current_runtime().settings, require(Action.COORDINATE).name
    deciding.refuse(current_session, settings, claim, by=by, note=request.form.get("note", ""))
    commit()
    flash(_("Refused. The entry stays as it is. You can undo this below."))
    return _back(claim)


@bp.post("/<int:claim_id>/bewijs")
@needs(Action.COORDINATE)
def let_proof_decide(claim_id: int) -> Page:
    """I looked at it: the proof may decide."""
    claim = received.get_received(current_session, claim_id)
    try:
        deciding.let_proof_decide(current_session, current_runtime().settings, claim)
    except Conflict as error:
        flash(_(error.detail), "error")
        return _back(claim)
    commit()
    flash(_("Noted: the proof decides."))
    return _back(claim)


@bp.post("/<int:claim_id>/brief")
@needs(Action.COORDINATE)
def letter(claim_id: int) -> Page:
    """A letter with a code; the code is shown this once."""
    claim = received.get_received(current_session, claim_id)
    address, settings = request.form.get("address", ""), current_runtime().settings
    try:
        code = proving.make_letter(current_session, settings, claim, address)
    except InvalidInput as error:
        return _show(claim, address, error.fields), 422
    page = render_template(
        "listing_claims/letter.html",
        shown=received.view_of(current_session, claim),
        code=code,
        community=find_community(current_session),
        web_address=base_url(current_session),
    )
    commit()
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<int:claim_id>/ongedaan")
@needs(Action.COORDINATE)
def undo(claim_id: int) -> Page:
    """Take a decision back."""
    claim = received.get_received(current_session, claim_id)
    by = require(Action.COORDINATE).name
    try:
        deciding.undo(current_session, current_runtime().settings, claim, by=by)
    except Conflict as error:
        flash(_(error.detail), "error")
        return _back(claim)
    commit()
    flash(_("Undone."))
    return _back(claim)


def _back(claim: ListingClaim) -> BaseResponse:
    return redirect(url_for(".show", claim_id=claim.id), 303)


def _show(claim: ListingClaim, address: str | None = None, errors: dict[str, object] | None = None) -> str:
    return render_template(
        "listing_claims/one.html",
        address=claim.postal_address if address is None else address,
        errors=errors or {},
        shown=received.view_of(current_session, claim),
        rivals=received.rivals_of(current_session, claim),
        words=words,
        mail_is_on=is_on(current_runtime().settings),
    )
