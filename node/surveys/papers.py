"""What is printed: the questions on A4 with the same ids, and letters with a code."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from federation.actors.identities import base_url
from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs
from node.gatherings.service import local_today
from node.layout.languages import say
from node.surveys import running
from node.surveys.consent import CONSENTS, CURRENT
from node.surveys.models import Survey
from node.surveys.planning import get_survey
from node.surveys.questions import asked_in
from node.surveys.typing_in import RATHER_NOT, paper_questions
from schemas.errors import Conflict, InvalidInput

bp = Blueprint("survey_papers", __name__, template_folder="templates", url_prefix="/vragenlijsten")


@dataclass(frozen=True)
class Letter:
    """One letter: its code, the picture that opens it, and its address."""

    code: str
    picture: Markup


@bp.get("/<int:survey_id>/papier")
@needs(Action.RUN_SURVEY)
def form(survey_id: int) -> str:
    """The form on paper."""
    survey = get_survey(current_session, survey_id)
    parts = asked_in(current_session, survey)
    questions = paper_questions(parts)
    return render_template(
        "surveys/paper.html",
        survey=survey,
        parts=parts,
        questions={each.name: each for each in questions},
        about=[each for each in questions if each.is_background],
        consent=CONSENTS[survey.consent_version or CURRENT],
        rather_not=RATHER_NOT,
    )


@bp.get("/<int:survey_id>/brieven")
@needs(Action.RUN_SURVEY)
def letters(survey_id: int) -> str:
    """How many letters?"""
    survey = get_survey(current_session, survey_id)
    codes = running.count_codes(current_session, survey)
    return render_template("surveys/letters.html", survey=survey, codes=codes, most=running.MOST_LETTERS)


@bp.post("/<int:survey_id>/brieven")
@needs(Action.RUN_SURVEY)
def print_letters(survey_id: int) -> Response:
    """New letters, to be printed at once: their codes are shown this one time."""
    survey, count = get_survey(current_session, survey_id), request.form.get("count", type=int) or 0
    try:
        codes = running.make_codes(current_session, survey, count, local_today())
    except (InvalidInput, Conflict) as error:
        flash(say(error), "error")
        return redirect(url_for(".letters", survey_id=survey_id), 303)
    commit()
    address = base_url(current_session) + "/vragen"
    page = render_template(
        "surveys/letters_print.html",
        survey=survey,
        letters=[_letter(survey, code, address) for code in codes],
        consent=CONSENTS[survey.consent_version],
        address=address.partition("://")[2],
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<int:survey_id>/brieven/intrekken")
@needs(Action.RUN_SURVEY)
def withdraw(survey_id: int) -> Response:
    """Let codes lapse that were not used."""
    count = running.withdraw_codes(current_session, get_survey(current_session, survey_id))
    commit()
    flash(
        ngettext("%(num)s code lapsed.", "%(num)s codes lapsed.", count) + " " + _("Print new letters now.")
    )
    return redirect(url_for(".letters", survey_id=survey_id), 303)


def _letter(survey: Survey, code: str, address: str) -> Letter:
    drawing = segno.make(f"{address}/{survey.key}/{code}").svg_inline(scale=3, border=2, omitsize=True)
    return Letter(code, Markup(drawing))  # noqa: S704  # a drawing
