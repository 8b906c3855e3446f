"""Pages of the starter library: all activities, one of them, beginning from it, and sharing them all."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs
from node.activity_templates.forms import flat_errors
from node.activity_templates.questions import read_answers, shown_answers, typed_answers
from node.communities.models import find_community
from node.layout.languages import current_language
from node.starter_library.beginning import begin, begun_here, village_of
from node.starter_library.sharing import preview, share
from node.starter_library.starters import GROUPS, Starter, by_group, get_starter
from schemas.errors import InvalidInput

bp = Blueprint(
    "starter_library", __name__, url_prefix="/formats/startbibliotheek", template_folder="templates"
)
Page = str | Response | tuple[str, int]
ROLES_SHOWN = ("vog", "training", "first_aid", "driving_licence")


@bp.get("")
def index() -> str:
    """All activities by group; for who coordinates a hub, the press that shares them."""
    language = current_language()
    return render_template(
        "starter_library/index.html",
        groups=[(GROUPS.label(code, language), each) for code, each in by_group()],
        village=village_of(current_session),
        asked_of=_asked_of,
        sharing=preview(current_session) if _may_share() else None,
        may_begin=may_begin(),
    )


@bp.get("/<key>")
def show(key: str) -> str:
    """One activity, whole, with its questions."""
    starter, village = get_starter(key), village_of(current_session)
    return render_template(
        "starter_library/show.html",
        starter=starter,
        content=starter.content_in(village),
        may_begin=may_begin(),
        begun=begun_here(current_session, key) if may_begin() else [],
    )


@bp.get("/<key>/beginnen")
@needs(Action.EDIT_TEMPLATE)
def ask(key: str) -> str:
    """The questions of an activity, and a name for our own."""
    starter = get_starter(key)
    answers = shown_answers(starter.content["parameters"])
    return _form(starter, starter.name_in(village_of(current_session)), answers)


@bp.post("/<key>/beginnen")
@needs(Action.EDIT_TEMPLATE)
def make(key: str) -> Page:
    """Make the draft of our own format."""
    starter, name = get_starter(key), request.form.get("name", "")
    parameters = starter.content["parameters"]
    typed = typed_answers(parameters, request.form)
    answers = read_answers(parameters, typed)
    try:
        template = begin(current_session, starter, name=name, answers=answers)
    except InvalidInput as error:
        return _form(starter, name, typed, flat_errors(error.fields)), 422
    commit()
    flash(_("Your own format is there, as a draft. Change what is different in your village."))
    return redirect(url_for("activity_templates.show", key=template.id), 303)


@bp.post("/delen")
@needs(Action.COORDINATE)
def share_all() -> Response:
    """Share the library with the network of this hub."""
    shared = share(current_session, current_runtime().settings)
    commit()
    count = len(shared.new) + len(shared.improved)
    flash(
        _(
            "Shared: %(new)s new and %(improved)s improved.",
            new=len(shared.new),
            improved=len(shared.improved),
        )
        if count
        else _("Everything was shared already.")
    )
    return redirect(url_for(".index"), 303)


def may_begin() -> bool:
    """True for the team of a village."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.EDIT_TEMPLATE)


def _may_share() -> bool:
    community = find_community(current_session)
    return community is not None and community.is_hub and may(Action.COORDINATE)


def _asked_of(starter: Starter) -> list[str]:
    """What at least one of the people needs, each once and in a fixed order."""
    asked = {code for role in starter.content["roles"] for code in role["requirements"]}
    return [code for code in ROLES_SHOWN if code in asked]


def _form(
    starter: Starter, name: str, answers: dict[str, str], errors: dict[str, object] | None = None
) -> str:
    return render_template(
        "starter_library/begin.html",
        starter=starter,
        name=name,
        answers=answers,
        errors=errors or {},
        village=village_of(current_session),
    )
