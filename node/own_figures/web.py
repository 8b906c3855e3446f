"""Our own figures for everybody to read, and the team's work on what stands there."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.layout.languages import current_language
from node.layout.trend_drawing import WIDTH
from node.outcomes.service import get_measurement, list_measurements
from node.own_figures import drawing, references, service
from node.own_figures.comparison import FEWEST, compare, similar_communities
from node.own_figures.export import own_figures_csv
from node.own_figures.guarantee import guarantee
from node.own_figures.models import OwnFigure
from node.own_figures.one_way import may_be_shown, refuse_if_chosen, refuse_if_released
from node.own_figures.trend import Line, change, lines
from node.surveys.background import AGE_WORDS
from schemas.errors import InvalidInput
from schemas.numbers import read_digits

bp = Blueprint("own_figures", __name__, template_folder="templates")
PAGE = "/ons-dorp/cijfers"
Page = str | BaseResponse | tuple[str, int]


@bp.get(PAGE)
def index() -> str:
    """Each figure of ours: what it is now, how it went, and what protects people in it."""
    prepares, approves = may(Action.PREPARE_RELEASE), may(Action.APPROVE_RELEASE)
    similar = similar_communities(current_session)
    return render_template(
        "own_figures/index.html",
        told=[_told(line, similar) for line in lines(current_session)],
        size=(WIDTH, drawing.HEIGHT),
        few=FEWEST,
        may_ask=prepares,
        may_decide=approves,
        untold=_untold() if prepares else [],
        waiting=service.waiting(current_session) if prepares or approves else [],
        standing=service.shown_figures(current_session) if approves else [],
        part_words=part_words,
    )


@bp.get(f"{PAGE}.csv")
def export() -> Response:
    """The same for a spreadsheet."""
    answer = Response(own_figures_csv(lines(current_session)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=onze-cijfers.csv"
    return answer


@bp.get(f"{PAGE}/tonen/<int:measurement_id>")
@needs(Action.PREPARE_RELEASE)
def ask(measurement_id: int) -> str:
    """What everybody would read, and whether to divide it by age."""
    return _ask_page(measurement_id, {}, {})


@bp.post(f"{PAGE}/tonen/<int:measurement_id>")
@needs(Action.PREPARE_RELEASE)
def asked(measurement_id: int) -> Page:
    """Ask the board."""
    account = require(Action.PREPARE_RELEASE)
    typed = {band: request.form.get(f"part-{band}", "").strip() for band in service.PARTS}
    measurement = get_measurement(current_session, measurement_id)
    try:
        service.ask(current_session, measurement, parts=_parts(typed), asked_by=account.id)
    except InvalidInput as error:
        return _ask_page(measurement_id, typed, error.fields), 422
    commit()
    flash(_("The board decides now. Nothing is shown until then."))
    return redirect(url_for(".index"), 303)


@bp.get(f"{PAGE}/<int:figure_id>/beslissen")
@needs(Action.APPROVE_RELEASE)
def look(figure_id: int) -> str:
    """What would stand on our page, and the button."""
    figure = service.get_figure(current_session, figure_id)
    account = require(Action.APPROVE_RELEASE)
    told = service.as_presented(figure)
    return render_template(
        "own_figures/decide.html",
        figure=figure,
        told=told,
        guarantee=guarantee(figure.measurement.definition, told),
        is_own=account.id in (figure.prepared_by, figure.measurement.prepared_by),
        part_words=part_words,
    )


@bp.post(f"{PAGE}/<int:figure_id>/beslissen")
@needs(Action.APPROVE_RELEASE)
def decide(figure_id: int) -> BaseResponse:
    """Show it in the board's name."""
    account = require(Action.APPROVE_RELEASE)
    figure = service.get_figure(current_session, figure_id)
    service.decide(current_session, figure, approved_by=account.id, seen=request.form.get("seen", ""))
    commit()
    flash(_("It stands on our page now."))
    return redirect(url_for(".index"), 303)


@bp.post(f"{PAGE}/<int:figure_id>/niet-tonen")
@needs(Action.APPROVE_RELEASE)
def refuse(figure_id: int) -> BaseResponse:
    """The board says no."""
    service.refuse(current_session, service.get_figure(current_session, figure_id))
    commit()
    flash(_("It is not shown. It can be asked again."))
    return redirect(url_for(".index"), 303)


@bp.post(f"{PAGE}/<int:figure_id>/weghalen")
@needs(Action.APPROVE_RELEASE)
def take_back(figure_id: int) -> BaseResponse:
    """Off our page."""
    service.take_back(current_session, service.get_figure(current_session, figure_id))
    commit()
    flash(_("It is off our page. You can show it again."))
    return redirect(url_for(".index"), 303)


def part_words(band: str) -> str:
    """An age band in words."""
    if band == "unknown":
        return str(_("age not known"))
    return str(_("up to 17")) if band not in AGE_WORDS else str(_(AGE_WORDS[band]))


def _told(line: Line, similar: list[str]) -> dict[str, object]:
    """One figure with its drawing and what it can be compared with."""
    middle = compare(current_session, line.latest, similar)
    return {
        "line": line,
        "who": line.latest.definition.element("denominator", current_language()),
        "drawing": drawing.draw(line, (middle.low, middle.high) if middle else None),
        "middle": middle,
        "change": change(line),
        "reference": references.reference_for(line.code),
    }


def _untold() -> list[object]:
    """What was counted and neither released nor asked to be shown."""
    standing = [*service.shown_figures(current_session), *service.waiting(current_session)]
    busy = {figure.measurement_id for figure in standing}
    return [
        each
        for each in list_measurements(current_session)
        if not each.is_released and each.id not in busy and may_be_shown(current_session, each)
    ]


def _ask_page(measurement_id: int, typed: dict[str, str], errors: dict[str, object]) -> str:
    measurement = get_measurement(current_session, measurement_id)
    refuse_if_chosen(current_session, measurement)
    refuse_if_released(current_session, measurement)
    definition = measurement.definition
    told = service.as_presented(OwnFigure(measurement=measurement))
    return render_template(
        "own_figures/ask.html",
        measurement=measurement,
        told=told,
        guarantee=guarantee(definition, told),
        bands=[(band, part_words(band)) for band in service.PARTS],
        may_divide=definition.aggregate == "count" and definition.takes_denominator != "required",
        typed=typed,
        errors=errors,
    )


def _parts(typed: dict[str, str]) -> dict[str, int] | None:
    """The parts that were filled in; an empty one is nobody, and all empty is no division."""
    if not any(typed.values()):
        return None
    return {band: _whole(text) for band, text in typed.items()}


def _whole(text: str) -> int:
    """What was typed as a number; -1, which is refused, for anything else."""
    if not text:
        return 0
    number = read_digits(text, 99_999_999)
    return -1 if number is None else number
