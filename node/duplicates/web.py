"""Pages of duplicates: the pairs, the screen where two become one, and the way back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from directory.matching.scoring import REASONS
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.duplicates import merging, service, suggesting
from node.listings.words import field_name, told
from schemas.errors import Conflict
from schemas.paging import read_page

bp = Blueprint("duplicates", __name__, template_folder="templates")
Page = str | BaseResponse
STATES = ("open", "different", "merged")


@bp.get("/werkkamer/dubbelen")
@needs(Action.COORDINATE)
def index() -> Page:
    """The pairs that wait, or that were decided on."""
    state = request.args.get("staat", "open")
    state = state if state in STATES else "open"
    page = service.list_duplicates(current_session, state, read_page(request.args))
    return render_template(
        "duplicates/index.html",
        found=page,
        state=state,
        reasons=REASONS,
        page_url=lambda number: url_for(".index", staat=state, page=number),
    )


@bp.post("/werkkamer/dubbelen/zoeken")
@needs(Action.COORDINATE)
def look() -> Page:
    """Compare all entries now."""
    count = service.look_again(current_session)
    commit()
    flash(ngettext("%(num)s pair looks alike.", "%(num)s pairs look alike.", count))
    return redirect(url_for(".index"), 303)


@bp.get("/werkkamer/dubbelen/<int:duplicate_id>")
@needs(Action.COORDINATE)
def show(duplicate_id: int) -> Page:
    """Two entries side by side, to bring together field by field."""
    duplicate = service.get_duplicate(current_session, duplicate_id)
    shown = service.show(current_session, duplicate)
    plan, problem = None, ""
    if duplicate.state == "open":
        try:
            plan = merging.plan_merge(current_session, duplicate, request.args.get("blijft", "")[:2000])
        except Conflict as error:
            problem = error.detail
    return render_template(
        "duplicates/show.html",
        shown=shown,
        plan=plan,
        problem=problem,
        reasons=REASONS,
        field_name=field_name,
        told=told,
    )


@bp.post("/werkkamer/dubbelen/<int:duplicate_id>/samenvoegen")
@needs(Action.COORDINATE)
def merge(duplicate_id: int) -> Page:
    """Make one entry of two."""
    by = require(Action.COORDINATE).name
    duplicate = service.get_duplicate(current_session, duplicate_id)
    choices = {
        name.removeprefix("field-"): value
        for name, value in request.form.items()
        if name.startswith("field-")
    }
    merging.merge(
        current_session,
        current_runtime().settings,
        duplicate,
        choices,
        stays_uri=request.form.get("stays", "")[:2000],
        by=by,
    )
    commit()
    flash(_("Brought together. You can undo this here."))
    return redirect(url_for(".index", staat="merged"), 303)


@bp.post("/werkkamer/dubbelen/<int:duplicate_id>/verschillend")
@needs(Action.COORDINATE)
def keep_apart(duplicate_id: int) -> Page:
    """These are two initiatives."""
    by = require(Action.COORDINATE).name
    duplicate = service.get_duplicate(current_session, duplicate_id)
    service.keep_apart(current_session, duplicate, by=by, note=request.form.get("note", ""))
    commit()
    flash(_("Noted: these are two. We do not ask again. You can undo this under “Two initiatives”."))
    return redirect(url_for(".index"), 303)


@bp.post("/werkkamer/dubbelen/<int:duplicate_id>/terugdraaien")
@needs(Action.COORDINATE)
def undo(duplicate_id: int) -> Page:
    """Take a decision back."""
    by = require(Action.COORDINATE).name
    duplicate = service.get_duplicate(current_session, duplicate_id)
    if duplicate.state == "merged":
        merging.undo_merge(current_session, current_runtime().settings, duplicate, by=by)
    else:
        service.ask_again(current_session, duplicate)
    commit()
    flash(_("Undone."))
    return redirect(url_for(".show", duplicate_id=duplicate.id), 303)


@bp.get("/werkkamer/dubbelen/lijkt-op")
@needs(Action.COORDINATE)
def like() -> Page:
    """Entries like what somebody is typing: a fragment of the form of a new entry."""
    matches = suggesting.matches_of(current_session, request.args)
    return render_template("duplicates/like.html", matches=matches, reasons=REASONS)
