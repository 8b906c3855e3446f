"""The public form of the guide for an initiative that is not in it. No account is needed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.actors.identities import find_identity
from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.duplicates.suggesting import likely_same
from node.entry_suggestions import forms, service
from node.layout.languages import current_language
from node.limits import limiter
from node.listings import reviewing
from node.listings.adoption import open_listing
from node.listings.models import Listing
from node.mail.service import is_on
from schemas.errors import AppError, InvalidInput, TooMany
from schemas.taxonomies import KINDS

bp = Blueprint("entry_suggestions", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
SENDING = "10 per hour; 30 per day"
"""Per address; a form that comes back with a question counts too."""


@bp.get("/gids/aanmelden")
def ask() -> Page:
    """The empty form."""
    service.check_open(current_session)
    return _form(forms.typed({"name": request.args.get("name", "")}), {})


@bp.post("/gids/aanmelden")
@limiter.limit(SENDING)
def send() -> Page:
    """Keep what was proposed for a coordinator."""
    service.check_open(current_session)
    if request.form.get(forms.TRAP):
        return redirect(url_for(".thanks"), 303)  # no person: it may think that it worked
    values, settings = forms.typed(request.form), current_runtime().settings
    try:
        forms.check_pace(settings, request.form.get("opened", ""))
        content = forms.content_of(values)
        like = [] if values["is_another"] else _like(values)
        if like:
            return _form(values, {}, like=like, status=409)
        service.suggest(current_session, settings, content, email=values["email"])
    except (InvalidInput, TooMany) as error:
        return _form(values, _beside(error), status=error.status)
    commit()
    return redirect(url_for(".thanks"), 303)


@bp.get("/gids/aanmelden/bedankt")
def thanks() -> Page:
    """What happens now."""
    service.check_open(current_session)
    return render_template("entry_suggestions/thanks.html", mail_is_on=is_on(current_runtime().settings))


@bp.post("/werkkamer/vermeldingen/<key>/voorstellen/<int:number>/zonder-antwoord")
@needs(Action.COORDINATE)
def reject_unanswered(key: str, number: int) -> Page:
    """Reject a proposal, and tell nobody."""
    by, decision = require(Action.COORDINATE).name, request.form.get("decision", "")[:1000]
    listing = open_listing(current_session, key)
    revision = reviewing.proposal_of(current_session, listing, number)
    service.reject_unanswered(current_session, listing, revision, by=by, decision=decision)
    commit()
    flash(_("Rejected without an answer. The e-mail address is deleted."), "success")
    return redirect(url_for("listings.index"), 303)


def _like(values: dict[str, str]) -> list[Any]:
    told = {**values, "places": values["place"]}
    return likely_same(current_session, told)[:5]


def _beside(error: AppError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    return fields or {"_schema": [_(error.detail, **error.params)]}


def _form(
    values: dict[str, str], errors: dict[str, Any], like: list[Any] | None = None, status: int = 200
) -> BaseResponse:
    page = render_template(
        "entry_suggestions/form.html",
        form=values,
        errors=errors,
        like=like or [],
        places=_choices(values["place"]) if "place" in errors else [],
        kinds=[(term.code, KINDS.label(term.code, current_language())) for term in KINDS],
        opened=forms.stamp(current_runtime().settings, now()),
        trap=forms.TRAP,
        mail_is_on=is_on(current_runtime().settings),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _choices(text: str) -> list[tuple[str, str]]:
    named = [f"{place.name} ({place.municipality})" for place in forms.places_like(text)]
    return [(name, name) for name in dict.fromkeys(named)]


def _may_suggest() -> bool:
    return find_identity(current_session, "hub") is not None


def _awaits_answer(listing: Listing) -> bool:
    return service.awaits_answer(current_session, listing)


bp.add_app_template_global(_may_suggest, "may_suggest_entry")
bp.add_app_template_global(_awaits_answer, "awaits_answer_by_mail")
