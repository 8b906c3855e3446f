"""Pages of the self-test: ask for a round trip, or for a test of a peer, and read what came of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from federation.health import round_trips
from federation.health.peers import find_peer
from federation.health.round_trip_steps import PEER_STEPS, STEPS
from node.accounts.access import Action, needs, require
from node.federation_health.service import names_of_hosts
from schemas.errors import NotFound
from schemas.messages import N_

bp = Blueprint("round_trips", __name__, template_folder="templates")


@bp.post("/netwerk/proef")
@needs(Action.WATCH_NETWORK)
def start() -> BaseResponse:
    """Ask for a round trip of our own."""
    return _started("")


@bp.post("/netwerk/gezondheid/<host>/proef")
@needs(Action.WATCH_NETWORK)
def start_peer(host: str) -> BaseResponse:
    """Ask for a test of a peer."""
    if find_peer(current_session, host) is None:
        raise NotFound(N_("We do not know this server."), cause=f"no peer {host}")
    return _started(host)


@bp.get("/netwerk/proef/<int:number>")
@needs(Action.WATCH_NETWORK)
def show(number: int) -> str:
    """What came of a round trip, as far as it is."""
    trip = round_trips.find_round_trip(current_session, number)
    if trip is None:
        raise NotFound()
    name = names_of_hosts(current_session, {trip.host})[trip.host] if trip.host else ""
    done = [step.code for step in trip.steps]
    ahead = (
        [] if trip.is_over else [code for code in (PEER_STEPS if trip.host else STEPS) if code not in done]
    )
    return render_template("federation_health/round_trip.html", trip=trip, name=name, ahead=ahead)


def _started(host: str) -> BaseResponse:
    by = require(Action.WATCH_NETWORK).name
    trip = round_trips.ask(current_session, by=by, host=host)
    commit()
    return redirect(url_for(".show", number=trip.id), 303)
