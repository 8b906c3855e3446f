"""Answering on the web: one question a screen, without an account and without a cookie of ours.

What was answered so far is carried in the form itself; the server keeps nothing until somebody presses Send.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session
from node.gatherings.service import local_today
from node.layout.languages import say
from node.layout.page import page
from node.limits import limiter
from node.surveys import answering, walk
from node.surveys.answering import Form, find_survey, may_answer, send_in, survey_of_code
from node.surveys.background import AGE_WORDS, SEX_WORDS
from node.surveys.consent import CONSENTS
from node.surveys.limits import A_MINUTE, by_one_sender, of_survey
from node.surveys.models import Survey
from node.surveys.questions import asked_in
from node.surveys.typing_in import QUESTIONS
from node.surveys.walk import RATHER_NOT, SEND, START, Walk
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_

bp = Blueprint("survey_answers", __name__, template_folder="templates", url_prefix="/vragen")


@bp.get("")
def code() -> Response:
    """Where a letter leads to: type its code."""
    return _answer("surveys/code.html", typed="")


@bp.post("")
@limiter.limit(A_MINUTE, key_func=of_survey)
@by_one_sender
def enter() -> Response:
    """Find the survey of a code."""
    typed = request.form.get("code", "")[:64]
    try:
        survey = survey_of_code(current_session, typed)
    except InvalidInput as error:
        return _answer("surveys/code.html", 422, typed=typed, error=say(error))
    return _begin(survey, typed)


@bp.get("/<key>")
def start(key: str) -> Response:
    """What it is about, and the consent."""
    return _begin(find_survey(current_session, key), "")


@bp.get("/<key>/<code>")
def start_with_code(key: str, code: str) -> Response:
    """The same, from the picture on a letter."""
    return _begin(find_survey(current_session, key), code)


@bp.get("/<key>/bedankt")
def thanks(key: str) -> Response:
    """The end; nothing is told about the answers, and the browser is asked to forget its pages."""
    answer = _answer("surveys/thanks.html", survey=find_survey(current_session, key))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.post("/<key>")
@limiter.limit(A_MINUTE, key_func=of_survey)
@by_one_sender
def step(key: str) -> Response:
    """The next screen, the former one, or the end."""
    survey = find_survey(current_session, key)
    way = walk.read(survey, asked_in(current_session, survey), request.form)
    go = request.form.get("go", "")
    if not may_answer(survey, local_today()):
        return _closed(survey)
    if go == "send" and way.step == SEND:
        return _send(way)
    if go == "back":
        way.move(-1)
        return _screen(way)
    error = _missing(way)
    if error:
        return _screen(way, error, 422)
    if go == "next":
        way.move(1)
    return _screen(way)


def _begin(survey: Survey, typed: str) -> Response:
    if not may_answer(survey, local_today()):
        return _closed(survey)
    return _screen(walk.begin(survey, asked_in(current_session, survey), typed))


def _missing(way: Walk) -> str:
    """What has to be done on this screen first."""
    if way.step == START:
        if way.survey.access == "letters":
            try:
                if survey_of_code(current_session, way.code).id != way.survey.id:
                    return str(_(answering.NO_CODE))
            except InvalidInput as error:
                return say(error)
        if way.consent != way.survey.consent_version:
            return str(_("Without your consent we keep nothing."))
    elif way.step != SEND and not way.is_answered:
        return str(_("Choose an answer, or choose “Rather not say”."))
    return ""


def _send(way: Walk) -> Response:
    helped = way.background("helped")
    form = Form(
        answers=way.answers,
        ticket=way.ticket,
        consent=way.consent,
        code=way.code,
        age_band=way.background("age"),
        sex=way.background("sex"),
        helped=None if helped is None else helped == "yes",
    )
    try:
        send_in(current_session, current_runtime().settings, way.survey, form, local_today())
    except (InvalidInput, Conflict) as error:
        return _screen(way, say(error), error.status)
    commit()
    return redirect(url_for(".thanks", key=way.survey.key), 303)


def _screen(way: Walk, error: str = "", status: int = 200) -> Response:
    if way.step in {START, SEND}:
        consent = CONSENTS[way.survey.consent_version]
        return _answer(f"surveys/{way.step}.html", status, way=way, error=error, consent=consent)
    item = way.items.get(way.step)
    question = item.text if item else _(QUESTIONS[way.step])
    choices = [(str(each.value), each.text) for each in item.answers] if item else _background(way.step)
    return _answer(
        "surveys/question.html",
        status,
        way=way,
        error=error,
        item=item,
        question=question,
        choices=choices,
        rather_not=RATHER_NOT,
    )


def _background(name: str) -> list[tuple[str, str]]:
    words = {"age": AGE_WORDS, "sex": SEX_WORDS}.get(name, {"yes": N_("yes"), "no": N_("no")})
    return [(code, _(text)) for code, text in words.items()]


def _closed(survey: Survey) -> Response:
    return _answer("surveys/closed.html", survey=survey, today=local_today())


def _answer(template: str, status: int = 200, **context: object) -> Response:
    """A page with as little around it as can be.

    Not ``no-store``: then the Back button of a browser leads to an error instead of the former question.
    """
    here = request.path if request.method == "GET" else ""
    g.omzien_page = replace(
        page(), here=here, bare=not here, signed_in=False, navigation=(), account_links=(), footer_links=()
    )
    answer = make_response(render_template(template, **context), status)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
