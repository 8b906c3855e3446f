"""Pages of the words that mean the same: the list, a group, and what was changed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.synonyms import service, sharing
from schemas.errors import Conflict, InvalidInput
from schemas.numbers import read_digits

bp = Blueprint("synonyms", __name__, url_prefix="/werkkamer/woorden", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
_MOST_LETTERS = 2000


@bp.get("")
@needs(Action.COORDINATE)
def index() -> Page:
    """All groups, or those with a word in them."""
    return _list({}, "")


@bp.post("")
@needs(Action.COORDINATE)
def add() -> Page:
    """Make a group."""
    typed = request.form.get("terms", "")[:_MOST_LETTERS]
    try:
        service.add_group(current_session, typed.splitlines(), by=_by())
    except InvalidInput as error:
        return _list(error.fields, typed), error.status
    except Conflict as error:
        return _list({"terms": [_(error.detail, **error.params)]}, typed), error.status
    return _saved(_("Kept. From now on search finds these words by one another."))


@bp.get("/<name>")
@needs(Action.COORDINATE)
def edit(name: str) -> Page:
    """The form of one group."""
    group = service.get_group(current_session, name)
    return _form(group, "\n".join(group.terms), {})


@bp.post("/<name>")
@needs(Action.COORDINATE)
def change(name: str) -> Page:
    """Give a group other words; who was too late sees what it is now and keeps what they typed."""
    typed = request.form.get("terms", "")[:_MOST_LETTERS]
    try:
        service.change_group(
            current_session,
            name,
            typed.splitlines(),
            by=_by(),
            based_on=read_digits(request.form.get("based_on", "")),
        )
    except InvalidInput as error:
        return _form(service.get_group(current_session, name), typed, error.fields), error.status
    except Conflict as error:
        return _form(service.get_group(current_session, name), typed, {"terms": [error.detail]}), error.status
    return _saved(_("Changed. You can undo this below."))


@bp.post("/<name>/weghalen")
@needs(Action.COORDINATE)
def remove(name: str) -> Page:
    """Take a group away."""
    service.remove_group(current_session, name, by=_by())
    return _saved(_("Taken away. You can undo this below."))


@bp.post("/wijzigingen/<int:change_id>/terugdraaien")
@needs(Action.COORDINATE)
def undo(change_id: int) -> Page:
    """Go back to what a group was before a change."""
    service.undo(current_session, change_id, by=_by())
    return _saved(_("Undone."))


def _by() -> str:
    return require(Action.COORDINATE).name


def _saved(text: str) -> BaseResponse:
    sharing.share(current_session, current_runtime().settings)
    commit()
    flash(text)
    return redirect(url_for(".index"), 303)


def _list(errors: dict[str, list[str]], typed: str) -> str:
    query = request.args.get("q", "").strip()[:100]
    return render_template(
        "synonyms/index.html",
        query=query,
        groups=service.list_groups(current_session, query),
        history=service.history(current_session),
        errors=errors,
        typed=typed,
    )


def _form(group: service.Group, typed: str, errors: dict[str, list[str]]) -> str:
    return render_template("synonyms/form.html", group=group, typed=typed, errors=errors)
