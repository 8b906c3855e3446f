"""Pages of the network's health: all peers at a glance, one peer, and the warnings about them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from directory.relaying.reconciliation import ask_reconciliation
from federation.flask_session import commit, current_session
from federation.health import pauses
from federation.health.alarms import alarms_of, dismiss
from federation.health.peers import FILTERS
from node.accounts.access import Action, may, needs, require
from node.federation_health import service
from node.federation_health.step_words import STEPS, step_words
from node.federation_health.words import alarm_words, failure_words
from node.network.shared_words import WORDS
from schemas.errors import InvalidInput
from schemas.paging import read_page

bp = Blueprint("federation_health", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.app_context_processor
def words_for_pages() -> dict[str, object]:
    """What these templates use to put codes into words."""
    return {
        "failure_words": failure_words,
        "alarm_words": alarm_words,
        "alarms_of": alarms_of,
        "step_words": step_words,
        "step_names": STEPS,
        "shared_words": WORDS,
        "may_watch_network": lambda: may(Action.WATCH_NETWORK),
    }


@bp.get("/netwerk/gezondheid")
@needs(Action.WATCH_NETWORK)
def index() -> Page:
    """How the network is doing, what needs attention first."""
    return _overview()


@bp.get("/netwerk/gezondheid/<host>")
@needs(Action.WATCH_NETWORK)
def peer(host: str) -> Page:
    """One peer: facts, warnings, what went there and what came from it."""
    return _peer(host, {})


@bp.post("/netwerk/gezondheid/<host>/nu")
@needs(Action.WATCH_NETWORK)
def try_now(host: str) -> Page:
    """End the pause of a host by trying it once."""
    count = pauses.try_now(current_session, host)
    commit()
    text = ngettext("We try now, with %(num)s message.", "We try now; %(num)s messages wait.", count)
    flash(text if count else _("Nothing waits for this server. The next message goes at once."))
    return redirect(url_for(".peer", host=host), 303)


@bp.post("/netwerk/gezondheid/<host>/melding/<kind>")
@needs(Action.WATCH_NETWORK)
def dismiss_alarm(host: str, kind: str) -> Page:
    """Put a warning aside, with a reason."""
    by, reason = require(Action.WATCH_NETWORK).name, request.form.get("reason", "")
    try:
        dismiss(current_session, host, kind, reason=reason, by=by)
    except InvalidInput as error:
        return _peer(host, error.fields), error.status
    commit()
    flash(_("Put aside. When it happens again, it is back."))
    return redirect(url_for(".peer", host=host), 303)


@bp.post("/netwerk/vergelijken")
@needs(Action.WATCH_NETWORK)
def compare() -> Page:
    """Compare with a hub now: in the background, within a minute."""
    ask_reconciliation(current_session, request.form.get("hub", ""))
    commit()
    flash(_("We compare now. Look again in a moment."))
    return redirect(url_for(".index", _anchor="comparisons"), 303)


def _overview() -> str:
    show = request.args.get("show", "all")
    show = show if show in FILTERS else "all"
    search = request.args.get("q", "")[:200]
    page = read_page(request.args)
    found = service.overview(current_session, show=show, search=search, page=page)
    return render_template("federation_health/index.html", found=found, show=show, search=search)


def _peer(host: str, errors: dict[str, object]) -> str:
    found = service.one_peer(current_session, host)
    return render_template("federation_health/peer.html", found=found, errors=errors)
