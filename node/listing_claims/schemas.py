"""Claims on entries, for programs."""

from __future__ import annotations

from marshmallow import fields, validate

from node.listing_claims.facts import CHOICES
from schemas.fields import Instant, Text, WireSchema, many
from schemas.listing_claims import CLAIM_WAYS


class NewClaimSchema(WireSchema):
    """Which entry (its id in the guide), and how it will be proven."""

    entry = Text(required=True, least=1, most=40)
    way = fields.String(required=True, validate=validate.OneOf(CLAIM_WAYS, error="Choose one of the list."))
    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.String(validate=validate.OneOf(CHOICES, error="Choose one of the list.")),
        load_default=None,
        allow_none=True,
        metadata={"description": "take its facts over at once; {} takes what our own profile has not"},
    )


class ClaimChoicesSchema(WireSchema):
    """What is taken over, by fact; for what is left out, what our own profile has not."""

    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.String(validate=validate.OneOf(CHOICES, error="Choose one of the list.")),
        load_default=dict,
    )


class FactOriginSchema(WireSchema):
    """Where the entry has a fact from."""

    source_name = fields.String(attribute="sourceName")
    stated_on = fields.String(attribute="statedOn")


class ClaimedFactSchema(WireSchema):
    """A fact in the entry and in our own profile, what can be chosen, and what is taken by itself.

    ``agreed`` takes contact data over, and says that everybody may see it.
    """

    field = fields.String()
    theirs = fields.Raw(allow_none=True)
    ours = fields.Raw(allow_none=True)
    choices = many(fields.String(), most=3)
    chosen = fields.String()
    source = fields.Nested(FactOriginSchema, allow_none=True)


class ClaimedFactsSchema(WireSchema):
    """The entry beside our own profile."""

    items = many(fields.Nested(ClaimedFactSchema), most=60)


class CodeSchema(WireSchema):
    """The code of the letter."""

    code = Text(required=True, least=1, most=100)


class SentClaimSchema(WireSchema):
    """A claim of ours; ``reason`` is what the hub said last."""

    id = fields.Integer()
    entry = fields.String(attribute="listing_uri")
    name = fields.String(attribute="listing_name")
    hub = fields.String(attribute="hub_uri")
    way = fields.String()
    state = fields.String()
    reason = fields.String()
    asked = Instant(attribute="asked_at")
    answered = Instant(attribute="answered_at", allow_none=True)
    taken = many(
        fields.String(),
        most=60,
        attribute="taken_fields",
        metadata={"description": "the facts that our own profile took over"},
    )
    taken_at = Instant(allow_none=True)


class SentClaimsSchema(WireSchema):
    """Our claims, the newest first."""

    items = many(fields.Nested(SentClaimSchema), most=100)


class FileLineSchema(WireSchema):
    """This node may have this entry."""

    node = fields.String()
    entry = fields.String()


class FileSchema(WireSchema):
    """The file for the website of the entry."""

    claims = many(fields.Nested(FileLineSchema), most=100)


class ReceivedQuerySchema(WireSchema):
    """Open or decided, and which page."""

    decided = fields.Boolean(load_default=False)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ClaimDecisionSchema(WireSchema):
    """Why; it stays in this node."""

    note = Text(most=500, load_default="")


class ReceivedClaimSchema(WireSchema):
    """A claim on an entry of this hub."""

    id = fields.Integer(attribute="claim.id")
    listing = fields.String(attribute="listing.key")
    name = fields.String(attribute="listing.name")
    claimant = fields.String(attribute="claim.claimant_uri")
    claimant_name = fields.String(attribute="name")
    way = fields.String(attribute="claim.way")
    state = fields.String(attribute="claim.state")
    reason = fields.String(attribute="claim.reason")
    doubts = many(fields.String(), most=10, attribute="claim.doubts")
    proven_by = fields.String(attribute="claim.proven_by")
    asked = Instant(attribute="claim.asked_at")
    until = Instant(attribute="claim.until_at")
    decided_by = fields.String(attribute="claim.decided_by")
    note = fields.String(attribute="claim.note")
    postal_address = fields.String(attribute="claim.postal_address")


class ReceivedClaimsSchema(WireSchema):
    """A page of claims."""

    items = many(fields.Nested(ReceivedClaimSchema), most=30, attribute="claims")
    page = fields.Integer()
    pages = fields.Integer()


class LetterAddressSchema(WireSchema):
    """Where the letter goes; it stays in this node, until the claim is decided."""

    address = Text(most=400, lines=True, load_default=None, allow_none=True)


class ClaimLetterSchema(WireSchema):
    """The code to print; it is told this once."""

    code = fields.String()
    address = fields.String()
