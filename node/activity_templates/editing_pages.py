"""The form of a format: writing a new one, and changing a draft."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.pictures import service as pictures
from directory.pictures.encoding import MOST_SENT
from federation.database import LAST_ROW
from federation.flask_session import commit, current_session
from node.accounts.access import Action, current_account, needs
from node.activity_templates import editing, service
from node.activity_templates.beginnings import connect, content_from, running_without_format
from node.activity_templates.form_rows import LISTS, PICTURES, change_rows, row_in_view, without_blanks
from node.activity_templates.forms import (
    Errors,
    Values,
    empty_values,
    flat_errors,
    to_content,
    values_from,
    values_of,
)
from node.activity_templates.models import ActivityTemplate, WorkingCopy
from node.activity_templates.preview import preview_of
from node.layout.languages import current_language
from node.template_updates.words import Shown, show
from schemas.errors import InvalidInput, NotSignedIn
from schemas.indicators import NATIONAL
from schemas.published import LANGUAGES, Document
from schemas.taxonomies import (
    CHECK_MOMENTS,
    COST_UNITS,
    PARAMETER_KINDS,
    REQUIREMENTS,
    SECTIONS,
    SPOKEN_LANGUAGES,
    Vocabulary,
)

bp = Blueprint("format_editing", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
_FORM = 2_000_000
"""Bytes of the form without its picture."""


@bp.url_value_preprocessor
def _allow_pictures(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A photograph is larger than a form; before anything reads the request."""
    request.max_content_length = MOST_SENT + _FORM


@bp.get("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def new() -> Page:
    """The empty form, what was typed in it and not saved yet, or what a running activity tells already."""
    gathering_id = request.args.get("activiteit", type=_number)
    if gathering_id is not None:
        return _form(values_of(content_from(current_session, gathering_id)))
    copy = editing.find_copy(current_session, _writer(), None)
    return _form(copy.typed if copy else empty_values(), kept=copy)


@bp.post("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def create() -> Page:
    """Keep a new draft."""
    values = values_from(request.form)
    if problem := _take_picture(values):
        return _form(values, errors=problem), 422
    if changed := _press(values):
        return _changed(values, None, changed)
    values = without_blanks(values)
    try:
        template = service.create_template(current_session, to_content(values))
    except InvalidInput as error:
        return _form(values, errors=_errors(error)), 422
    if (gathering_id := request.form.get("gathering", type=_number)) is not None:
        connect(current_session, gathering_id, template)
    editing.drop_copy(current_session, _writer(), None)
    commit()
    flash(_("Kept as a draft. Only your own team sees it."))
    return redirect(url_for("activity_templates.show", key=template.id), 303)


@bp.get("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def edit(key: str) -> Page:
    """The form with the draft in it, or what this person typed and did not save yet."""
    template = service.get_own(current_session, key)
    copy = editing.find_copy(current_session, _writer(), template.id)
    return _form(copy.typed if copy else values_of(template.draft), template, kept=copy)


@bp.post("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def save(key: str) -> Page:
    """Replace the draft; what another wrote meanwhile comes with it."""
    template, values = service.get_own(current_session, key), values_from(request.form)
    if problem := _take_picture(values):
        return _form(values, template, errors=problem), 422
    if changed := _press(values):
        return _changed(values, template, changed)
    values, choices = without_blanks(values), _choices()
    try:
        content = to_content(values, template.draft["language"])
        met = editing.save_draft(
            current_session,
            template,
            content,
            revision=request.form.get("revision", type=_number),
            choices=choices,
        )
    except InvalidInput as error:
        return _form(values, template, errors=_errors(error)), 422
    if met is not None:
        shown = show(met.differences, choices, [met.mine, met.theirs], current_language())
        return _form(values, template, differences=shown), 409
    editing.drop_copy(current_session, _writer(), template.id)
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for("activity_templates.show", key=template.id, draft=1), 303)


@bp.post("/nieuw/bewaren")
@needs(Action.EDIT_TEMPLATE)
def keep_new() -> Page:
    """Keep what is typed of a new format, and show what it looks like."""
    return _kept(values_from(request.form), None)


@bp.post("/<key>/bewaren")
@needs(Action.EDIT_TEMPLATE)
def keep(key: str) -> Page:
    """Keep what is typed, and show what it looks like."""
    return _kept(values_from(request.form), service.get_own(current_session, key))


@bp.post("/nieuw/opnieuw")
@needs(Action.EDIT_TEMPLATE)
def start_over_new() -> Page:
    """Begin with an empty form again."""
    editing.drop_copy(current_session, _writer(), None)
    commit()
    return redirect(url_for(".new"), 303)


@bp.post("/<key>/opnieuw")
@needs(Action.EDIT_TEMPLATE)
def start_over(key: str) -> Page:
    """Begin from the draft as it was saved."""
    editing.drop_copy(current_session, _writer(), service.get_own(current_session, key).id)
    commit()
    return redirect(url_for(".edit", key=key), 303)


def _number(text: str) -> int:
    """A number that a database can hold; ValueError for another."""
    number = int(text)
    if not 0 <= number <= LAST_ROW:
        raise ValueError(f"{text[:20]} is no number of ours")
    return number


def _writer() -> int:
    account = current_account()
    if account is None:
        raise NotSignedIn
    return account.id


def _press(values: Values) -> str | None:
    """Carry out a button of a row, or another that saves nothing; None when it is to be saved."""
    action = request.form.get("action", "")
    return action if action in {"preview", "picture"} else change_rows(values, action)


def _take_picture(values: Values) -> Errors | None:
    """Take in the picture that came with the form, whatever button was pressed; what is wrong with it."""
    file = request.files.get("picture-file")
    if file is None or not file.filename or len(values["pictures"]) >= PICTURES.limit:
        return None
    try:
        with closing(file):
            encoded = pictures.keep_sent(current_session, file.stream.read(MOST_SENT + 1))
    except InvalidInput as error:
        return {"picture-file": [error.detail]}
    row = {"digest": encoded.digest, "mediaType": encoded.media_type, "width": encoded.width}
    row |= {"height": encoded.height, "alt": request.form.get("picture-alt", "")}
    values["pictures"].append(PICTURES.empty() | row)
    return None


def _changed(values: Values, template: ActivityTemplate | None, changed: str) -> Page:
    """The form after a button in it: kept as it is, with the preview when that was asked."""
    copy = _keep(values, template)
    commit()
    focus = row_in_view(values, request.form.get("action", ""))
    return _form(values, template, kept=copy, shows_preview=changed == "preview", focus=focus)


def _kept(values: Values, template: ActivityTemplate | None) -> Page:
    copy = _keep(values, template)
    commit()
    preview, wrong = _preview(values, template)
    return render_template(
        "activity_templates/_kept.html", kept_at=copy.saved_at, preview=preview, wrong=wrong
    )


def _keep(values: Values, template: ActivityTemplate | None) -> WorkingCopy:
    revision = request.form.get("revision", type=_number) or (template.revision if template else 0)
    key = template.id if template else None
    return editing.keep_copy(current_session, _writer(), key, values, revision)


def _preview(values: Values, template: ActivityTemplate | None) -> tuple[Document, int]:
    language = template.draft["language"] if template else "nl"
    return preview_of(values, language, str(_("No name yet")))


def _choices() -> dict[str, str]:
    """What was chosen where two people wrote the same."""
    sent = request.form.items()
    return {name.removeprefix("choice-"): code for name, code in sent if name.startswith("choice-")}


def _errors(error: InvalidInput) -> Errors:
    return flat_errors(error.fields) or {"_schema": [error.detail]}


def _form(
    values: Values,
    template: ActivityTemplate | None = None,
    *,
    errors: Errors | None = None,
    kept: WorkingCopy | None = None,
    differences: list[Shown] | None = None,
    shows_preview: bool = False,
    focus: str = "",
) -> str:
    preview, wrong = _preview(values, template) if shows_preview else (None, 0)
    typed_from = kept.revision if kept else request.form.get("revision", type=_number)
    return render_template(
        "activity_templates/form.html",
        values=values,
        errors=errors or {},
        key=template.id if template else "",
        gathering=request.args.get("activiteit", type=_number) or request.form.get("gathering", type=_number),
        running=[] if template else running_without_format(current_session),
        revision=typed_from or (template.revision if template else 0),
        kept=kept,
        differences=differences or [],
        preview=preview,
        wrong=wrong,
        focus=focus,
        limits={rows.part: rows.limit for rows in LISTS},
        **_lists(current_language()),
    )


def _lists(language: str) -> dict[str, Any]:
    """What can be chosen from."""
    return {
        "sections": _options(SECTIONS, language),
        "languages": [(code, SPOKEN_LANGUAGES.label(code, language)) for code in LANGUAGES],
        "kinds": _options(PARAMETER_KINDS, language),
        "requirements": _options(REQUIREMENTS, language),
        "cost_units": _options(COST_UNITS, language),
        "moments": _options(CHECK_MOMENTS, language),
        "indicators": [(each.code, each.en if language == "en" else each.nl) for each in NATIONAL.values()],
    }


def _options(vocabulary: Vocabulary, language: str) -> list[tuple[str, str]]:
    return [(code, vocabulary.label(code, language)) for code in vocabulary.codes]
