"""Pages of improvements: what is newer elsewhere, the choices, the preview, skipping and undoing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import get_own, page_key
from node.gatherings.models import Gathering
from node.layout.languages import current_language
from node.template_updates import service
from node.template_updates.ancestors import AncestorWord, all_words, ancestor_words, mark_known
from node.template_updates.notices import Notice, notice_of, notices
from node.template_updates.series import SafetyWord, safety_word
from node.template_updates.words import placed, show
from schemas.errors import InvalidInput
from schemas.objects import Document
from schemas.taxonomies import CHANGE_CLASSES

bp = Blueprint("template_updates", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/verbeteringen")
@needs(Action.EDIT_TEMPLATE)
def index() -> Page:
    """All formats of ours of which the origin has a newer version."""
    return render_template(
        "template_updates/index.html", notices=notices(current_session), words=all_words(current_session)
    )


@bp.get("/<key>/verbetering")
@needs(Action.EDIT_TEMPLATE)
def choose(key: str) -> Page:
    """What the newer version changes, with a choice for each."""
    template = get_own(current_session, key)
    if notice_of(current_session, template) is None:
        flash(_("This format is up to date."))
        return redirect(url_for("activity_templates.show", key=key, draft=1), 303)
    return _choices(template, {})


@bp.post("/<key>/verbetering")
@needs(Action.EDIT_TEMPLATE)
def take(key: str) -> Page:
    """Show what it becomes, or make it so."""
    template = get_own(current_session, key)
    chosen = chosen_in_form()
    try:
        if request.form.get("action") == "preview":
            result = service.open_proposal(current_session, template).result(chosen)
            return _choices(template, chosen, result=result)
        by = require(Action.EDIT_TEMPLATE).name
        service.take(current_session, template, chosen, seen=request.form.get("seen", ""), by=by)
    except InvalidInput as error:
        return _choices(template, chosen, errors=error.fields), 422
    commit()
    flash(_("Done. Publish it when it is right. What already runs goes on as it was."))
    return redirect(url_for("activity_templates.show", key=key, draft=1), 303)


@bp.post("/<key>/verbetering/overslaan")
@needs(Action.EDIT_TEMPLATE)
def skip(key: str) -> Page:
    """Leave this version for what it is."""
    service.skip(current_session, get_own(current_session, key), by=require(Action.EDIT_TEMPLATE).name)
    commit()
    flash(_("Skipped. You hear of it again when there is a later version."))
    return redirect(url_for("activity_templates.show", key=key), 303)


@bp.post("/<key>/verbetering/terug")
@needs(Action.EDIT_TEMPLATE)
def undo(key: str) -> Page:
    """Take back what was taken or skipped last."""
    kept = service.undo(current_session, get_own(current_session, key))
    commit()
    if kept:
        flash(_("Undone. What you changed yourselves since then stays as you wrote it."))
    else:
        flash(_("Undone. It is as it was before."))
    return redirect(url_for("activity_templates.show", key=key, draft=1), 303)


@bp.post("/<key>/verbetering/gelezen")
@needs(Action.EDIT_TEMPLATE)
def know(key: str) -> Page:
    """We know what an ancestor made safer."""
    template, by = get_own(current_session, key), require(Action.EDIT_TEMPLATE).name
    mark_known(current_session, template, request.form.get("ancestor", ""), by=by)
    commit()
    flash(_("Noted. You hear of it again when they change it once more."))
    return redirect(url_for("activity_templates.show", key=key, draft=1), 303)


def chosen_in_form() -> dict[str, str]:
    """The choices that were made, by place."""
    found = request.form.items()
    return {name.removeprefix("choice-"): value for name, value in found if name.startswith("choice-")}


def _choices(
    template: ActivityTemplate,
    chosen: dict[str, str],
    *,
    result: Document | None = None,
    errors: dict[str, Any] | None = None,
) -> str:
    proposal = service.open_proposal(current_session, template)
    contents = [proposal.theirs, proposal.ours, proposal.base]
    places = [each.place for each in proposal.differences]
    return render_template(
        "template_updates/choices.html",
        template=template,
        proposal=proposal,
        notice=proposal.notice,
        origin_key=""
        if proposal.notice.is_library
        else page_key(current_session, proposal.notice.origin.uri),
        shown=show(proposal.differences, chosen, contents, current_language()),
        seen=proposal.seal,
        result=result,
        errors=placed(errors or {}, places),
    )


@bp.app_template_global()
def template_notice(template: ActivityTemplate | None) -> Notice | None:
    """The newer version of what a format of ours was copied from, for who may take it."""
    if template is None or not may(Action.EDIT_TEMPLATE):
        return None
    found = notice_of(current_session, template)
    return None if found is None or found.is_skipped else found


@bp.app_template_global()
def template_ancestor_words(template: ActivityTemplate | None) -> list[AncestorWord]:
    """What ancestors of a format of ours made safer, for who may act on it."""
    if template is None or not may(Action.EDIT_TEMPLATE):
        return []
    return ancestor_words(current_session, template)


@bp.app_template_global()
def template_decision(template: ActivityTemplate | None) -> Any:
    """What was taken or skipped last and can be undone, for who may."""
    if template is None or not may(Action.EDIT_TEMPLATE):
        return None
    return service.last_decision(current_session, template)


@bp.app_template_global()
def series_safety(gathering: Gathering) -> SafetyWord | None:
    """A change for safety that a running activity does not have yet, for who may act on it."""
    if not may(Action.EDIT_TEMPLATE):
        return None
    return safety_word(current_session, gathering.template_id, gathering.template_version)


@bp.app_template_global()
def page_key_of(uri: str) -> str:
    """The key of the page of a template."""
    return page_key(current_session, uri)


@bp.app_template_global()
def change_class_label(code: str) -> str:
    """The name of a class of changes in the reader's language."""
    return CHANGE_CLASSES.label(code, current_language())
