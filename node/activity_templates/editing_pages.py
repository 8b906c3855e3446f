"""The form of a format: writing a new one, and changing a draft."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs
from node.activity_templates import service
from node.activity_templates.form_rows import LISTS, change_rows, without_blanks
from node.activity_templates.forms import (
    Errors,
    Values,
    empty_values,
    flat_errors,
    to_content,
    values_from,
    values_of,
)
from node.layout.languages import current_language
from schemas.errors import InvalidInput
from schemas.indicators import NATIONAL
from schemas.taxonomies import (
    CHECK_MOMENTS,
    COST_UNITS,
    PARAMETER_KINDS,
    REQUIREMENTS,
    SECTIONS,
    Vocabulary,
)

bp = Blueprint("format_editing", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def new() -> Page:
    """The empty form."""
    return _form(empty_values())


@bp.post("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def create() -> Page:
    """Keep a new draft."""
    values = values_from(request.form)
    if changed := change_rows(values, request.form.get("action", "")):
        return _form(values, changed=changed)
    values = without_blanks(values)
    try:
        template = service.create_template(current_session, to_content(values))
    except InvalidInput as error:
        return _form(values, errors=_errors(error)), 422
    commit()
    flash(_("Kept as a draft. Only your own team sees it."))
    return redirect(url_for("activity_templates.show", key=template.id), 303)


@bp.get("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def edit(key: str) -> Page:
    """The form with the draft in it."""
    template = service.get_own(current_session, key)
    return _form(values_of(template.draft), key=template.id)


@bp.post("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def save(key: str) -> Page:
    """Replace the draft."""
    template, values = service.get_own(current_session, key), values_from(request.form)
    if changed := change_rows(values, request.form.get("action", "")):
        return _form(values, key=template.id, changed=changed)
    values = without_blanks(values)
    try:
        service.edit_template(current_session, template, to_content(values, template.draft["language"]))
    except InvalidInput as error:
        return _form(values, key=template.id, errors=_errors(error)), 422
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for("activity_templates.show", key=template.id, draft=1), 303)


def _errors(error: InvalidInput) -> Errors:
    return flat_errors(error.fields) or {"_schema": [error.detail]}


def _form(values: Values, *, key: str = "", errors: Errors | None = None, changed: str = "") -> str:
    language = current_language()
    return render_template(
        "activity_templates/form.html",
        values=values,
        errors=errors or {},
        key=key,
        changed=changed,
        limits={rows.part: rows.limit for rows in LISTS},
        sections=_options(SECTIONS, language),
        kinds=_options(PARAMETER_KINDS, language),
        requirements=_options(REQUIREMENTS, language),
        cost_units=_options(COST_UNITS, language),
        moments=_options(CHECK_MOMENTS, language),
        indicators=[(each.code, each.en if language == "en" else each.nl) for each in NATIONAL.values()],
    )


def _options(vocabulary: Vocabulary, language: str) -> list[tuple[str, str]]:
    return [(code, vocabulary.label(code, language)) for code in vocabulary.codes]
