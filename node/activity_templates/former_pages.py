"""Pages of the former drafts of a format: the list, one of them beside the draft of now, and back to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs
from node.activity_templates import former, service
from node.layout.languages import current_language, say_first
from node.template_updates.merging import THEIRS, Difference, compare
from node.template_updates.words import Option, Piece, show, text_of, title_in
from schemas.errors import Conflict, InvalidInput

bp = Blueprint("former_drafts", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@dataclass(frozen=True)
class Change:
    """What going back would change in one place."""

    title: str
    pieces: list[Piece]


@bp.get("/<key>/eerder")
@needs(Action.EDIT_TEMPLATE)
def index(key: str) -> Page:
    """The former drafts that are kept, and what was changed after each."""
    template = service.get_own(current_session, key)
    return render_template(
        "activity_templates/former.html",
        template=template,
        drafts=former.list_former(current_session, template),
        titles_of=_titles,
    )


@bp.get("/<key>/eerder/<int:revision>")
@needs(Action.EDIT_TEMPLATE)
def show_one(key: str, revision: int) -> Page:
    """One former draft: what it says, and what going back would change."""
    template = service.get_own(current_session, key)
    found = former.get_former(current_session, template, revision)
    return render_template(
        "activity_templates/former_one.html",
        template=template,
        found=found,
        content=found.row.content,
        changes=_changes(found),
    )


@bp.post("/<key>/eerder/<int:revision>/terug")
@needs(Action.EDIT_TEMPLATE)
def restore(key: str, revision: int) -> Page:
    """Make it the draft again."""
    template = service.get_own(current_session, key)
    try:
        former.restore(current_session, template, revision)
    except InvalidInput as error:
        flash(say_first(error.fields) or _(error.detail, **error.params), "error")
        return redirect(url_for(".show_one", key=key, revision=revision), 303)
    except Conflict as error:
        flash(_(error.detail, **error.params), "error")
        return redirect(url_for(".index", key=key), 303)
    commit()
    flash(_("The earlier draft is back. What was there before is in this list now."))
    return redirect(url_for(".index", key=template.id), 303)


def _titles(found: former.Former) -> list[str]:
    """The parts that were changed after a draft, each once."""
    titles = [title_in(each, current_language()) for each in found.changed]
    name = [str(_("Name"))] if found.has_other_name else []
    return list(dict.fromkeys([*name, *titles]))


def _changes(found: former.Former) -> list[Change]:
    back = compare(found.now, found.now, found.before)
    shown = show(back, {}, [found.before, found.now], current_language())
    changes = [Change(each.title, _pieces(each.difference, _taken(each.options))) for each in shown]
    if found.has_other_name:
        pieces: list[Piece] = [("gone", found.now["name"]), ("", " "), ("new", found.before["name"])]
        changes.insert(0, Change(str(_("Name")), pieces))
    return changes


def _taken(options: list[Option]) -> list[Piece]:
    return next((each.pieces for each in options if each.code == THEIRS), [])


def _pieces(difference: Difference, pieces: list[Piece]) -> list[Piece]:
    """What stands there after going back; what goes away altogether is shown as gone."""
    if difference.theirs is None and difference.kind != "order":
        return [("gone", text_of(difference.part, difference.ours, current_language()))]
    if difference.ours is None and difference.kind != "order":
        return [("new", "".join(text for _mark, text in pieces))]
    return pieces
