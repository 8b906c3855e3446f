"""Pages of results: of each survey that is over, for the team; on paper, as a file, and to the board."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.gatherings.service import local_today
from node.layout.trend_drawing import WIDTH
from node.survey_results import drawing, service, words
from node.survey_results.export import results_csv
from node.survey_results.models import SurveyResult
from node.survey_results.showing import parts_of
from node.surveys.planning import get_survey
from node.surveys.running import deletes_on
from schemas.errors import InvalidInput

bp = Blueprint("survey_results", __name__, template_folder="templates", url_prefix="/cijfers/uitslagen")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
@needs(Action.PREPARE_RELEASE)
def index() -> Page:
    """The results of all surveys, and what is still to be reckoned."""
    return render_template(
        "survey_results/index.html",
        results=service.list_results(current_session),
        due=service.list_due(current_session),
        words=words,
    )


@bp.get("/<int:survey_id>")
@needs(Action.PREPARE_RELEASE)
def show(survey_id: int) -> Page:
    """What one survey told."""
    get_survey(current_session, survey_id)
    return _page(service.get_result(current_session, survey_id), {})


@bp.post("/<int:survey_id>/rekenen")
@needs(Action.PREPARE_RELEASE)
def reckon(survey_id: int) -> Page:
    """Reckon the results now; later again gives the same."""
    survey = get_survey(current_session, survey_id)
    service.reckon_once(current_session, current_runtime().settings, survey, local_today())
    commit()
    return redirect(url_for(".show", survey_id=survey_id), 303)


@bp.get("/<int:survey_id>.csv")
@needs(Action.PREPARE_RELEASE)
def export(survey_id: int) -> Response:
    """The same table for a spreadsheet."""
    text = results_csv(service.get_result(current_session, survey_id))
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="uitslag-{survey_id}.csv"'
    return answer


@bp.post("/<int:survey_id>/naar-bestuur")
@needs(Action.PREPARE_RELEASE)
def prepare(survey_id: int) -> Page:
    """Put the chosen figures before the board."""
    result = service.get_result(current_session, survey_id)
    chosen = request.form.getlist("indicators")
    try:
        prepared = service.prepare_release(
            current_session,
            current_runtime().settings,
            result.survey,
            chosen,
            prepared_by=require(Action.PREPARE_RELEASE).id,
            today=local_today(),
        )
    except InvalidInput as error:
        return _page(result, error.fields), 422
    commit()
    flash(
        ngettext(
            "%(num)s figure waits for the board. Nothing is shared until it says yes.",
            "%(num)s figures wait for the board. Nothing is shared until it says yes.",
            len(prepared),
        )
    )
    return redirect(url_for(".show", survey_id=survey_id) + "#delen", 303)


def _page(result: SurveyResult, errors: dict[str, object]) -> str:
    return render_template(
        "survey_results/show.html",
        result=result,
        survey=result.survey,
        table=result.table,
        deletes_on=deletes_on(result.survey),
        parts=parts_of(current_session, result),
        candidates=service.candidates(current_session, result),
        chosen=request.form.getlist("indicators") if errors else None,
        errors=errors,
        words=words,
        mode=words.mode_word(result.table["mode"]),
        size=(WIDTH, drawing.ROW, drawing.HEIGHT),
    )
