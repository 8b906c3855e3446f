"""Pages of evidence: what a template's page shows of it, and telling how we use a template of ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.templates import KnownTemplate
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs
from node.activity_templates.answers import read_answer, show_answer
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import TemplateView, get_own
from node.gatherings.service import local_today
from node.layout.languages import current_language
from node.template_evidence import evidence, family, forms, telling
from node.template_evidence.due import due_tellings
from node.template_evidence.ladder import STEPS, Ladder
from node.template_evidence.models import TemplateUse
from node.template_evidence.running import fill_in, running_of
from schemas.errors import InvalidInput
from schemas.template_evidence import GRADES, LICENSES, STOP_REASONS

bp = Blueprint("template_evidence", __name__, url_prefix="/formats", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
Values = dict[str, Any]

_PLAIN = ("startedIn", "stoppedIn", "stopReason", "ownWords")
_RANGES = {"costPerPerson": "money", "hoursPerPerson": "number"}


@bp.get("/<key>/gebruik")
@needs(Action.EDIT_TEMPLATE)
def ask_use(key: str) -> Page:
    """How we use this template, what the network knows of it, and its grade."""
    template, today = get_own(current_session, key), local_today()
    known = telling.find_use(current_session, template)
    shown, running = TemplateUse(**forms.columns_of(known)), running_of(current_session, [key], today)
    is_filled_in = key in running and fill_in(shown, running[key])
    return _page(template, _typed_of(shown), _grade_of(template), {}, is_filled_in=is_filled_in)


@bp.get("/gebruik")
@needs(Action.EDIT_TEMPLATE)
def list_due() -> Page:
    """The formats of which something could be told."""
    return render_template("template_evidence/due.html", due=due_tellings(current_session, local_today()))


@bp.post("/<key>/gebruik/nog-zo")
@needs(Action.PUBLISH_TEMPLATE)
def confirm(key: str) -> Page:
    """What the network knows is still so."""
    settings, template = current_runtime().settings, get_own(current_session, key)
    telling.confirm(current_session, settings, template, local_today())
    commit()
    flash(_("Told. The network receives it now."))
    return redirect(url_for(".list_due"), 303)


@bp.post("/<key>/gebruik/niets")
@needs(Action.EDIT_TEMPLATE)
def say_nothing(key: str) -> Page:
    """Nothing is told, and it is not asked again."""
    template = get_own(current_session, key)
    running = running_of(current_session, [key], local_today())
    telling.say_nothing(current_session, template, running.get(key))
    commit()
    flash(_("We do not ask this again. You can always tell it at the format."))
    return redirect(url_for(".list_due"), 303)


@bp.post("/<key>/gebruik")
@needs(Action.EDIT_TEMPLATE)
def note_use(key: str) -> Page:
    """Keep how we use it; nothing leaves the node yet."""
    template = get_own(current_session, key)
    try:
        telling.note_use(current_session, template, _use_from(request.form), local_today())
    except InvalidInput as error:
        return _page(template, request.form.to_dict() | _ticked(), _grade_of(template), error.fields), 422
    commit()
    flash(_("Kept. Below you see what others may know of it."))
    return redirect(url_for(".ask_use", key=key, _anchor="told"), 303)


@bp.post("/<key>/gebruik/vertellen")
@needs(Action.PUBLISH_TEMPLATE)
def tell(key: str) -> Page:
    """Let the network know what was chosen."""
    telling.tell(current_session, current_runtime().settings, get_own(current_session, key), local_today())
    commit()
    flash(_("Told. The network receives it now."))
    return redirect(url_for(".ask_use", key=key, _anchor="told"), 303)


@bp.post("/<key>/gebruik/terugnemen")
@needs(Action.PUBLISH_TEMPLATE)
def take_back(key: str) -> Page:
    """Tell nothing of it any more."""
    telling.take_back(current_session, current_runtime().settings, get_own(current_session, key))
    commit()
    flash(_("Taken back. What you noted stays here."))
    return redirect(url_for(".ask_use", key=key, _anchor="told"), 303)


@bp.post("/<key>/beoordeling")
@needs(Action.PUBLISH_TEMPLATE)
def set_grade(key: str) -> Page:
    """Tell or take back what Movisie's database says of it."""
    template, typed = get_own(current_session, key), request.form.to_dict()
    try:
        telling.set_grade(current_session, current_runtime().settings, template, typed)
    except InvalidInput as error:
        use = telling.find_use(current_session, template)
        return _page(template, _typed_of(use), typed, error.fields), 422
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for(".ask_use", key=key, _anchor="grade"), 303)


@bp.app_template_global()
def template_evidence(view: TemplateView) -> evidence.Evidence | None:
    """The evidence of a template that was published; None for a draft."""
    if view.uri is None or view.known is None:
        return None
    return evidence.evidence_of(current_session, view.uri, view.content["indicators"], local_today())


@bp.app_template_global()
def template_family(found: evidence.Evidence, view: TemplateView) -> family.Family:
    """The family around a template."""
    return family.family_page(current_session, found.root, view.uri or "", _("Format we do not know"))


@bp.app_template_global()
def template_credits(view: TemplateView) -> list[family.Credit]:
    """Every ancestor of a template."""
    return family.credits_of(current_session, view)


@bp.app_template_global()
def template_ladders(templates: list[KnownTemplate]) -> dict[str, Ladder]:
    """How far each template of a list has come."""
    return evidence.ladders_of(current_session, templates, local_today())


@bp.app_template_global()
def template_license(view: TemplateView) -> tuple[str, str, bool]:
    """The licence of a template: its name, where it is explained, and whether it allows a copy."""
    name, allows = family.license_of(current_session, view)
    return name, LICENSES[name], allows


@bp.app_template_global()
def ladder_steps() -> tuple[str, ...]:
    """All steps, the lowest first."""
    return STEPS


@bp.app_template_global()
def ladder_step(step: str, running: int = 0) -> str:
    """One step of the ladder in words."""
    if step == "in_use" and running:
        return str(ngettext("In use in %(num)s village", "In use in %(num)s villages", running))
    words = {
        "thought_up": _("Thought up"),
        "tried": _("Tried out"),
        "in_use": _("In use in several villages"),
        "graded": _("Graded by experts"),
    }
    return str(words[step])


@bp.app_template_global()
def stop_reason_label(code: str) -> str:
    """Why something stopped, in words."""
    return STOP_REASONS.label(code, current_language()) if code else str(_("no reason given"))


@bp.app_template_global()
def grade_label(code: str) -> str:
    """A level of recognition in words."""
    return GRADES.label(code, current_language())


@bp.app_template_filter()
def month_words(month: str) -> str:
    """``2026-11`` in words."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "LLLL yyyy"))


def _page(
    template: ActivityTemplate,
    typed: Values,
    grade: Values,
    errors: dict[str, Any],
    *,
    is_filled_in: bool = False,
) -> str:
    language, use = current_language(), telling.find_use(current_session, template)
    return render_template(
        "template_evidence/use.html",
        template=template,
        typed=typed,
        grade=grade,
        errors=_flat(errors),
        is_filled_in=is_filled_in,
        told=telling.told_usage(template),
        would_tell=telling.usage_to_tell(use, local_today()),
        reasons=[(code, STOP_REASONS.label(code, language)) for code in STOP_REASONS.codes],
        grades=[(code, GRADES.label(code, language)) for code in GRADES.codes],
    )


def _use_from(form: MultiDict[str, str]) -> Values:
    """The form in the shape of the API; one end of a range stands for both."""
    data: Values = {name: form.get(name, "").strip() for name in _PLAIN} | _ticked()
    for name, kind in _RANGES.items():
        low, high = (read_answer(kind, form.get(f"{name}-{end}", "")) for end in ("lowest", "highest"))
        if low is not None or high is not None:
            data[name] = {
                "lowest": high if low is None else low,
                "highest": low if high is None else high,
            }
    return data


def _ticked() -> Values:
    return {"tells": request.form.getlist("tells")}


def _typed_of(use: Any) -> Values:
    values = forms.values_of(use)
    for name, kind in _RANGES.items():
        for end in ("lowest", "highest"):
            values[f"{name}-{end}"] = show_answer((values[name] or {}).get(end), kind)
    return values


def _grade_of(template: ActivityTemplate) -> Values:
    return dict((template.told or {}).get("grade") or {})


def _flat(errors: dict[str, Any]) -> dict[str, Any]:
    """The messages by the names of the form's fields."""
    found: dict[str, Any] = {}
    for name, messages in errors.items():
        if name in _RANGES and isinstance(messages, dict):
            found |= {f"{name}-{end}": texts for end, texts in messages.items()}
        else:
            found[name] = messages
    return found
