"""Pages of the network: joining a hub, requests, connections, what we share, the workroom."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.owners import names_of
from federation.actors.identities import find_identity
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.gatherings.service import local_today
from node.network import service
from node.network.connections import list_connections, list_key_offers, own_fingerprints
from node.network.read_here import read_here
from node.network.shared_words import WORDS
from node.network.sharing import list_shared
from node.network.workroom import hub_numbers, list_members
from node.standing.reports import count_open
from schemas.errors import AppError, Conflict, InvalidInput, RemoteError
from schemas.paging import read_page

bp = Blueprint("network", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
_ANSWERED = ("accepted", "rejected")


@bp.get("/netwerk")
def index() -> Page:
    """Whom we are connected with; for the board also the form to join a hub."""
    return _overview({}, "")


@bp.post("/netwerk/aansluiten")
@needs(Action.JOIN_HUB)
def join() -> Page:
    """Ask a hub to let us in."""
    address = request.form.get("address", "")[:1000]
    try:
        service.join_hub(current_session, current_runtime().settings, address)
    except (InvalidInput, RemoteError, Conflict) as error:
        return _overview(_beside_field(error), address), error.status
    commit()
    flash(_("Your request is on its way. Call the coordinator and read out your key."))
    return redirect(url_for(".index"), 303)


@bp.post("/netwerk/<int:connection_id>/beeindigen")
@needs(Action.JOIN_HUB)
def leave(connection_id: int) -> Page:
    """End a connection."""
    by = require(Action.JOIN_HUB).name
    service.leave(current_session, current_runtime().settings, connection_id, by=by)
    commit()
    flash(_("The connection has ended."))
    return redirect(url_for(".index"), 303)


@bp.get("/netwerk/verzoeken")
@needs(Action.DECIDE_FOLLOWERS)
def requests() -> Page:
    """Who wants to join or follow us, and what was decided."""
    return _requests({}, 0, "")


@bp.post("/netwerk/verzoeken/<int:request_id>/toelaten")
@needs(Action.DECIDE_FOLLOWERS)
def accept(request_id: int) -> Page:
    """Let somebody in."""
    by = require(Action.DECIDE_FOLLOWERS).name
    service.accept_request(current_session, current_runtime().settings, request_id, by=by)
    commit()
    flash(_("Let in. Both sides see the connection in a moment."))
    return redirect(url_for(".requests"), 303)


@bp.post("/netwerk/verzoeken/<int:request_id>/weigeren")
@needs(Action.DECIDE_FOLLOWERS)
def reject(request_id: int) -> Page:
    """Refuse somebody, with a reason for our own colleagues."""
    by, reason = require(Action.DECIDE_FOLLOWERS).name, request.form.get("reason", "")
    try:
        service.reject_request(current_session, current_runtime().settings, request_id, reason=reason, by=by)
    except InvalidInput as error:
        return _requests({f"reason-{request_id}": error.fields["reason"]}, request_id, reason), 422
    commit()
    flash(_("Refused. You can undo this below."))
    return redirect(url_for(".requests"), 303)


@bp.post("/netwerk/verzoeken/<int:request_id>/nieuwe-sleutel")
@needs(Action.DECIDE_FOLLOWERS)
def accept_key(request_id: int) -> Page:
    """Believe the new key of somebody we know."""
    by = require(Action.DECIDE_FOLLOWERS).name
    service.accept_key(current_session, current_runtime().settings, request_id, by=by)
    commit()
    flash(_("The new key counts from now on. The others in the network hear of it."))
    return redirect(url_for(".requests"), 303)


@bp.post("/netwerk/verzoeken/<int:request_id>/valse-sleutel")
@needs(Action.DECIDE_FOLLOWERS)
def refuse_key(request_id: int) -> Page:
    """Do not believe a new key."""
    by = require(Action.DECIDE_FOLLOWERS).name
    service.refuse_key(current_session, current_runtime().settings, request_id, by=by)
    commit()
    flash(_("Refused. Nothing with this key is believed, and the warning stays in sight."))
    return redirect(url_for(".requests"), 303)


@bp.post("/netwerk/verzoeken/<int:request_id>/terugdraaien")
@needs(Action.DECIDE_FOLLOWERS)
def undo(request_id: int) -> Page:
    """Take a decision back."""
    by = require(Action.DECIDE_FOLLOWERS).name
    service.undo_decision(current_session, current_runtime().settings, request_id, by=by)
    commit()
    flash(_("Undone."))
    return redirect(url_for(".requests"), 303)


@bp.get("/netwerk/delen")
def sharing() -> Page:
    """Everything that left this node, in words."""
    shared = list_shared(current_session, read_page(request.args))
    names = names_of(current_session, [uri for thing in shared.things for uri in thing.recipients])
    return render_template(
        "network/sharing.html",
        shared=shared,
        here=read_here(current_session, local_today()),
        named=lambda uris: ", ".join(names[uri] for uri in uris),
        words=WORDS,
        is_ours=_is_ours,
    )


@bp.get("/werkkamer")
@needs(Action.COORDINATE)
def workroom() -> Page:
    """The coordinator's day: requests, members, numbers."""
    return render_template(
        "network/workroom.html",
        numbers=hub_numbers(current_session),
        members=list_members(current_session),
        pending=list_connections(current_session, "in", ["pending"]),
        open_reports=count_open(current_session),
    )


def _overview(errors: dict[str, object], address: str) -> str:
    asked = list_connections(current_session, "out", ["pending", "accepted", "rejected"])
    followers = list_connections(current_session, "in", ["accepted"])
    decides = may(Action.DECIDE_FOLLOWERS)
    return render_template(
        "network/index.html",
        asked=asked,
        followers=followers,
        own=own_fingerprints(current_session),
        may_join=may(Action.JOIN_HUB) and find_identity(current_session, "cooperative") is not None,
        waiting=_count_waiting() if decides else 0,
        may_decide=decides,
        errors=errors,
        address=address,
    )


def _count_waiting() -> int:
    waiting = list_connections(current_session, "in", ["pending"])
    return len(waiting) + len(list_key_offers(current_session))


def _requests(errors: dict[str, object], open_id: int, reason: str) -> str:
    return render_template(
        "network/requests.html",
        pending=list_connections(current_session, "in", ["pending"]),
        offers=list_key_offers(current_session),
        answered=list_connections(current_session, "in", _ANSWERED),
        errors=errors,
        open_id=open_id,
        reason=reason,
    )


def _beside_field(error: AppError) -> dict[str, object]:
    """What went wrong, to stand next to the address that was typed."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    return fields or {"address": [str(_(error.detail, **error.params))]}


def _is_ours(url: str) -> bool:
    """True for an address of this node, so that only those become links."""
    return bool(url) and urlsplit(url).netloc == request.host
