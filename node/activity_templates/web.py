"""Pages of templates: the list, one template with its family, the form, copying and publishing."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica import templates as known_templates
from directory.replica.figures import ReleasedFigure, list_figures
from directory.replica.owners import names_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs
from node.activity_templates import copying, service
from node.activity_templates.content import paragraphs
from node.activity_templates.family_picture import draw_family
from node.activity_templates.forms import (
    change_rows,
    empty_values,
    flat_errors,
    read_answer,
    show_answer,
    to_content,
    values_from,
    values_of,
)
from node.activity_templates.listing import find_templates
from node.communities.models import find_community
from node.layout.languages import current_language
from schemas.errors import InvalidInput
from schemas.indicators import NATIONAL
from schemas.objects import Document
from schemas.taxonomies import PARAMETER_KINDS, SECTIONS

bp = Blueprint("activity_templates", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
def index() -> Page:
    """The formats of the network, searched in our own replica, and the team's own drafts."""
    query = request.args.get("q", "")[:200]
    number = request.args.get("page", 1, type=int)
    may_edit = _may_edit()
    shows_own = may_edit and not query
    return render_template(
        "activity_templates/index.html",
        query=query,
        found=find_templates(current_session, query, page=max(1, number), without_own=shows_own),
        own=service.own_templates(current_session) if shows_own else [],
        may_edit=may_edit,
    )


@bp.get("/<key>")
def show(key: str) -> Page:
    """One format: its parts, its questions, who copied it, and what it brings."""
    may_edit = _may_edit()
    view = service.open_template(current_session, key, team=may_edit, draft="draft" in request.args)
    uri = view.uri if view.known else None
    root = known_templates.family(current_session, uri) if uri else None
    relatives = known_templates.members(root) if root else []
    owners = names_of(current_session, [each.template.owner_uri for each in relatives if each.template])
    return render_template(
        "activity_templates/show.html",
        view=view,
        may_edit=may_edit,
        may_report=may(Action.SEE_WORKPLACE),
        root=root,
        relatives=relatives,
        owners=owners,
        copies=known_templates.copies_of(current_session, uri) if uri else [],
        page_key=lambda address: service.page_key(current_session, address),
        picture=draw_family(root, owners, uri, _("Format we do not know")) if root and uri else None,
        figures=_figures_of(view),
        copied_from=known_templates.find_template(current_session, view.origin_uri or ""),
        versions=known_templates.versions(current_session, uri) if uri else [],
    )


@bp.get("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def new() -> Page:
    """The empty form."""
    return _form(empty_values())


@bp.post("/nieuw")
@needs(Action.EDIT_TEMPLATE)
def create() -> Page:
    """Keep a new draft."""
    values = values_from(request.form)
    if change_rows(values, request.form.get("action", "")):
        return _form(values)
    try:
        template = service.create_template(current_session, to_content(values))
    except InvalidInput as error:
        return _form(values, errors=flat_errors(error.fields)), 422
    commit()
    flash(_("Kept as a draft. Only your own team sees it."))
    return redirect(url_for(".show", key=template.id), 303)


@bp.get("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def edit(key: str) -> Page:
    """The form with the draft in it."""
    template = service.get_own(current_session, key)
    return _form(values_of(template.draft), key=template.id)


@bp.post("/<key>/bewerken")
@needs(Action.EDIT_TEMPLATE)
def save(key: str) -> Page:
    """Replace the draft."""
    template, values = service.get_own(current_session, key), values_from(request.form)
    if change_rows(values, request.form.get("action", "")):
        return _form(values, key=template.id)
    try:
        service.edit_template(current_session, template, to_content(values, template.draft["language"]))
    except InvalidInput as error:
        return _form(values, key=template.id, errors=flat_errors(error.fields)), 422
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for(".show", key=template.id, draft=1), 303)


@bp.post("/<key>/publiceren")
@needs(Action.PUBLISH_TEMPLATE)
def publish(key: str) -> Page:
    """Send the draft into the network as the next version."""
    template = service.get_own(current_session, key)
    service.publish_template(current_session, current_runtime().settings, template)
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
    answers = {each["key"]: show_answer(each["value"], each["kind"]) for each in view.content["parameters"]}
    name = copying.propose_own_name(current_session, view.uri or "")
    return _copy_form(view, name, answers)


@bp.post("/<key>/kopieren")
@needs(Action.EDIT_TEMPLATE)
def copy(key: str) -> Page:
    """Make the draft of our own format."""
    view = service.open_template(current_session, key)
    parameters = view.content["parameters"]
    typed = {each["key"]: request.form.get(f"answer-{each['key']}", "") for each in parameters}
    answers = {each["key"]: read_answer(each["kind"], typed[each["key"]]) for each in parameters}
    name = request.form.get("name", "")
    try:
        template = copying.copy_template(current_session, view.uri or "", name=name, answers=answers)
    except InvalidInput as error:
        return _copy_form(view, name, typed, flat_errors(error.fields)), 422
    commit()
    flash(_("Copied. Change what is different in your village, and publish it when it is right."))
    return redirect(url_for(".show", key=template.id), 303)


@bp.app_template_filter("paragraphs")
def _paragraphs(text: str) -> list[str]:
    return paragraphs(text)


def _form(values: dict[str, object], *, key: str = "", errors: dict[str, object] | None = None) -> str:
    language = current_language()
    return render_template(
        "activity_templates/form.html",
        values=values,
        errors=errors or {},
        key=key,
        sections=[(code, SECTIONS.label(code, language)) for code in SECTIONS.codes],
        kinds=[(code, PARAMETER_KINDS.label(code, language)) for code in PARAMETER_KINDS.codes],
        indicators=[(each.code, each.en if language == "en" else each.nl) for each in NATIONAL.values()],
    )


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
        choices={
            parameter["key"]: [(choice, choice) for choice in parameter["choices"]]
            for parameter in view.content["parameters"]
        },
        limits={parameter["key"]: _limits(parameter) for parameter in view.content["parameters"]},
    )


def _figures_of(view: service.TemplateView) -> list[ReleasedFigure]:
    """The released figures of the template's own indicators, of the village that wrote it."""
    if view.known is None:
        return []
    found = list_figures(current_session, owner_uri=view.known.owner_uri, most=50)
    return [figure for figure in found if figure.indicator in view.content["indicators"]][:6]


def _may_edit() -> bool:
    """True for the team of a village; a hub has no formats of its own."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.EDIT_TEMPLATE)


def _limits(parameter: Document) -> str:
    low, high = show_answer(parameter["minimum"]), show_answer(parameter["maximum"])
    if low and high:
        return str(_("From %(low)s to %(high)s", low=low, high=high))
    if low:
        return str(_("At least %(low)s", low=low))
    return str(_("At most %(high)s", high=high)) if high else ""


@bp.app_template_global()
def section_label(code: str) -> str:
    """The name of a part in the reader's language."""
    return SECTIONS.label(code, current_language())
