"""Pages of reports: telling a hub that something is not right, and deciding on what others tell us."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.standing import reporting, reports, words
from node.standing.models import HANDLED, OPEN
from schemas.errors import AppError, Conflict, InvalidInput
from schemas.paging import read_page

bp = Blueprint("reports", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/netwerk/melden")
@needs(Action.SEE_WORKPLACE)
def ask() -> Page:
    """The form to report something, with everything that would leave."""
    return _form(request.args.get("wat", "")[:2000], {}, {})


@bp.post("/netwerk/melden")
@needs(Action.SEE_WORKPLACE)
def send() -> Page:
    """Report it."""
    by, form = require(Action.SEE_WORKPLACE).name, request.form
    uri = form.get("wat", "")[:2000]
    given = {name: form.get(name, "")[:2000] for name in ("reason", "text", "to_owner")}
    try:
        sent = reporting.send_report(
            current_session,
            current_runtime().settings,
            uri,
            reason=given["reason"],
            text=given["text"],
            to_owner=bool(given["to_owner"]),
            by=by,
        )
    except (InvalidInput, Conflict) as error:
        return _form(uri, _beside(error), given), error.status
    commit()
    flash(
        _("Thank you. The report is on its way, and your own board sees it too.")
        if sent.sent_to
        else _("Thank you. Your own board sees the report.")
    )
    return redirect(url_for("home.workplace"), 303)


@bp.get("/netwerk/meldingen")
@needs(Action.DECIDE_FOLLOWERS)
def index() -> Page:
    """The reports that wait, or the ones that were handled."""
    return _list({}, 0, {})


@bp.post("/netwerk/meldingen/<int:report_id>/afhandelen")
@needs(Action.DECIDE_FOLLOWERS)
def handle(report_id: int) -> Page:
    """Decide about a report."""
    by, form = require(Action.DECIDE_FOLLOWERS).name, request.form
    given = {"verdict": form.get("verdict", ""), "answer": form.get("answer", "")[:2000]}
    settings = current_runtime().settings
    try:
        reports.handle(current_session, settings, report_id, given["verdict"], answer=given["answer"], by=by)
    except InvalidInput as error:
        errors = {f"{name}-{report_id}": texts for name, texts in error.fields.items()}
        return _list(errors, report_id, given), 422
    commit()
    flash(_("Handled. You can undo this under “Handled”."))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/meldingen/<int:report_id>/terugdraaien")
@needs(Action.DECIDE_FOLLOWERS)
def reopen(report_id: int) -> Page:
    """Take a verdict back."""
    by = require(Action.DECIDE_FOLLOWERS).name
    reports.reopen(current_session, current_runtime().settings, report_id, by=by)
    commit()
    flash(_("Undone. The report is open again."))
    return redirect(url_for(".index"), 303)


def _form(uri: str, errors: dict[str, Any], given: dict[str, str]) -> str:
    return render_template(
        "standing/report.html",
        subject=reporting.find_subject(current_session, uri),
        uri=uri,
        errors=errors,
        given=given,
        words=words,
    )


def _list(errors: dict[str, Any], open_id: int, given: dict[str, str]) -> str:
    state = HANDLED if request.args.get("staat") == "afgehandeld" else OPEN
    page = read_page(request.args)
    return render_template(
        "standing/reports.html",
        found=reports.list_reports(current_session, state, page),
        state=state,
        waiting=reports.count_open(current_session),
        errors=errors,
        open_id=open_id,
        given=given,
        words=words,
    )


def _beside(error: AppError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    return fields or {"reason": [_(error.detail, **error.params)]}
