"""Claims on entries for programs: what a village claims, and what a hub's coordinator decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from directory.replica.entries import get_entry
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.listing_claims import claiming, deciding, facts, proving, received, taking_over
from node.listing_claims.models import SentListingClaim
from node.listing_claims.schemas import (
    ClaimChoicesSchema,
    ClaimDecisionSchema,
    ClaimedFactsSchema,
    ClaimLetterSchema,
    CodeSchema,
    FileSchema,
    LetterAddressSchema,
    NewClaimSchema,
    ReceivedClaimSchema,
    ReceivedClaimsSchema,
    ReceivedQuerySchema,
    SentClaimSchema,
    SentClaimsSchema,
)

bp = Blueprint(
    "listing_claims_api",
    __name__,
    url_prefix="/api/v1/listing-claims",
    description="Villages that take over the entry which a hub keeps about them",
)


@bp.get("/sent")
@token_or_session("read", Action.JOIN_HUB)
@bp.response(200, SentClaimsSchema)
def list_sent() -> dict[str, Any]:
    """What we claim."""
    return {"items": claiming.list_sent(current_session)}


@bp.post("/sent")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.arguments(NewClaimSchema)
@bp.response(201, SentClaimSchema)
def ask(wanted: dict[str, Any]) -> SentListingClaim:
    """Claim an entry of a hub that we joined; with ``choices`` its facts come into our profile at once."""
    by, settings = require(Action.JOIN_HUB).name, current_runtime().settings
    if wanted["choices"] is not None:
        require(Action.EDIT_PROFILE)
    sent = claiming.ask(
        current_session, settings, wanted["entry"], wanted["way"], by=by, choices=wanted["choices"]
    )
    commit()
    return sent


@bp.get("/sent/<int:claim_id>")
@token_or_session("read", Action.JOIN_HUB)
@bp.response(200, SentClaimSchema)
def read_sent(claim_id: int) -> SentListingClaim:
    """How a claim of ours stands."""
    return claiming.get_sent(current_session, claim_id)


@bp.get("/sent/<int:claim_id>/file")
@token_or_session("read", Action.JOIN_HUB)
@bp.response(200, FileSchema)
def read_file(claim_id: int) -> dict[str, Any]:
    """The file for the website of the entry."""
    return dict(claiming.file_for(current_session, [claiming.get_sent(current_session, claim_id)]))


@bp.post("/sent/<int:claim_id>/code")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.arguments(CodeSchema)
@bp.response(200, SentClaimSchema)
def send_code(wanted: dict[str, Any], claim_id: int) -> SentListingClaim:
    """Send the code of the letter."""
    return _village_does(claiming.send_code, claim_id, wanted["code"])


@bp.post("/sent/<int:claim_id>/look")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.response(200, SentClaimSchema)
def look(claim_id: int) -> SentListingClaim:
    """The file is on the website now."""
    return _village_does(claiming.look_again, claim_id)


@bp.delete("/sent/<int:claim_id>")
@token_or_session("write:network", Action.JOIN_HUB)
@bp.response(200, SentClaimSchema)
def take_back(claim_id: int) -> SentListingClaim:
    """Claim it no longer."""
    return _village_does(claiming.take_back, claim_id)


@bp.get("/entries/<key>/facts")
@token_or_session("read", Action.JOIN_HUB)
@bp.response(200, ClaimedFactsSchema)
def read_entry_facts(key: str) -> dict[str, Any]:
    """What an entry tells beside our own profile, before we claim it."""
    entry = get_entry(current_session, key)
    return {
        "items": facts.compare(
            current_session, facts.entry_facts(current_session, entry.uri, entry.owner_uri)
        )
    }


@bp.get("/sent/<int:claim_id>/facts")
@token_or_session("read", Action.JOIN_HUB)
@bp.response(200, ClaimedFactsSchema)
def read_facts(claim_id: int) -> dict[str, Any]:
    """What the entry tells, or told before it went over, beside our own profile."""
    known = facts.known_facts(current_session, claiming.get_sent(current_session, claim_id))
    return {"items": facts.compare(current_session, known)}


@bp.post("/sent/<int:claim_id>/facts")
@token_or_session("write:network", Action.EDIT_PROFILE)
@bp.arguments(ClaimChoicesSchema)
@bp.response(200, SentClaimSchema)
def take_facts(wanted: dict[str, Any], claim_id: int) -> SentListingClaim:
    """Take the chosen facts over in our own profile, and publish it."""
    sent, by = claiming.get_sent(current_session, claim_id), require(Action.EDIT_PROFILE).name
    taking_over.take_over(current_session, current_runtime().settings, sent, wanted["choices"], by=by)
    commit()
    return sent


@bp.delete("/sent/<int:claim_id>/facts")
@token_or_session("write:network", Action.EDIT_PROFILE)
@bp.response(200, SentClaimSchema)
def give_facts_back(claim_id: int) -> SentListingClaim:
    """Let our own profile say again what it said before, and publish it."""
    sent, by = claiming.get_sent(current_session, claim_id), require(Action.EDIT_PROFILE).name
    taking_over.give_back(current_session, current_runtime().settings, sent, by=by)
    commit()
    return sent


@bp.get("/received")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(ReceivedQuerySchema, location="query")
@bp.response(200, ReceivedClaimsSchema)
def list_received(query: dict[str, Any]) -> Any:
    """Who claims an entry of this hub."""
    return received.list_received(current_session, are_open=not query["decided"], page=query["page"])


@bp.get("/received/<int:claim_id>")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, ReceivedClaimSchema)
def read_received(claim_id: int) -> Any:
    """One claim."""
    return received.view_of(current_session, received.get_received(current_session, claim_id))


@bp.post("/received/<int:claim_id>/grant")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ClaimDecisionSchema)
@bp.response(200, ReceivedClaimSchema)
def grant(wanted: dict[str, Any], claim_id: int) -> Any:
    """Let the entry go over to the village."""
    return _hub_does(deciding.settle, claim_id, by=_name(), note=wanted["note"])


@bp.post("/received/<int:claim_id>/refuse")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(ClaimDecisionSchema)
@bp.response(200, ReceivedClaimSchema)
def refuse(wanted: dict[str, Any], claim_id: int) -> Any:
    """Say no."""
    return _hub_does(deciding.refuse, claim_id, by=_name(), note=wanted["note"])


@bp.post("/received/<int:claim_id>/let-proof-decide")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, ReceivedClaimSchema)
def let_proof_decide(claim_id: int) -> Any:
    """Leave a doubtful claim to its proof."""
    return _hub_does(deciding.let_proof_decide, claim_id)


@bp.post("/received/<int:claim_id>/letter")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(LetterAddressSchema)
@bp.response(201, ClaimLetterSchema)
def make_letter(wanted: dict[str, Any], claim_id: int) -> dict[str, str]:
    """A code to print; an earlier one works no longer. Without ``address``: where the last one went."""
    claim, settings = received.get_received(current_session, claim_id), current_runtime().settings
    code = proving.make_letter(current_session, settings, claim, wanted["address"])
    commit()
    return {"code": code, "address": claim.postal_address}


@bp.post("/received/<int:claim_id>/undo")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, ReceivedClaimSchema)
def undo(claim_id: int) -> Any:
    """Take a decision back."""
    return _hub_does(deciding.undo, claim_id, by=_name())


def _village_does(act: Callable[..., None], claim_id: int, *more: str) -> SentListingClaim:
    sent = claiming.get_sent(current_session, claim_id)
    act(current_session, current_runtime().settings, sent, *more)
    commit()
    return sent


def _hub_does(act: Callable[..., None], claim_id: int, **told: str) -> Any:
    claim = received.get_received(current_session, claim_id)
    act(current_session, current_runtime().settings, claim, **told)
    commit()
    return received.view_of(current_session, claim)


def _name() -> str:
    return require(Action.COORDINATE).name
