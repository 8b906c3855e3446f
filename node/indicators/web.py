"""Pages of indicators: the whole set, and defining, changing and stopping one of our own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs
from node.indicators import service
from node.layout.languages import current_language
from schemas.errors import InvalidInput
from schemas.fields import camel_case
from schemas.indicators import MEASURED_BY, NATIONAL, Indicator
from schemas.survey_indicators import SURVEYED
from schemas.yearly_indicators import YEARLY

bp = Blueprint("indicators", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/cijfers/definities")
def index() -> str:
    """What every figure means: the national set, our own, and those of other villages."""
    return render_template(
        "indicators/index.html",
        counted=NATIONAL.values(),
        yearly=YEARLY.values(),
        surveyed=SURVEYED.values(),
        own=[(row, service.as_indicator(row)) for row in service.own_indicators(current_session)],
        others=service.released_elsewhere(current_session),
        may_define=may(Action.PREPARE_RELEASE),
        in_words=in_words,
    )


@bp.get("/cijfers/definities/nieuw")
@needs(Action.PREPARE_RELEASE)
def new() -> str:
    """Ask what a figure of our own means."""
    return _form({"direction": "up", "measured_by": "village"}, {})


@bp.post("/cijfers/definities/nieuw")
@needs(Action.PREPARE_RELEASE)
def define() -> Page:
    """Keep it."""
    typed = _typed()
    try:
        service.define(current_session, _wire(typed))
    except InvalidInput as error:
        return _form(typed, _by_field(error)), 422
    commit()
    flash(_("Kept. From now on you can enter numbers for it."))
    return redirect(url_for(".index"), 303)


@bp.get("/cijfers/definities/<slug>")
@needs(Action.PREPARE_RELEASE)
def edit(slug: str) -> str:
    """Its definition, to change."""
    row = service.find(current_session, slug)
    return _form({name: getattr(row, name) for name in service.FIELDS}, {}, slug=slug)


@bp.post("/cijfers/definities/<slug>")
@needs(Action.PREPARE_RELEASE)
def change(slug: str) -> Page:
    """A new version of the definition."""
    typed = _typed()
    try:
        row = service.change(current_session, slug, _wire(typed))
    except InvalidInput as error:
        return _form(typed, _by_field(error), slug=slug), 422
    commit()
    flash(_("Kept as definition %(version)s. Older numbers keep their own.", version=row.version))
    return redirect(url_for(".index"), 303)


@bp.post("/cijfers/definities/<slug>/stoppen")
@needs(Action.PREPARE_RELEASE)
def retire(slug: str) -> BaseResponse:
    """Stop counting it, or take it up again."""
    is_over = request.form.get("again") != "1"
    service.retire(current_session, slug, is_over=is_over)
    commit()
    flash(_("Not counted any more. What was released stays.") if is_over else _("Counted again."))
    return redirect(url_for(".index"), 303)


def in_words(indicator: Indicator) -> dict[str, str]:
    """The parts of a definition in the reader's language."""
    language = current_language()
    parts = ("goal", "definition", "unit", "instrument")
    told = {part: str(getattr(indicator, f"{part}_{language}")) for part in parts}
    return told | {
        "name": str(getattr(indicator, language)),
        "numerator": indicator.element("numerator", language),
        "denominator": indicator.element("denominator", language),
        "measured_by": MEASURED_BY.label(indicator.measured_by, language),
    }


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in service.FIELDS}


def _wire(typed: dict[str, str]) -> dict[str, str]:
    return {camel_case(name): value for name, value in typed.items()}


def _by_field(error: InvalidInput) -> dict[str, object]:
    """The mistakes under the names that the form uses."""
    names = {camel_case(name): name for name in service.FIELDS}
    return {names.get(place, place): messages for place, messages in error.fields.items()}


def _form(typed: dict[str, str], errors: dict[str, object], slug: str = "") -> str:
    who = [(term.code, MEASURED_BY.label(term.code, current_language())) for term in MEASURED_BY]
    return render_template("indicators/form.html", typed=typed, errors=errors, slug=slug, measured_by=who)
