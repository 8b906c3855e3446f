"""Pages of offers: offering a change back, and the board's choice about what copies offer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.owners import names_of
from directory.replica.records import Record
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import TemplateView, get_own, page_key
from node.layout.languages import current_language
from node.template_offers import deciding, offering
from node.template_offers.models import TemplateOffer
from node.template_updates.web import chosen_in_form
from node.template_updates.words import placed, show
from schemas.errors import InvalidInput
from schemas.objects import Document
from schemas.taxonomies import CHANGE_CLASSES

bp = Blueprint("template_offers", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/<key>/aanbieden")
@needs(Action.PUBLISH_TEMPLATE)
def ask(key: str) -> Page:
    """What we would offer, and a word to go along."""
    return _offer_form(get_own(current_session, key), "", {})


@bp.post("/<key>/aanbieden")
@needs(Action.PUBLISH_TEMPLATE)
def offer(key: str) -> Page:
    """Offer it."""
    template, note = get_own(current_session, key), request.form.get("note", "")
    by = require(Action.PUBLISH_TEMPLATE).name
    try:
        offering.offer(current_session, current_runtime().settings, template, note=note, by=by)
    except InvalidInput as error:
        return _offer_form(template, note, error.fields), 422
    commit()
    flash(_("Offered. You hear what they think of it."))
    return redirect(url_for("activity_templates.show", key=key), 303)


@bp.post("/<key>/aanbieden/terug")
@needs(Action.PUBLISH_TEMPLATE)
def take_back(key: str) -> Page:
    """Take back the offer that waits."""
    row = offering.offer_of(current_session, get_own(current_session, key))
    if row is not None:
        by = require(Action.PUBLISH_TEMPLATE).name
        offering.take_back(current_session, current_runtime().settings, row, by=by)
        commit()
        flash(_("Your offer is taken back."))
    return redirect(url_for("activity_templates.show", key=key), 303)


@bp.get("/voorstellen")
@needs(Action.PUBLISH_TEMPLATE)
def index() -> Page:
    """What other communities offer for formats of ours."""
    found = deciding.list_offered(current_session)
    return render_template(
        "template_offers/index.html",
        waiting=[each for each in found if each.state == "waiting"],
        decided=[each for each in found if each.state != "waiting"],
        names=names_of(current_session, {each.peer_uri for each in found}),
        ours={each.template_id: get_own(current_session, each.template_id).name for each in found},
    )


@bp.get("/voorstellen/<int:offer_id>")
@needs(Action.PUBLISH_TEMPLATE)
def choose(offer_id: int) -> Page:
    """One offer, with a choice for each difference."""
    return _choices(offer_id, {})


@bp.post("/voorstellen/<int:offer_id>")
@needs(Action.PUBLISH_TEMPLATE)
def decide(offer_id: int) -> Page:
    """Show what it becomes, take what is chosen, or decline."""
    chosen, action = chosen_in_form(), request.form.get("action", "")
    try:
        if action == "preview":
            result = deciding.open_offered(current_session, offer_id).result(chosen)
            return _choices(offer_id, chosen, result=result)
        told = _take(offer_id, chosen) if action == "take" else _decline(offer_id)
    except InvalidInput as error:
        current_session.rollback()
        return _choices(offer_id, chosen, errors=error.fields), 422
    commit()
    flash(told)
    return redirect(url_for(".index"), 303)


def _take(offer_id: int, chosen: dict[str, str]) -> str:
    form = request.form
    yes = deciding.Yes(
        choices=chosen,
        seen=form.get("seen", ""),
        change={"changeClass": form.get("changeClass", ""), "changeNote": form.get("changeNote", "")},
        answer=form.get("answer", ""),
        by=require(Action.PUBLISH_TEMPLATE).name,
    )
    deciding.accept(current_session, current_runtime().settings, offer_id, yes)
    return str(_("Taken over and published. They stand with the credits, and hear of it."))


def _decline(offer_id: int) -> str:
    by, answer = require(Action.PUBLISH_TEMPLATE).name, request.form.get("answer", "")
    deciding.decline(current_session, current_runtime().settings, offer_id, answer=answer, by=by)
    return str(_("Declined. Their own format stays what it is. You can still take it over later."))


def _offer_form(template: ActivityTemplate, note: str, errors: dict[str, Any]) -> str:
    found = offering.open_offer(current_session, template)
    return render_template(
        "template_offers/offer.html",
        template=template,
        found=found,
        origin_key=page_key(current_session, found.record.uri),
        shown=show(found.differences, {}, found.contents, current_language()),
        note=note,
        errors=errors,
    )


def _choices(
    offer_id: int,
    chosen: dict[str, str],
    *,
    result: Document | None = None,
    errors: dict[str, Any] | None = None,
) -> str:
    offered, language = deciding.open_offered(current_session, offer_id), current_language()
    contents = [offered.theirs, offered.ours, offered.base]
    places = [*(each.place for each in offered.differences), "changeClass", "changeNote", "answer"]
    return render_template(
        "template_offers/choices.html",
        offered=offered,
        offer=offered.offer,
        variant_key=page_key(current_session, offered.offer.variant_uri),
        shown=show(offered.differences, chosen, contents, language),
        seen=offered.seal,
        result=result,
        errors=placed(errors or {}, places),
        typed={name: request.form.get(name) for name in ("changeClass", "changeNote", "answer")},
        classes=[(code, CHANGE_CLASSES.label(code, language)) for code in CHANGE_CLASSES.codes],
    )


@bp.app_template_global()
def template_offer(template: ActivityTemplate | None) -> TemplateOffer | None:
    """The last offer of a copy of ours, for who may act on it."""
    if template is None or template.copied_from is None or not may(Action.PUBLISH_TEMPLATE):
        return None
    return offering.offer_of(current_session, template)


@bp.app_template_global()
def template_contributors(view: TemplateView) -> list[Document]:
    """Whose changes were taken into a template, the newest first."""
    if view.own is not None:
        return view.own.contributors or []
    record = current_session.get(Record, view.uri) if view.uri else None
    return list(record.document.get("contributors") or []) if record else []


@bp.app_template_global()
def may_offer_template(template: ActivityTemplate) -> bool:
    """Whether a link to offer something makes sense: a published copy, seen by who may publish."""
    return bool(template.copied_from) and template.is_public and may(Action.PUBLISH_TEMPLATE)
