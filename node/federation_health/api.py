"""The health of the network for programs: the same as the pages, in `/api/v1/health`."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from directory.relaying.reconciliation import ask_reconciliation
from federation.flask_session import commit, current_session
from federation.health import inbox_failures, pauses, round_trips
from federation.health.alarms import dismiss
from federation.health.peers import find_peer
from federation.sending import dead_letters, discarded
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.federation_health import schemas, service
from node.federation_health.comparisons import comparisons
from node.federation_health.telling import (
    letter_document,
    peer_document,
    tell_alarm,
    tell_comparison,
    tell_difference,
)
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_

bp = Blueprint("health_api", __name__, url_prefix="/api/v1/health", description="Health of the network")
_READ = token_or_session("read", Action.WATCH_NETWORK)
_WRITE = token_or_session("write:network", Action.WATCH_NETWORK)


@bp.get("")
@_READ
@bp.arguments(schemas.PeersQuerySchema, location="query")
@bp.response(200, schemas.HealthSchema)
def read(wanted: dict[str, Any]) -> dict[str, Any]:
    """The network at a glance: peers, queues, warnings, the last round trip."""
    found = service.overview(current_session, show=wanted["show"], search=wanted["q"], page=wanted["page"])
    listed = found.listed
    return {
        "peers": [peer_document(each) for each in listed.peers],
        "total": listed.total,
        "page": listed.page,
        "pages": listed.pages,
        "counts": listed.counts,
        "queues": found.queues,
        "alarms": [tell_alarm(alarm, found.names[alarm.host]) for alarm in found.alarms],
        "round_trip": found.round_trip,
    }


@bp.get("/comparisons")
@_READ
@bp.response(200, schemas.ComparisonsSchema)
def read_comparisons() -> dict[str, Any]:
    """What came of comparing with our hubs, and of comparing keys with their members."""
    found = comparisons(current_session)
    return {
        "hubs": [tell_comparison(each) for each in found.hubs],
        "keys": found.keys,
        "differences": [tell_difference(each) for each in found.differences],
    }


@bp.post("/comparisons")
@_WRITE
@bp.arguments(schemas.CompareSchema)
@bp.response(202)
def compare(wanted: dict[str, Any]) -> None:
    """Compare with a hub now; read what came of it later."""
    ask_reconciliation(current_session, wanted["hub"])
    commit()


@bp.get("/peers/<host>")
@_READ
@bp.response(200, schemas.PeerSchema)
def read_peer(host: str) -> dict[str, Any]:
    """One peer."""
    return peer_document(service.one_peer(current_session, host).health)


@bp.post("/peers/<host>/try")
@_WRITE
@bp.response(200, schemas.ChangedSchema)
def try_now(host: str) -> dict[str, int]:
    """End the pause of a host by trying it once."""
    count = pauses.try_now(current_session, host)
    commit()
    return {"count": count}


@bp.post("/peers/<host>/test")
@_WRITE
@bp.response(202, schemas.RoundTripSchema)
def test_peer(host: str) -> Any:
    """Ask for a test of a peer; read what came of it later."""
    if find_peer(current_session, host) is None:
        raise NotFound(N_("We do not know this server."), cause=f"no peer {host}")
    return _asked(host)


@bp.post("/peers/<host>/alarms/<kind>/dismiss")
@_WRITE
@bp.arguments(schemas.DismissSchema)
@bp.response(204)
def dismiss_alarm(wanted: dict[str, Any], host: str, kind: str) -> None:
    """Put a warning aside, with a reason."""
    by = require(Action.WATCH_NETWORK).name
    dismiss(current_session, host, kind, reason=wanted["reason"], by=by)
    commit()


@bp.post("/round-trips")
@_WRITE
@bp.response(202, schemas.RoundTripSchema)
def start_round_trip() -> Any:
    """Ask for a round trip of our own; read what came of it later."""
    return _asked("")


@bp.get("/round-trips/<int:number>")
@_READ
@bp.response(200, schemas.RoundTripSchema)
def read_round_trip(number: int) -> Any:
    """What came of a round trip, as far as it is."""
    trip = round_trips.find_round_trip(current_session, number)
    if trip is None:
        raise NotFound()
    return trip


@bp.get("/dead-letters")
@_READ
@bp.arguments(schemas.LettersQuerySchema, location="query")
@bp.response(200, schemas.LettersSchema)
def list_dead_letters(wanted: dict[str, Any]) -> dict[str, Any]:
    """What was given up."""
    found = dead_letters.list_given_up(current_session, host=wanted["host"], page=wanted["page"])
    names = service.names_of_hosts(current_session, {delivery.host for delivery in found.deliveries})
    letters = service.with_contents(current_session, found.deliveries)
    items = [letter_document(delivery, thing, names[delivery.host]) for delivery, thing in letters]
    return {"items": items, "total": found.total, "page": found.page, "pages": found.pages}


@bp.post("/dead-letters/retry")
@_WRITE
@bp.arguments(schemas.WhichSchema)
@bp.response(200, schemas.ChangedSchema)
def retry(wanted: dict[str, Any]) -> dict[str, int]:
    """Send again."""
    count = dead_letters.retry(current_session, _which(wanted))
    commit()
    return {"count": count}


@bp.post("/dead-letters/discard")
@_WRITE
@bp.arguments(schemas.WhichSchema)
@bp.response(200, schemas.ChangedSchema)
def discard(wanted: dict[str, Any]) -> dict[str, int]:
    """Put away; `put-back` undoes it."""
    by = require(Action.WATCH_NETWORK).name
    count = dead_letters.discard(current_session, _which(wanted), by=by)
    commit()
    return {"count": count}


@bp.get("/dead-letters/put-away")
@_READ
@bp.response(200, schemas.PutAwayListSchema)
def list_put_away() -> dict[str, Any]:
    """What was put away last."""
    return {"items": discarded.list_put_away(current_session, 50)}


@bp.post("/dead-letters/put-back")
@_WRITE
@bp.arguments(schemas.StepBackSchema)
@bp.response(200, schemas.ChangedSchema)
def put_back(wanted: dict[str, Any]) -> dict[str, int]:
    """Undo one step of putting away."""
    count = discarded.put_back(current_session, wanted["host"], wanted["at"])
    commit()
    return {"count": count}


@bp.get("/inbox-failures")
@_READ
@bp.arguments(schemas.LettersQuerySchema(only=("page",)), location="query")
@bp.response(200, schemas.FailuresSchema)
def list_failures(wanted: dict[str, Any]) -> Any:
    """What came in and could not be processed."""
    return inbox_failures.list_failures(current_session, wanted["page"])


@bp.post("/inbox-failures/retry")
@_WRITE
@bp.arguments(schemas.FailureIdsSchema)
@bp.response(200, schemas.ChangedSchema)
def process_again(wanted: dict[str, Any]) -> dict[str, int]:
    """Process once more what came in and failed."""
    count = inbox_failures.process_again(current_session, wanted["ids"])
    commit()
    return {"count": count}


def _asked(host: str) -> Any:
    trip = round_trips.ask(current_session, by=require(Action.WATCH_NETWORK).name, host=host)
    commit()
    return trip


def _which(wanted: dict[str, Any]) -> list[int] | str:
    if ("ids" in wanted) == ("host" in wanted):
        raise InvalidInput(fields={"ids": [N_("Give numbers, or a host: one of the two.")]})
    which: list[int] | str = wanted["host"] if "host" in wanted else wanted["ids"]
    return which
