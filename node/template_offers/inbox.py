"""Offers as they arrive: at the origin what copies offer, at the copy what the origin answers."""

from __future__ import annotations

from marshmallow import EXCLUDE, ValidationError

from federation.fetching.origins import same_origin
from federation.receiving.inbox import Received, listener
from federation.sending.firewall import schema_of
from node.template_offers import offering, receiving
from schemas.errors import InvalidInput, NotAllowed
from schemas.objects import Document
from schemas.template_offers import TemplateOfferSchema

KIND = "TemplateOffer"


@listener("Offer", KIND)
def offer_received(received: Received) -> None:
    """A copy of ours offers what it changed."""
    told = _of_the_sender(received)
    if "document" not in told:
        raise InvalidInput(cause="an offer without the copy that it is about")
    offered = receiving.Offered(
        uri=told["id"],
        actor_uri=told["actor"],
        template_uri=told["template"],
        variant_uri=told["variant"],
        document=told["document"],
        note=told.get("offer_note", ""),
    )
    receiving.receive(received.session, offered)


@listener("Undo", KIND)
def offer_taken_back(received: Received) -> None:
    """It offers it no longer."""
    told = _of_the_sender(received)
    receiving.taken_back(received.session, told["id"], told["actor"])


@listener("Accept", KIND)
def offer_accepted(received: Received) -> None:
    """The origin took it, or a part of it."""
    _answered(received, is_taken=True)


@listener("Reject", KIND)
def offer_declined(received: Received) -> None:
    """The origin did not take it."""
    _answered(received, is_taken=False)


def _answered(received: Received, *, is_taken: bool) -> None:
    told = _read(received)
    offering.answered(
        received.session,
        told["id"],
        received.actor_uri,
        is_taken=is_taken,
        note=told.get("answer_note", ""),
        version=told.get("taken_version"),
    )


def _of_the_sender(received: Received) -> Document:
    told = _read(received)
    if told["actor"] != received.actor_uri or not same_origin(told["id"], received.actor_uri):
        raise NotAllowed(cause=f"{received.actor_uri} offers for another", kind="foreign_object")
    return told


def _read(received: Received) -> Document:
    if not isinstance(received.obj, dict):
        raise InvalidInput(cause="an offer must travel whole")
    try:
        loaded: Document = schema_of(TemplateOfferSchema).load(received.obj, unknown=EXCLUDE)
    except (ValidationError, TypeError, ValueError) as error:
        raise InvalidInput(cause=f"not an offer that we read: {error}") from None
    return loaded
