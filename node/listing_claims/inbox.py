"""Claims as they arrive: at the hub what villages claim, at the village what the hub answers."""

from __future__ import annotations

from marshmallow import EXCLUDE, ValidationError

from federation.fetching.origins import same_origin
from federation.receiving.inbox import Received, listener
from federation.sending.firewall import schema_of
from node.listing_claims import claiming, receiving
from node.listing_claims.receiving import Claimed
from schemas.errors import InvalidInput, NotAllowed
from schemas.listing_claims import ListingClaimSchema
from schemas.objects import Document

KIND = "ListingClaim"


@listener("Offer", KIND)
def claim_received(received: Received) -> None:
    """A village says that an entry is about itself."""
    receiving.receive(received.session, received.settings, _claimed(received))


@listener("Undo", KIND)
def claim_taken_back(received: Received) -> None:
    """It says so no longer."""
    receiving.take_back(received.session, _claimed(received))


@listener("TentativeAccept", KIND)
def claim_goes_on(received: Received) -> None:
    """The hub says what it waits for."""
    _answered(received, "waiting")


@listener("Accept", KIND)
def claim_granted(received: Received) -> None:
    """The entry is ours."""
    _answered(received, "granted")


@listener("Reject", KIND)
def claim_refused(received: Received) -> None:
    """It is not, or not any more."""
    _answered(received, "refused")


def _claimed(received: Received) -> Claimed:
    """The claim in a message of the village that makes it."""
    told = _read(received)
    if told["actor"] != received.actor_uri or not same_origin(told["id"], received.actor_uri):
        raise NotAllowed(cause=f"{received.actor_uri} claims for another", kind="foreign_object")
    return Claimed(
        uri=told["id"],
        claimant_uri=told["actor"],
        listing_uri=told["listing"],
        way=told["claim_way"],
        code_digest=told.get("code_digest", ""),
    )


def _answered(received: Received, state: str) -> None:
    told = _read(received)
    way, reason = told["claim_way"], told.get("claim_reason", "")
    claiming.answered(received.session, told["id"], received.actor_uri, state, way, reason)


def _read(received: Received) -> Document:
    if not isinstance(received.obj, dict):
        raise InvalidInput(cause="a claim must travel whole")
    try:
        loaded: Document = schema_of(ListingClaimSchema).load(received.obj, unknown=EXCLUDE)
    except (ValidationError, TypeError, ValueError) as error:
        raise InvalidInput(cause=f"not a claim we read: {error}") from None
    return loaded
