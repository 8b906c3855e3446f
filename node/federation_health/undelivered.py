"""Pages of what did not arrive: dead letters on their way out, and failed messages on their way in."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from federation.health import inbox_failures
from federation.sending import dead_letters, discarded
from node.accounts.access import Action, needs, require
from node.federation_health.service import names_of_hosts, with_contents
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.numbers import read_digits
from schemas.paging import read_page

bp = Blueprint("undelivered", __name__, template_folder="templates")


@bp.get("/netwerk/onbestelbaar")
@needs(Action.WATCH_NETWORK)
def index() -> str:
    """What was given up: to whom, why, since when."""
    host = request.args.get("host", "")[:260] or None
    page = read_page(request.args)
    found = dead_letters.list_given_up(current_session, host=host, page=page)
    put_away = discarded.list_put_away(current_session)
    hosts = {delivery.host for delivery in found.deliveries} | {each.host for each in put_away}
    return render_template(
        "federation_health/undelivered.html",
        found=found,
        letters=with_contents(current_session, found.deliveries),
        put_away=put_away,
        names=names_of_hosts(current_session, hosts | ({host} if host else set())),
        host=host,
    )


@bp.post("/netwerk/onbestelbaar/opnieuw")
@needs(Action.WATCH_NETWORK)
def retry() -> BaseResponse:
    """Send again: the ticked ones, or all of a host."""
    count = dead_letters.retry(current_session, _which())
    commit()
    flash(ngettext("%(num)s message goes once more.", "%(num)s messages go once more.", count))
    return _back()


@bp.post("/netwerk/onbestelbaar/weg")
@needs(Action.WATCH_NETWORK)
def discard() -> BaseResponse:
    """Put away: the ticked ones, or all of a host."""
    by = require(Action.WATCH_NETWORK).name
    count = dead_letters.discard(current_session, _which(), by=by)
    commit()
    flash(ngettext("%(num)s message put away.", "%(num)s messages put away.", count) + " " + _undo_below())
    return _back()


@bp.post("/netwerk/onbestelbaar/terug")
@needs(Action.WATCH_NETWORK)
def put_back() -> BaseResponse:
    """Undo one step of putting away."""
    try:
        at = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        raise InvalidInput(N_("This message cannot be read."), cause="not an instant") from None
    if at.tzinfo is None:
        raise InvalidInput(N_("This message cannot be read."), cause="an instant without a zone")
    count = discarded.put_back(current_session, request.form.get("host", ""), at)
    commit()
    flash(ngettext("%(num)s message is back.", "%(num)s messages are back.", count))
    return _back()


@bp.get("/netwerk/mislukt")
@needs(Action.WATCH_NETWORK)
def failures() -> str:
    """What came in and could not be processed."""
    page = read_page(request.args)
    found = inbox_failures.list_failures(current_session, page)
    return render_template("federation_health/failures.html", found=found)


@bp.post("/netwerk/mislukt/opnieuw")
@needs(Action.WATCH_NETWORK)
def process_again() -> BaseResponse:
    """Process once more what came in: the ticked ones, or all."""
    ids = None if request.form.get("all") else _ids()
    count = inbox_failures.process_again(current_session, ids)
    commit()
    flash(ngettext("%(num)s message is opened once more.", "%(num)s messages are opened once more.", count))
    return redirect(url_for(".failures"), 303)


def _which() -> list[int] | str:
    """All of a host when one is named, else the rows that were ticked."""
    return request.form.get("all_of", "")[:260] or _ids()


def _ids() -> list[int]:
    """The rows that were ticked; a number that no row can have is none."""
    given = request.form.getlist("id")
    return [number for text in given if (number := read_digits(text)) is not None][:1000]


def _back() -> BaseResponse:
    return redirect(url_for(".index", host=request.form.get("shown") or None), 303)


def _undo_below() -> str:
    return str(_("You can undo this at the bottom of the page."))
