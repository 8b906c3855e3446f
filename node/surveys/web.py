"""The pages of the team: which surveys there are, making one, and what can be done with it now."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.actors.identities import base_url
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.communities.models import find_community
from node.gatherings.service import local_today
from node.layout.languages import say
from node.surveys import planning, responses, running, steps
from node.surveys.background import AGE_BANDS, AGE_WORDS, SEX_WORDS, SEXES
from node.surveys.forms import own_rows, read_form, shown
from node.surveys.models import Survey
from node.surveys.planning import get_survey, in_one_year, in_two
from node.surveys.questions import MOST_QUESTIONS, asked_in, instruments, items_in
from schemas.errors import Conflict, InvalidInput, NotFound

bp = Blueprint("surveys", __name__, template_folder="templates", url_prefix="/vragenlijsten")
Page = str | Response | tuple[str, int]
STEPS = {
    "vast": "fix",
    "los": "unfix",
    "stop": "stop",
    "verder": "resume",
    "binnen": "complete",
    "klaar": "settle",
    "niet_klaar": "unsettle",
}
"""The steps as they stand in addresses."""


@bp.get("")
@needs(Action.RUN_SURVEY)
def index() -> str:
    """All surveys, with what each waits for."""
    found = planning.list_surveys(current_session)
    numbers = {survey.id: responses.count_responses(current_session, survey) for survey in found}
    return render_template("surveys/index.html", surveys=found, numbers=numbers, today=local_today())


@bp.get("/nieuw")
@needs(Action.RUN_SURVEY)
def new() -> Page:
    """Make one."""
    first, last = in_one_year(local_today())
    community = find_community(current_session)
    typed = {
        "startsOn": first.isoformat(),
        "endsOn": last.isoformat(),
        "instruments": ["life", "djg6"],
        "access": "letters",
        "responsible": community.name if community else "",
    }
    return _form(typed, {})


@bp.post("/nieuw")
@needs(Action.RUN_SURVEY)
def create() -> Page:
    """Keep it as a draft."""
    data = read_form(request.form)
    try:
        survey = planning.make(current_session, data, by=require(Action.RUN_SURVEY).name)
    except InvalidInput as error:
        return _form(data, error.fields), 422
    commit()
    flash(_("Saved. Nobody sees it until you fix it."))
    return redirect(url_for(".show", survey_id=survey.id), 303)


@bp.get("/<int:survey_id>")
@needs(Action.RUN_SURVEY)
def show(survey_id: int) -> str:
    """What it asks, how it goes, and what can be done now."""
    survey, today = get_survey(current_session, survey_id), local_today()
    parts = asked_in(current_session, survey)
    return render_template(
        "surveys/show.html",
        survey=survey,
        parts=parts,
        count=len(items_in(parts)),
        today=today,
        answered=responses.count_responses(current_session, survey),
        codes=running.count_codes(current_session, survey),
        deletes_on=running.deletes_on(survey),
        address=base_url(current_session) + url_for("survey_answers.start", key=survey.key),
        bands=[(band, _(AGE_WORDS[band])) for band in AGE_BANDS],
    )


@bp.get("/<int:survey_id>/bewerken")
@needs(Action.RUN_SURVEY)
def edit(survey_id: int) -> Page:
    """Change a draft."""
    survey = get_survey(current_session, survey_id)
    return _form(shown(survey), {}, survey)


@bp.post("/<int:survey_id>/bewerken")
@needs(Action.RUN_SURVEY)
def change(survey_id: int) -> Page:
    """Keep the change."""
    survey, data = get_survey(current_session, survey_id), read_form(request.form)
    try:
        planning.change(current_session, survey, data, revision=request.form.get("revision", type=int) or 0)
    except InvalidInput as error:
        return _form(data, error.fields, survey), 422
    except Conflict as error:
        return _form(data, {"_schema": [error.detail]}, survey), 409
    commit()
    flash(_("Saved. Nobody sees it until you fix it."))
    return redirect(url_for(".show", survey_id=survey.id), 303)


@bp.post("/<int:survey_id>/<what>")
@needs(Action.RUN_SURVEY)
def act(survey_id: int, what: str) -> Page:
    """One step in the life of a survey, or back."""
    survey = get_survey(current_session, survey_id)
    if what not in STEPS:
        raise NotFound(cause=f"step {what[:20]}")
    try:
        settings = current_runtime().settings
        text = steps.take(current_session, settings, survey, STEPS[what], local_today())
    except (InvalidInput, Conflict) as error:
        return _refused(survey, say(error))
    commit()
    flash(_(text))
    return redirect(url_for(".show", survey_id=survey.id), 303)


@bp.post("/<int:survey_id>/einde")
@needs(Action.RUN_SURVEY)
def move_end(survey_id: int) -> Page:
    """Another last day."""
    survey = get_survey(current_session, survey_id)
    try:
        day = date.fromisoformat(request.form.get("ends_on", ""))
    except ValueError:
        return _refused(survey, _("Fill in a day, like 2027-03-01."))
    try:
        running.move_end(current_session, survey, day, local_today())
    except (InvalidInput, Conflict) as error:
        return _refused(survey, say(error))
    commit()
    flash(_("Saved."))
    return redirect(url_for(".show", survey_id=survey.id), 303)


@bp.post("/<int:survey_id>/opnieuw")
@needs(Action.RUN_SURVEY)
def again(survey_id: int) -> Page:
    """The same questions once more, as a new draft."""
    survey = get_survey(current_session, survey_id)
    draft = planning.again(current_session, survey, by=require(Action.RUN_SURVEY).name, today=local_today())
    commit()
    flash(_("This is a new draft with the same questions. Check the days and the numbers."))
    return redirect(url_for(".edit", survey_id=draft.id), 303)


def _refused(survey: Survey, text: str) -> Page:
    current_session.rollback()
    flash(text, "error")
    return redirect(url_for(".show", survey_id=survey.id), 303)


def _form(typed: dict[str, Any], errors: dict[str, Any], survey: Survey | None = None) -> str:
    known = instruments(current_session)
    chosen = [each for code, each in known.items() if code in typed.get("instruments", [])]
    count = sum(len(each.items) for each in chosen) + len(typed.get("ownQuestions", []))
    return render_template(
        "surveys/form.html",
        typed={"access": "letters", "subscaleRule": "cbs", "retentionMonths": 12, "group": {}, **typed},
        errors=errors,
        survey=survey,
        instruments=known.values(),
        own=own_rows(typed),
        bands=[(band, _(AGE_WORDS[band])) for band in AGE_BANDS],
        sexes=[(sex, _(SEX_WORDS[sex])) for sex in SEXES],
        split=_split(chosen) if count > MOST_QUESTIONS else None,
        count=count,
    )


def _split(chosen: list[Any]) -> tuple[list[str], list[str]]:
    """The names of what to ask now, and of what to ask another time."""
    first, second = in_two(chosen)
    return [each.name for each in first], [each.name for each in second]
