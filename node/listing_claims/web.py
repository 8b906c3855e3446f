"""Pages of a village: take over the entry that a hub keeps about it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.matching.scoring import REASONS as LIKENESS
from directory.replica.entries import Entry, get_entry
from directory.replica.owners import name_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.communities.shown_facts import name_of_fact
from node.limits import SIGN_IN, limiter
from node.listing_claims import claiming, words
from node.listing_claims.facts import entry_facts, known_facts
from node.listing_claims.models import SentListingClaim
from node.listing_claims.shown_facts import check_seen, fields_of_form, shown_facts, typed_choices
from node.listing_claims.taking_over import MAY_TAKE
from node.listing_claims.website import PATH
from schemas.errors import Conflict, InvalidInput

bp = Blueprint("listing_claims", __name__, template_folder="templates", url_prefix="/netwerk/overnemen")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
@needs(Action.JOIN_HUB)
def index() -> Page:
    """Entries that may be about us, and what we asked for."""
    return render_template(
        "listing_claims/index.html",
        likely=claiming.likely_ours(current_session),
        likeness=LIKENESS,
        sent=claiming.list_sent(current_session),
        states=words.SENT_STATES,
        tones=words.TONES,
        reasons=words.REASONS,
    )


@bp.get("/nieuw/<key>")
@needs(Action.JOIN_HUB)
def new(key: str) -> Page:
    """Is this entry about us, and how do we show that?"""
    return _form(get_entry(current_session, key), "", {}, {})


@bp.post("/nieuw/<key>")
@needs(Action.JOIN_HUB)
def create(key: str) -> Page:
    """Ask the hub for it; with ``take`` the chosen facts come into our profile in the same press."""
    by, way = require(Action.JOIN_HUB).name, request.form.get("way", "")
    entry, settings = get_entry(current_session, key), current_runtime().settings
    choices = typed_choices(request.form, _facts(entry))
    taken = choices if "take" in request.form and require(Action.EDIT_PROFILE) else None
    try:
        if taken is not None:
            check_seen(request.form, _facts(entry))
        sent = claiming.ask(current_session, settings, key, way, by=by, choices=taken)
    except InvalidInput as error:
        errors = {**error.fields, **fields_of_form(error.fields)}
        return _form(entry, way, choices, errors), 422
    except Conflict as error:
        return _form(entry, way, choices, {"_schema": [error.detail]}), 409
    commit()
    if sent.taken_at:
        flash(_("Asked, and taken over in your profile. Here you see how it goes on."), "success")
    else:
        flash(_("Asked. Here you see how it goes on."), "success")
    return redirect(url_for(".show", claim_id=sent.id), 303)


@bp.get("/<int:claim_id>")
@needs(Action.JOIN_HUB)
def show(claim_id: int) -> Page:
    """How it stands, and what is still to be done."""
    return _show(claiming.get_sent(current_session, claim_id), {}, "")


@bp.post("/<int:claim_id>/code")
@limiter.limit(SIGN_IN)
@needs(Action.JOIN_HUB)
def code(claim_id: int) -> Page:
    """The code of the letter."""
    sent, typed = claiming.get_sent(current_session, claim_id), request.form.get("code", "")[:100]
    try:
        claiming.send_code(current_session, current_runtime().settings, sent, typed)
    except InvalidInput as error:
        return _show(sent, error.fields, typed), 422
    commit()
    flash(_("Sent. In a moment you see here whether it is right."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


@bp.post("/<int:claim_id>/kijk")
@limiter.limit(SIGN_IN)
@needs(Action.JOIN_HUB)
def look(claim_id: int) -> Page:
    """The file is there now."""
    sent = claiming.get_sent(current_session, claim_id)
    claiming.look_again(current_session, current_runtime().settings, sent)
    commit()
    flash(_("Asked. The hub looks now."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


@bp.post("/<int:claim_id>/terug")
@needs(Action.JOIN_HUB)
def take_back(claim_id: int) -> Page:
    """It is not about us after all."""
    sent = claiming.get_sent(current_session, claim_id)
    claiming.take_back(current_session, current_runtime().settings, sent)
    commit()
    flash(_("Taken back. You can ask again."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:claim_id>/bestand")
@needs(Action.JOIN_HUB)
def file(claim_id: int) -> Response:
    """The file for the website of the entry."""
    sent = claiming.get_sent(current_session, claim_id)
    answer = Response(_file_text(sent), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{PATH.rsplit("/", 1)[1]}"'
    return answer


def _file_text(sent: SentListingClaim) -> str:
    return json.dumps(claiming.file_for(current_session, [sent]), indent=2) + "\n"


def _facts(entry: Entry) -> dict[str, Any]:
    return entry_facts(current_session, entry.uri, entry.owner_uri)


def _form(entry: Entry, way: str, choices: dict[str, str], errors: dict[str, object]) -> str:
    return render_template(
        "listing_claims/new.html",
        entry=entry,
        hub=name_of(current_session, entry.owner_uri),
        shown=shown_facts(_facts(entry), choices),
        may_claim=claiming.may_claim(current_session, entry),
        ways=claiming.ways_for(entry),
        way=way,
        words=words,
        errors=errors,
    )


def _show(sent: SentListingClaim, errors: dict[str, object], typed: str) -> str:
    return render_template(
        "listing_claims/show.html",
        sent=sent,
        hub=name_of(current_session, sent.hub_uri),
        words=words,
        errors=errors,
        typed=typed,
        file_text=_file_text(sent),
        facts=shown_facts(known_facts(current_session, sent), {}),
        taken=sorted(name_of_fact(field) for field in sent.taken_fields),
        may_take_now=sent.state in MAY_TAKE,
        file_path=PATH,
    )


def _may_take_over(entry: Entry) -> bool:
    return may(Action.JOIN_HUB) and claiming.may_claim(current_session, entry)


bp.add_app_template_global(_may_take_over, "may_take_over")
