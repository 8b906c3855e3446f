"""Pages of the business case: the list, the form, and the report of two pages to print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.database import now
from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.business_case import service
from node.business_case.calculation import by_payer, probable, swings, total
from node.business_case.checks import Remark, remarks_of
from node.business_case.content import lines_of
from node.business_case.drawing import draw_ranges, draw_swings
from node.business_case.export import lines_csv
from node.business_case.forms import EMPTY_ROWS, fresh, read_form, to_content, typed_of, with_room
from node.business_case.models import BusinessCase
from node.business_case.prices import PRICES, VERSION
from node.business_case.words import CONFIDENCES, KINDS, PAYERS
from node.claims.service import list_topics
from node.communities.models import find_community
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_

bp = Blueprint("business_case", __name__, template_folder="templates", url_prefix="/cijfers/businesscase")
Page = str | BaseResponse | tuple[str, int]
PARTS = {"amount": N_("how many"), "price": N_("the price")}


@bp.get("")
@needs(Action.SEE_WORKPLACE)
def index() -> Page:
    """All calculations."""
    return render_template(
        "business_case/index.html",
        cases=service.list_cases(current_session),
        away=service.list_cases(current_session, away=True),
        may_change=may(Action.PREPARE_RELEASE),
        net=lambda case: total(lines_of(case.content)).net,
    )


@bp.get("/nieuw")
@needs(Action.PREPARE_RELEASE)
def new() -> Page:
    """An empty calculation."""
    return _form(fresh(now().year), {})


@bp.post("/nieuw")
@needs(Action.PREPARE_RELEASE)
def create() -> Page:
    """Keep a new calculation, or make room for another line."""
    typed = read_form(request.form)
    if request.form.get("do") == "more":
        return _form(with_room(typed, EMPTY_ROWS + 1), {})
    try:
        by = require(Action.PREPARE_RELEASE).name
        case = service.create(current_session, to_content(typed), by=by)
    except InvalidInput as error:
        return _form(with_room(typed, 1), error.fields), 422
    commit()
    return redirect(url_for(".show", case_id=case.id), 303)


@bp.get("/<int:case_id>")
@needs(Action.SEE_WORKPLACE)
def show(case_id: int) -> Page:
    """The report."""
    case = service.get_case(current_session, case_id)
    lines = lines_of(case.content)
    everything, most = total(lines), swings(lines)
    parts = {part: _(word) for part, word in PARTS.items()}
    payers = by_payer(lines, PAYERS)
    return render_template(
        "business_case/report.html",
        case=case,
        content=case.content,
        community=find_community(current_session),
        lines=list(zip(case.content["lines"], lines, strict=True)),
        total=everything,
        payers=payers,
        payer_drawing=draw_ranges((_(PAYERS[each.payer]), each.net) for each in payers),
        probable=probable(lines) if lines else None,
        swings=most,
        swing_drawing=draw_swings(most, everything.net.likely, parts),
        parts=parts,
        in_kind=total([line for line in lines if line.in_kind]).costs,
        remarks=[_said(remark) for remark in remarks_of(case.content)],
        disputed=[topic for topic in list_topics(current_session) if topic.is_disputed],
        may_change=may(Action.PREPARE_RELEASE),
        **_words(),
    )


@bp.get("/<int:case_id>/bewerken")
@needs(Action.PREPARE_RELEASE)
def edit(case_id: int) -> Page:
    """The form with what it says now."""
    case = service.get_case(current_session, case_id)
    return _form(with_room(typed_of(case.content), EMPTY_ROWS), {}, case)


@bp.post("/<int:case_id>/bewerken")
@needs(Action.PREPARE_RELEASE)
def change(case_id: int) -> Page:
    """Keep what was changed, or make room for another line."""
    case, typed = service.get_case(current_session, case_id), read_form(request.form)
    if request.form.get("do") == "more":
        return _form(with_room(typed, EMPTY_ROWS + 1), {}, case)
    based_on = request.form.get("revision", 0, type=int)
    try:
        by = require(Action.PREPARE_RELEASE).name
        service.change(current_session, case, to_content(typed), based_on=based_on, by=by)
    except InvalidInput as error:
        return _form(with_room(typed, 1), error.fields, case), 422
    except Conflict as error:
        return _form(typed, {"_schema": [_(error.detail, **error.params)]}, case), 409
    commit()
    flash(_("Saved."))
    return redirect(url_for(".show", case_id=case.id), 303)


@bp.post("/<int:case_id>/weg")
@needs(Action.PREPARE_RELEASE)
def put_away(case_id: int) -> Page:
    """Take a calculation out of the list, or put it back."""
    away = request.form.get("do") != "back"
    service.put_away(current_session, service.get_case(current_session, case_id), away=away)
    commit()
    flash(_("Put away. You can put it back below.") if away else _("It is back in the list."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:case_id>.csv")
@needs(Action.SEE_WORKPLACE)
def export(case_id: int) -> Response:
    """The lines and the totals for a spreadsheet."""
    case = service.get_case(current_session, case_id)
    answer = Response(lines_csv(case), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="businesscase-{case.id}.csv"'
    return answer


def _form(typed: dict[str, Any], errors: dict[str, Any], case: BusinessCase | None = None) -> str:
    return render_template(
        "business_case/form.html",
        typed=typed,
        errors=errors,
        case=case,
        prices=PRICES,
        price_list=VERSION,
        revision=request.form.get("revision", case.revision if case else 0),
        **_words(),
    )


def _said(remark: Remark) -> str:
    return str(_(remark.text, **{name: _shown(word) for name, word in remark.words.items()}))


def _shown(word: Any) -> str:
    """A word of a remark: a number, a payer, or a name as it is."""
    if isinstance(word, int):
        return str(format_decimal(word))
    return str(_(PAYERS[word])) if word in PAYERS else str(word)


def _words() -> dict[str, dict[str, str]]:
    lists = {"kinds": KINDS, "payer_names": PAYERS, "confidences": CONFIDENCES}
    return {name: {code: str(_(word)) for code, word in words.items()} for name, words in lists.items()}
