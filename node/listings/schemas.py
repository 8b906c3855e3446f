"""What the API of the listings takes and gives."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, fields, validate

from node.listings.consent import MOST_LETTERS, agreed_on
from node.listings.content import ContentSchema
from node.listings.models import Listing, ListingRevision
from node.listings.words import STATES
from schemas.fields import Instant, Text, WireSchema


class ListingQuerySchema(WireSchema):
    """Which listings, and which page of them."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    q = Text(most=200, load_default="")
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ConsentSchema(WireSchema):
    """Who agreed that the e-mail address or telephone number is public. It stays in this node."""

    by = Text(required=True, least=1, most=MOST_LETTERS, metadata={"description": "a name, or a role"})
    on = fields.Date(required=True)


class ListingInputSchema(ContentSchema):
    """A new listing."""

    consent = fields.Nested(
        ConsentSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "required with an e-mail address or telephone number; 422 without"},
    )

    source = Text(most=200, load_default="", metadata={"description": "where all of this comes from"})
    external_id = Text(most=200, load_default="", metadata={"description": "its lasting id at the source"})
    note = Text(most=1000, load_default="")


class ListingChangeSchema(ContentSchema):
    """A listing as it should be."""

    consent = fields.Nested(
        ConsentSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "required with a new e-mail address or telephone number; 422 without"},
    )

    based_on = fields.Integer(
        required=True, metadata={"description": "the revision that was read; 409 when it changed since"}
    )
    source = Text(most=200, load_default="", metadata={"description": "where what is new comes from"})
    note = Text(most=1000, load_default="")


class NoteSchema(WireSchema):
    """Why."""

    note = Text(most=1000, load_default="")


class ListingSchema(ContentSchema):
    """A listing as the coordinator sees it. Whom the coordinator asks is not told by the API."""

    id = fields.String(attribute="key")
    uri = fields.String()
    state = fields.String()
    revision = fields.Integer()
    source = fields.String()
    external_id = fields.String(allow_none=True)
    successor_uri = fields.String(allow_none=True)
    consent_on = fields.Date(
        allow_none=True, metadata={"description": "when somebody agreed that the contact data is public"}
    )
    confirmed_at = Instant(allow_none=True)
    created_at = Instant()
    changed_at = Instant()
    proposals = fields.List(fields.Integer(), metadata={"description": "revisions that wait for a decision"})


class ListingsSchema(WireSchema):
    """A page of listings."""

    items = fields.List(fields.Nested(ListingSchema))
    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()


class RevisionSchema(ContentSchema):
    """One version of a listing."""

    number = fields.Integer()
    based_on = fields.Integer()
    action = fields.String()
    state = fields.String()
    by = fields.String()
    note = fields.String()
    at = Instant()
    decided_by = fields.String()
    decided_at = Instant(allow_none=True)
    decision = fields.String()


class RevisionsSchema(WireSchema):
    """Every version of a listing, the newest first."""

    items = fields.List(fields.Nested(RevisionSchema))


def listing_shown(listing: Listing, proposals: list[int]) -> dict[str, Any]:
    """A listing in the shape of `ListingSchema`."""
    names = set(ListingSchema().fields) - {"name", "summary", "initiative", "id", "proposals", "consent_on"}
    told = {name: getattr(listing, name) for name in names}
    told["consent_on"] = agreed_on(listing.contact_consent)
    return {**ContentSchema().load(listing.content), **told, "key": listing.key, "proposals": proposals}


def revision_shown(revision: ListingRevision) -> dict[str, Any]:
    """A version in the shape of `RevisionSchema`."""
    names = set(RevisionSchema().fields) - {"name", "summary", "initiative"}
    told = {name: getattr(revision, name) for name in names}
    return {**ContentSchema().load(revision.content), **told}
