"""Typing in forms on paper: numbers only, by keyboard, each form twice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs
from node.gatherings.service import local_today
from node.layout.languages import say
from node.surveys.answering import Form, may_answer, send_in
from node.surveys.models import Survey
from node.surveys.planning import get_survey
from node.surveys.questions import asked_in
from node.surveys.responses import count_responses
from node.surveys.typing_in import (
    RATHER_NOT,
    PaperQuestion,
    differences,
    paper_questions,
    read_typed,
    to_form,
    wrong_in,
)
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_

bp = Blueprint("survey_entry", __name__, template_folder="templates", url_prefix="/vragenlijsten")
WAS = "was."
"""Before the name of a question: what was typed the first time."""


@dataclass
class Entry:
    """One form that is being typed in: once (``first``), twice (``second``), or corrected (``third``)."""

    survey: Survey
    questions: list[PaperQuestion]
    stage: str = "first"
    now: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    error: str = ""

    def follow(self) -> bool:
        """To the next stage; True when all was typed twice in one way and may be kept."""
        self.wrong = wrong_in(self.questions, self.now)
        if self.wrong:
            return False
        if self.stage == "first":
            if not request.form.get("consent"):
                self.error = _("Did this person agree? Without a mark there, do not type it in.")
                return False
            self.stage, self.before, self.now = "second", self.now, {}
            return False
        self.unlike = differences(self.before, self.now) if self.stage == "second" else []
        self.stage = "third"
        return not self.unlike


@bp.get("/<int:survey_id>/invoeren")
@needs(Action.RUN_SURVEY)
def first(survey_id: int) -> Response:
    """An empty form."""
    survey = get_survey(current_session, survey_id)
    if not may_answer(survey, local_today(), Form({}, "", by_team=True)):
        raise Conflict(N_("No forms can be typed in now."))
    return _page(Entry(survey, paper_questions(asked_in(current_session, survey))))


@bp.post("/<int:survey_id>/invoeren")
@needs(Action.RUN_SURVEY)
def typed(survey_id: int) -> Response:
    """Typed once, twice, or corrected."""
    survey = get_survey(current_session, survey_id)
    questions = paper_questions(asked_in(current_session, survey))
    stage = request.form.get("stage", "")
    before = read_typed(questions, request.form, WAS)
    is_again = stage in {"second", "third"} and any(before.values())  # else nothing was typed before
    entry = Entry(
        survey, questions, stage if is_again else "first", read_typed(questions, request.form), before
    )
    if not entry.follow():
        is_refused = bool(entry.error or entry.wrong or entry.unlike)
        return _page(entry, InvalidInput.status if is_refused else 200)
    try:
        send_in(current_session, current_runtime().settings, survey, _form_of(entry), local_today())
    except (InvalidInput, Conflict) as error:
        entry.error = say(error)
        return _page(entry, error.status)
    commit()
    flash(_("Saved. Put this form on the pile of what is done; write no number on it."))
    return redirect(url_for(".first", survey_id=survey.id), 303)


def _form_of(entry: Entry) -> Form:
    consent = entry.survey.consent_version if request.form.get("consent") else ""
    code = request.form.get("code", "")[:40].strip()
    return to_form(entry.questions, entry.now, code=code, ticket=_ticket(), consent=consent)


def _ticket() -> str:
    return request.form.get("ticket", "")[:64] or secrets.token_hex(16)


def _page(entry: Entry, status: int = 200) -> Response:
    page = render_template(
        "surveys/entry.html",
        entry=entry,
        survey=entry.survey,
        was=WAS,
        ticket=_ticket(),
        code=request.form.get("code", "")[:40],
        consent=bool(request.form.get("consent")),
        rather_not=RATHER_NOT,
        answered=count_responses(current_session, entry.survey),
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
