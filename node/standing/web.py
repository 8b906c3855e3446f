"""Pages about who speaks to us: the mode, the rules, the lists, and everything that was decided."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.owners import names_of
from federation.flask_session import commit, current_runtime, current_session
from federation.relations import deciding, decisions
from federation.relations.decisions import StandingDecision
from federation.relations.standing import policy
from federation.relations.targets import is_host
from federation.relations.trusted_lists import trusted_lists
from federation.relations.undoing import undo as undo_decision
from node.accounts.access import Action, needs, require
from node.standing import service, words
from node.standing.reports import count_open
from schemas.errors import AppError, Conflict, InvalidInput, RemoteError
from schemas.numbers import read_digits
from schemas.paging import read_page

bp = Blueprint("standing", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
_NEWEST = 5


@bp.get("/netwerk/wie")
@needs(Action.DECIDE_FOLLOWERS)
def index() -> Page:
    """Who may speak to us, and why."""
    return _overview({}, {"target": request.args.get("over", "")[:2000]})


@bp.post("/netwerk/wie/regels")
@needs(Action.DECIDE_FOLLOWERS)
def add_rule() -> Page:
    """Allow, silence or suspend somebody."""
    by, form = require(Action.DECIDE_FOLLOWERS).name, request.form
    given = {name: form.get(name, "")[:2000] for name in ("target", "rule", "reason", "days")}
    try:
        made = service.add_rule(
            current_session,
            current_runtime().settings,
            given["target"],
            given["rule"],
            reason=given["reason"],
            days=read_digits(given["days"]) or 0,
            by=by,
        )
    except (InvalidInput, Conflict) as error:
        return _overview(_beside(error, "target"), given), error.status
    commit()
    flash(_done(made))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/wie/regels/opheffen")
@needs(Action.DECIDE_FOLLOWERS)
def lift_rule() -> Page:
    """End a rule."""
    by, target = require(Action.DECIDE_FOLLOWERS).name, request.form.get("target", "")
    made = deciding.lift(current_session, current_runtime().settings, target, by=by)
    commit()
    flash(_done(made))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/wie/beleid")
@needs(Action.DECIDE_FOLLOWERS)
def change_policy() -> Page:
    """Change the mode, or whether reading needs a signature."""
    by, form = require(Action.DECIDE_FOLLOWERS).name, request.form
    reads = form.get("signed_reads")
    mode: Any = form.get("mode")
    made = deciding.change_policy(
        current_session, by=by, mode=mode, signed_reads=None if reads is None else reads == "on"
    )
    commit()
    flash(_("Changed. You can undo this below.") if made else _("Nothing changed."))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/wie/lijsten")
@needs(Action.DECIDE_FOLLOWERS)
def trust_list() -> Page:
    """Trust somebody's signed list."""
    by, address = require(Action.DECIDE_FOLLOWERS).name, request.form.get("address", "")[:1000]
    try:
        service.trust_list(current_session, current_runtime().settings, address, by=by)
    except (InvalidInput, RemoteError, Conflict) as error:
        return _overview(_beside(error, "address"), {"address": address}), error.status
    commit()
    flash(_("Trusted. The list is being read now."))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/wie/lijsten/verwijderen")
@needs(Action.DECIDE_FOLLOWERS)
def distrust_list() -> Page:
    """Trust a list no longer."""
    by = require(Action.DECIDE_FOLLOWERS).name
    deciding.distrust_list(current_session, request.form.get("publisher", ""), by=by)
    commit()
    flash(_("Removed. Who stood on it needs your word, or a hub, to speak to us."))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/wie/besluiten/<int:decision_id>/terugdraaien")
@needs(Action.DECIDE_FOLLOWERS)
def undo(decision_id: int) -> Page:
    """Go back to what held before a decision."""
    by = require(Action.DECIDE_FOLLOWERS).name
    made = undo_decision(current_session, current_runtime().settings, decision_id, by=by)
    commit()
    flash(_done(made) if made.kind == "rule" else _("Undone."))
    return redirect(url_for(".index"), 303)


@bp.get("/netwerk/wie/geschiedenis")
@needs(Action.DECIDE_FOLLOWERS)
def history() -> Page:
    """Everything that was decided."""
    found = decisions.history(current_session, read_page(request.args))
    return render_template("standing/history.html", history=found, names=_names(found.decisions), words=words)


def _overview(errors: dict[str, Any], given: dict[str, str]) -> str:
    typed = request.args.get("zoek", "").strip()[:2000]
    found, trouble = _found(typed)
    recent = decisions.history(current_session)
    lists = trusted_lists(current_session)
    return render_template(
        "standing/index.html",
        typed=typed,
        found=found,
        search_errors=trouble,
        policy=policy(current_session),
        rules=service.list_rules(current_session),
        lists=lists,
        recent=recent.decisions[:_NEWEST],
        undoable=recent.undoable,
        names=_names([*recent.decisions, *decisions.in_progress(current_session)]),
        working=decisions.in_progress(current_session),
        open_reports=count_open(current_session),
        words=words,
        errors=errors,
        given=given,
    )


def _found(typed: str) -> tuple[list[Any], dict[str, Any]]:
    """Who was looked for; an address that cannot be read is told next to the field."""
    try:
        return service.look_up(current_session, current_runtime().settings, typed), {}
    except InvalidInput as error:
        return [], {"zoek": error.fields.get("target", [error.detail])}


def _names(made: list[StandingDecision]) -> dict[str, str]:
    targets = {each.target for each in made if each.target}
    names = names_of(current_session, [each for each in targets if not is_host(each)])
    return {target: names.get(target, target) for target in targets}


def _done(made: StandingDecision) -> str:
    """What happens now, in a sentence or two."""
    was = made.before.get("word")
    if made.word == "suspend":
        return str(_("Suspended. Connections have ended, and its records disappear in a moment."))
    if was == "suspend":
        return str(
            _(
                "No longer suspended. Its records come back in a moment. "
                "Connections do not come back by themselves: ask for them anew."
            )
        )
    if made.word == "silence":
        return str(_("Silenced. Its records disappear from the guide, search and map in a moment."))
    if was == "silence":
        return str(_("No longer silenced. Its records come back in a moment."))
    return str(_("Allowed.") if made.word == "allow" else _("The rule was lifted."))


def _beside(error: AppError, field: str) -> dict[str, Any]:
    """What went wrong, to stand next to what was typed."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    said = {name: [_(text, **error.params) for text in texts] for name, texts in fields.items()}
    return said or {field: [_(error.detail, **error.params)]}
