"""The federation firewall: what may leave this node, as a closed list.

Whatever is not one of `schemas.objects.OBJECTS`, our own actor document, or one of the few
bare messages below cannot be written by `federation.sending.outbox.publish`. Documents are rebuilt
from their schema, so that nothing the schema does not name can ride along.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError

from schemas.activities import (
    EnvelopeSchema,
    FlagSchema,
    FollowSchema,
    MemberSchema,
    ProofSchema,
    PropertyValueSchema,
    TombstoneSchema,
)
from schemas.actors import ActorSchema
from schemas.context import CONTEXT
from schemas.errors import NotAllowed
from schemas.fields import Uri, WireSchema
from schemas.listing_claims import ListingClaimSchema
from schemas.objects import OBJECTS, Document, type_of, wire_type
from schemas.personal_data import signs_in
from schemas.template_offers import TemplateOfferSchema

BARE_ACTIVITIES = (
    "Follow",
    "Accept",
    "Reject",
    "TentativeAccept",
    "Undo",
    "Offer",
    "Add",
    "Remove",
    "Announce",
    "Flag",
    "Move",
)
ABOUT_OFFERS = frozenset({"Offer", "Undo", "Accept", "Reject"})
"""What is said between a copy and its origin about a change that goes back."""
ABOUT_CLAIMS = frozenset({"Offer", "Undo", "TentativeAccept", "Accept", "Reject"})
"""What is said between a village and a hub about an entry that the village claims."""
_TALKS = {(word, "ListingClaim") for word in ABOUT_CLAIMS} | {
    (word, "TemplateOffer") for word in ABOUT_OFFERS
}
RELAY_LIMIT = 100
"""Activities in one Announce; receivers refuse longer arrays."""


class _AddressSchema(WireSchema):
    uri = Uri(required=True)


@cache
def schema_of(schema: type[Schema]) -> Schema:
    """An instance of a schema, built once: building takes longer than using it."""
    return schema()


def clean_record(document: Document) -> Document:
    """A record of ours as its schema writes it; NotAllowed when it is not on the closed list."""
    kind = type_of(document)
    if kind not in OBJECTS or _types_in(document) != wire_type(kind):
        raise NotAllowed(cause=f"{kind or 'a document without a type'} may not be published")
    if document.get("@context", CONTEXT) != CONTEXT or document.get("proof"):
        raise NotAllowed(cause="context and proof of our documents are made here")
    return _rebuilt(OBJECTS[kind], document) | {"@context": CONTEXT}


def clean_bare(activity_type: str, payload: Any) -> Any:
    """The object of an activity that carries no record of ours; NotAllowed for anything else."""
    if activity_type not in BARE_ACTIVITIES:
        raise NotAllowed(cause=f"{activity_type} may not be published")
    if activity_type == "Announce" and isinstance(payload, list):
        if not 0 < len(payload) <= RELAY_LIMIT:
            raise NotAllowed(cause="an Announce carries 1 to 100 activities")
        return [check_relayed(activity) for activity in payload]
    if activity_type == "Flag":
        return _clean_report(payload)
    if isinstance(payload, dict) and (activity_type, type_of(payload)) in _TALKS:
        return (
            _clean_offer(payload)
            if type_of(payload) == "TemplateOffer"
            else _rebuilt(ListingClaimSchema, payload)
        )
    if activity_type in {"Offer", "TentativeAccept"}:
        raise NotAllowed(cause=f"{activity_type} of this may not be published")
    if isinstance(payload, dict) and activity_type in {"Accept", "Reject", "Undo"}:
        return _rebuilt(FollowSchema, payload)
    if isinstance(payload, dict) and activity_type == "Add":
        return _rebuilt(MemberSchema, payload)
    return _rebuilt(_AddressSchema, {"uri": payload})["uri"]


def clean_tombstone(payload: Document) -> Document:
    """What a Delete of ours carries."""
    return _rebuilt(TombstoneSchema, _without_nothing(payload))


def _clean_report(payload: Any) -> Document:
    """Addresses of public objects, a reason of the list and a short text; in nobody's name but the node's."""
    cleaned = _rebuilt(FlagSchema, payload)
    if not cleaned["object"] or signs_in(cleaned.get("content", "")):  # a format may be about an illness
        raise NotAllowed(cause="a report names something, and no person")
    return cleaned


def _clean_offer(payload: Document) -> Document:
    """An offer in the community's name: a template as it was signed, and no person in the notes."""
    cleaned = _rebuilt(TemplateOfferSchema, payload)
    if signs_in(" ".join(str(cleaned.get(name, "")) for name in ("offerNote", "answerNote"))):
        raise NotAllowed(cause="an offer names no person")
    signed = cleaned.get("document")
    if signed is not None:
        if type_of(signed) != "ActivityTemplate":
            raise NotAllowed(cause="an offer carries a template")
        _rebuilt(_relayed_schema(signed), signed)
        _check_loose_fields(signed)
        cleaned["document"] = signed  # as it came: a change would break its proof
    return cleaned


def check_relayed(activity: Document) -> Document:
    """A signed activity of another that a hub may pass on, or NotAllowed.

    As strict as for our own documents, but returned as it came: a change would break its proof.
    """
    envelope = _rebuilt(EnvelopeSchema, activity)
    content = envelope["object"]
    if isinstance(content, dict):
        _rebuilt(_relayed_schema(content), content)
        _check_loose_fields(content)
    else:
        _rebuilt(_AddressSchema, {"uri": content})
    return activity


def _relayed_schema(document: Document) -> type[Schema]:
    kind = type_of(document)
    if kind == "Tombstone":
        return TombstoneSchema
    if kind == "Organization" and "inbox" in document:
        return ActorSchema
    if kind in OBJECTS and _types_in(document) in (wire_type(kind), {"type": ["Article", kind]}):
        return OBJECTS[kind]
    raise NotAllowed(cause=f"{kind or 'a document without a type'} may not be relayed")


def _types_in(document: Document) -> Document:
    """What a document says of its own type, in both places."""
    return {name: document[name] for name in ("type", "recordType") if name in document}


def _check_loose_fields(document: Document) -> None:
    """The fields that the object schemas leave open."""
    if "proof" in document:
        _rebuilt(ProofSchema, document["proof"])
        _rebuilt(ProofSchema, {**document["proof"], "@context": document.get("@context", [])})
    for certificate in document.get("keySuccession", []):
        _check_loose_fields(certificate)
    for line in document.get("attachment", []):
        _rebuilt(PropertyValueSchema, line)
    for name, address in document.get("endpoints", {}).items():
        _rebuilt(_AddressSchema, {"uri": address})
        if name != "sharedInbox":
            raise NotAllowed(cause=f"the endpoint {name} may not be relayed")


def _rebuilt(schema: type[Schema], document: Any) -> Document:
    """Load strictly and write anew, without empty fields."""
    tool = schema_of(schema)
    try:
        loaded = tool.load(document, unknown=RAISE)
    except (ValidationError, TypeError, ValueError) as error:
        raise NotAllowed(cause=f"this may not leave the node: {error}") from error
    return cast(Document, _without_nothing(tool.dump(loaded)))


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nothing(item) for item in value]
    return value
