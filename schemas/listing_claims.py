"""What a village and a hub say to each other about an entry that the village calls its own."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Shape, Uri, WireSchema

CLAIM_WAYS = ("website", "mail", "letter", "person")
"""How it is proven: a file on the entry's website, a mail to its listed address, a letter with a code to
whoever the coordinator knows there; or not at all, and a person decides."""

CLAIM_REASONS = (
    # it goes on
    "website_asked",
    "file_missing",
    "mail_sent",
    "letter_asked",
    "letter_sent",
    "person_asked",
    "wrong_code",
    "no_website",
    "no_mail",
    "no_profile",
    "place",
    "rival",
    "shared_site",
    "looked_at",
    # it is over
    "granted",
    "refused",
    "denied",
    "taken",
    "expired",
    "attempts",
    "not_here",
    "too_many",
    "undone",
)
"""What the hub says about a claim: a code for which the village has words of its own."""


class ListingClaimSchema(WireSchema):
    """A claim on an entry (`Offer`), what the hub makes of it, or its end (`Undo`); no person is in it."""

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("ListingClaim"))
    actor = Uri(required=True)
    """Who claims, also when the hub speaks."""
    listing = Uri(required=True)
    claim_way = fields.String(required=True, validate=validate.OneOf(CLAIM_WAYS))
    claim_reason = fields.String(validate=validate.OneOf(CLAIM_REASONS))
    code_digest = fields.String(validate=Shape(r"^[0-9a-f]{64}$"))
    """Of the code in a letter, mixed with the claim's id (`node.listing_claims.codes`)."""
