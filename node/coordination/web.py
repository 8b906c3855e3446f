"""Pages of the coordinator's room: coverage, growth and saved selections."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.coordination import attention, coverage, growth, views
from node.coordination.invented import is_all_invented
from node.guide.results import label
from schemas.errors import AppError, Conflict, InvalidInput

bp = Blueprint("coordination", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/werkkamer/dekking")
@needs(Action.COORDINATE)
def coverage_page() -> Page:
    """Where there are initiatives, and where nothing is yet."""
    province = request.args.get("province", "")
    return render_template(
        "coordination/coverage.html",
        provinces=coverage.by_province(current_session),
        municipalities=coverage.by_municipality(current_session, province),
        province=province,
        is_all_invented=is_all_invented(current_session),
        label=label,
    )


@bp.get("/werkkamer/groei")
@needs(Action.COORDINATE)
def growth_page() -> Page:
    """How the movement grows."""
    told = growth.by_year(current_session)
    return render_template(
        "coordination/growth.html",
        told=told,
        bars=growth.draw(told.years),
        width=growth.CHART_WIDTH,
        height=growth.CHART_HEIGHT,
        first_year=growth.FIRST_YEAR,
        themes=growth.themes(current_session),
        adoption=growth.adoption(current_session),
        totals=growth.totals(current_session),
        is_all_invented=is_all_invented(current_session),
        label=label,
    )


@bp.get("/werkkamer/selecties")
@needs(Action.COORDINATE)
def selections() -> Page:
    """The saved selections."""
    return render_template("coordination/selections.html", views=views.list_views(current_session))


@bp.post("/werkkamer/selecties")
@needs(Action.COORDINATE)
def save() -> Page:
    """Keep the selection that the guide shows."""
    by = require(Action.COORDINATE).name
    arguments = {name: value for name, value in request.form.items() if name not in {"name", "csrf_token"}}
    try:
        views.save_view(current_session, request.form.get("name", ""), arguments, by=by)
    except (InvalidInput, Conflict) as error:
        flash(_first_words(error), "error")
        return redirect(f"{url_for('guide.index')}?{urlencode(arguments)}", 303)
    commit()
    flash(_("Saved. You find it here from now on."))
    return redirect(url_for(".selections"), 303)


@bp.post("/werkkamer/selecties/<int:view_id>/weg")
@needs(Action.COORDINATE)
def remove(view_id: int) -> Page:
    """Throw a selection away."""
    views.remove_view(current_session, views.get_view(current_session, view_id))
    commit()
    flash(_("The selection is gone. The initiatives in it stay."))
    return redirect(url_for(".selections"), 303)


def _first_words(error: AppError) -> str:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    words = next((messages[0] for messages in fields.values()), error.detail)
    return str(_(words, **error.params))


bp.add_app_template_global(lambda: may(Action.COORDINATE), "may_coordinate")
bp.add_app_template_global(lambda: attention.waiting_work(current_session), "waiting_work")
