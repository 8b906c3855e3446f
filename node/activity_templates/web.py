"""Pages of templates: the list, one template with its family, the form, copying and publishing."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica import templates as known_templates
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs
from node.activity_templates import copying, service
from node.activity_templates.forms import flat_errors
from node.activity_templates.listing import find_templates
from node.activity_templates.questions import (
    choice_pairs,
    limits_in_words,
    read_answers,
    shown_answers,
    typed_answers,
)
from node.communities.models import find_community
from schemas.errors import InvalidInput
from schemas.paging import read_page

bp = Blueprint("activity_templates", __name__, url_prefix="/formats", template_folder="templates")
bp.add_app_template_filter(choice_pairs, "choice_pairs")
bp.add_app_template_filter(limits_in_words, "limits_in_words")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
def index() -> Page:
    """The formats of the network, searched in our own replica, and the team's own drafts."""
    query = request.args.get("q", "")[:200]
    number = read_page(request.args)
    may_edit = _may_edit()
    shows_own = may_edit and not query
    return render_template(
        "activity_templates/index.html",
        query=query,
        found=find_templates(current_session, query, page=number, without_own=shows_own),
        own=service.own_templates(current_session) if shows_own else [],
        may_edit=may_edit,
    )


@bp.get("/<key>")
def show(key: str) -> Page:
    """One format: its parts, its questions, who copied it, and what it brings."""
    may_edit = _may_edit()
    view = service.open_template(current_session, key, team=may_edit, draft="draft" in request.args)
    uri = view.uri if view.known else None
    return render_template(
        "activity_templates/show.html",
        view=view,
        may_edit=may_edit,
        may_report=may(Action.SEE_WORKPLACE),
        page_key=lambda address: service.page_key(current_session, address),
        copied_from=known_templates.find_template(current_session, view.origin_uri or ""),
        versions=known_templates.versions(current_session, uri) if uri else [],
    )


@bp.post("/<key>/publiceren")
@needs(Action.PUBLISH_TEMPLATE)
def publish(key: str) -> Page:
    """Send the draft into the network as the next version, with what it changes."""
    template = service.get_own(current_session, key)
    change = {name: request.form[name] for name in ("changeClass", "changeNote") if name in request.form}
    try:
        service.publish_template(current_session, current_runtime().settings, template, change)
    except InvalidInput as error:
        if template.latest is None or not error.fields:
            raise
        page = render_template(
            "activity_templates/publish.html", own=template, change=change, errors=error.fields
        )
        return page, 422
    commit()
    flash(_("Published. The network receives it now."))
    return redirect(url_for(".show", key=template.id), 303)


@bp.post("/<key>/intrekken")
@needs(Action.PUBLISH_TEMPLATE)
def withdraw(key: str) -> Page:
    """Take a format out of the network."""
    template = service.get_own(current_session, key)
    service.withdraw_template(current_session, current_runtime().settings, template)
    commit()
    flash(_("Withdrawn. Other villages no longer find it. Copies of it live on."))
    return redirect(url_for(".index"), 303)


@bp.get("/<key>/kopieren")
@needs(Action.EDIT_TEMPLATE)
def ask_copy(key: str) -> Page:
    """The questions of a format, and a name for our own."""
    view = service.open_template(current_session, key)
    answers = shown_answers(view.content["parameters"])
    name = copying.propose_own_name(current_session, view.uri or "")
    return _copy_form(view, name, answers)


@bp.post("/<key>/kopieren")
@needs(Action.EDIT_TEMPLATE)
def copy(key: str) -> Page:
    """Make the draft of our own format."""
    view = service.open_template(current_session, key)
    parameters = view.content["parameters"]
    typed = typed_answers(parameters, request.form)
    answers = read_answers(parameters, typed)
    name = request.form.get("name", "")
    try:
        template = copying.copy_template(current_session, view.uri or "", name=name, answers=answers)
    except InvalidInput as error:
        return _copy_form(view, name, typed, flat_errors(error.fields)), 422
    commit()
    flash(_("Copied. Change what is different in your village, and publish it when it is right."))
    return redirect(url_for(".show", key=template.id), 303)


def _copy_form(
    view: service.TemplateView, name: str, answers: dict[str, str], errors: dict[str, object] | None = None
) -> str:
    if view.uri is None:
        abort(404)
    return render_template(
        "activity_templates/copy.html",
        view=view,
        name=name,
        answers=answers,
        errors=errors or {},
    )


def _may_edit() -> bool:
    """True for the team of a village; a hub has no formats of its own."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.EDIT_TEMPLATE)
