"""The facts about our village, each with its source, and the stories beside them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.claims import service
from node.claims.models import Claim
from node.gatherings.service import local_today
from node.stories.service import list_stories
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_

bp = Blueprint("claims", __name__, template_folder="templates", url_prefix="/ons-dorp/feiten")
Page = str | Response | tuple[str, int]
PARTS = ("topic", "value", "unit", "scope", "dated", "source", "confidence", "note")
CONFIDENCES = (
    ("stated", N_("The source says so")),
    ("computed", N_("We calculated it from the source")),
    ("estimate", N_("It is an estimate")),
)
STORIES = 3
"""Beside the numbers; the rest has a page of its own."""


@bp.get("")
def index() -> str:
    """All claims; those that disagree stand side by side, and stories stand beside numbers."""
    may_write = may(Action.PREPARE_RELEASE)
    return render_template(
        "claims/index.html",
        topics=service.list_topics(current_session),
        away=service.list_put_away(current_session) if may_write else [],
        may_write=may_write,
        stories=list_stories(current_session, local_today())[:STORIES],
    )


@bp.get("/nieuw")
@needs(Action.PREPARE_RELEASE)
def new() -> Page:
    """Write down what a source states."""
    return _form({"topic": request.args.get("over", "")[:120]}, {})


@bp.post("/nieuw")
@needs(Action.PREPARE_RELEASE)
def create() -> Page:
    """Keep it."""
    return _keep(None)


@bp.get("/<int:claim_id>/bewerken")
@needs(Action.PREPARE_RELEASE)
def edit(claim_id: int) -> Page:
    """Correct how it was written down."""
    claim = service.get_claim(current_session, claim_id)
    return _form({part: getattr(claim, part) for part in PARTS}, {}, claim)


@bp.post("/<int:claim_id>/bewerken")
@needs(Action.PREPARE_RELEASE)
def correct(claim_id: int) -> Page:
    """Keep the correction."""
    return _keep(service.get_claim(current_session, claim_id))


@bp.post("/<int:claim_id>/weg")
@needs(Action.PREPARE_RELEASE)
def put_away(claim_id: int) -> Page:
    """Show it no more, or again."""
    away = request.form.get("do") != "back"
    service.put_away(current_session, service.get_claim(current_session, claim_id), away=away)
    commit()
    flash(_("Put away. You can put it back below.") if away else _("It is back in the list."))
    return redirect(url_for(".index"), 303)


def _keep(claim: Claim | None) -> Page:
    typed = {part: request.form.get(part, "") for part in PARTS}
    try:
        service.state(current_session, typed, by=require(Action.PREPARE_RELEASE).name, claim=claim)
    except InvalidInput as error:
        return _form(typed, error.fields, claim), 422
    except Conflict as error:
        return _form(typed, {"_schema": [error.detail]}, claim), 409
    commit()
    flash(_("Saved."))
    return redirect(url_for(".index"), 303)


def _form(typed: dict[str, Any], errors: dict[str, Any], claim: Claim | None = None) -> str:
    topics = [topic.name for topic in service.list_topics(current_session)]
    return render_template(
        "claims/form.html",
        typed={"confidence": "stated", **typed},
        errors=errors,
        claim=claim,
        topics=topics,
        confidences=[(code, _(word)) for code, word in CONFIDENCES],
    )
