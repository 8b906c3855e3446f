"""The page of national figures, and the same as files."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.json import dumps
from flask_babel import format_decimal
from flask_babel import gettext as _

from directory.national.completeness import IN_TIME
from directory.national.estimating import FEWEST
from directory.national.parts import Asked, is_about_answers
from federation.actors.identities import base_url
from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.layout.languages import current_language
from node.layout.trend_drawing import WIDTH
from node.limits import limiter
from node.national_figures import drawing, service
from node.national_figures.export import figures_csv
from node.outcomes import words
from node.outcomes.words import indicator_label
from schemas.taxonomies import BANDS, PROVINCES, THEMES

bp = Blueprint("national_figures", __name__, template_folder="templates")


@bp.get("/cijfers/landelijk")
@limiter.limit("120 per minute")
def index() -> str:
    """All communities together: one figure, how it went, who told it, and for which part of them."""
    view = service.find_view(current_session, request.args.get("figure", ""), request.args.get("period", ""))
    if view is None:
        return render_template("national_figures/index.html", view=None)
    part = "rate" if is_about_answers(view.asked.indicator) and view.figure["rate"] else "mean"
    return render_template(
        "national_figures/index.html",
        view=view,
        part=part,
        figure=view.figure,
        period=service.period_key(view.asked),
        indicators=[(code, indicator_label(code)) for code in view.indicators],
        periods=[(service.period_key(each), _period_label(each, view)) for each in view.periods],
        trend=drawing.draw_trend(view.points, part),
        breaks=any(point["isBreak"] for point in view.points),
        size=(WIDTH, drawing.HEIGHT),
        drawings={kind: drawing.draw_ranges(groups, part) for kind, groups in view.figure["groups"].items()},
        striking=view.striking if may(Action.COORDINATE) else {},
        impossible=view.impossible if may(Action.COORDINATE) else {},
        group_label=group_label,
        in_time=IN_TIME,
        few=FEWEST,
        feed_address=f"{base_url(current_session)}/directory/feed",
    )


@bp.get("/cijfers/landelijk.json")
@limiter.limit("20 per minute")
def as_json() -> Response:
    """Every national figure, for a program."""
    return _file(dumps(service.whole_file(current_session)), "application/json", "landelijke-cijfers.json")


@bp.get("/cijfers/landelijk.csv")
@limiter.limit("20 per minute")
def as_csv() -> Response:
    """Every national figure, for a spreadsheet."""
    text = figures_csv(service.whole_file(current_session)["figures"])
    return _file(text, "text/csv", "landelijke-cijfers.csv")


@bp.app_template_global()
def period_words(start: date | str, end: date | str) -> str:
    """A period in words: a quarter, a year, or its first and last day."""
    first, last = (date.fromisoformat(day) if isinstance(day, str) else day for day in (start, end))
    return words.period_words(first, last)


@bp.app_template_filter()
def signed(number: int) -> str:
    """A difference with its sign: +1.234 or −56."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{format_decimal(abs(number))}"


def group_label(kind: str, code: str) -> str:
    """What a group of communities is called."""
    language = current_language()
    if kind == "province":
        return PROVINCES.label(code, language) if code else str(_("province not known"))
    if kind == "theme":
        return THEMES.label(code, language)
    if kind == "size":
        return str(_("%(band)s members", band=BANDS.label(code, language)))
    first, _dash, last = code.partition("-")
    if not first:
        return str(_("before %(year)s", year=int(last) + 1))
    return str(_("%(first)s to %(last)s", first=first, last=last) if last else _("from %(year)s", year=first))


def _period_label(asked: Asked, view: service.View) -> str:
    """A period to choose; with the definition where one period has two."""
    words = period_words(asked.start, asked.end)
    twice = sum((each.start, each.end) == (asked.start, asked.end) for each in view.periods) > 1
    return (
        str(_("%(period)s, definition %(version)s", period=words, version=asked.version)) if twice else words
    )


def _file(text: str, kind: str, name: str) -> Response:
    answer = Response(text, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
