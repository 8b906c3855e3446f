"""A public event of the wire: one occurrence of a gathering, in the shape that Mobilizon shows.

The fields follow FEP-8a8e and Mobilizon. No person has a place here: no attendee, no leader,
no number of people; and the address is that of a place.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from schemas.fields import Instant, Text, Uri, WireSchema, many
from schemas.published import LANGUAGES, Document, ReadableSchema

STATUSES = ("CONFIRMED", "CANCELLED")
TIMEZONE = "Europe/Amsterdam"
COUNTRY = "NL"


class PostalAddressSchema(WireSchema):
    """The address of a place (schema.org)."""

    type = fields.String(required=True, validate=validate.Equal("PostalAddress"))
    street_address = Text(most=160, load_default=None, allow_none=True)
    address_locality = Text(required=True, least=1, most=100)
    address_country = fields.String(required=True, validate=validate.Equal(COUNTRY))


class LocationSchema(WireSchema):
    """Where it is: a place that people can go to."""

    type = fields.String(required=True, validate=validate.Equal("Place"))
    name = Text(required=True, least=1, most=120)
    address = fields.Nested(PostalAddressSchema, required=True)


class PublicEventObjectSchema(ReadableSchema):
    """An occurrence that everybody may come to; nobody signs up through the network."""

    name = Text(required=True, least=1, most=120)
    summary = fields.String(load_default="", validate=validate.Length(max=2000))
    text = Text(most=4000, lines=True, load_default="")
    """What it is, in plain text: what nodes of this network show."""
    for_whom = Text(most=120, load_default="")
    start_time = Instant(required=True)
    end_time = Instant(load_default=None, allow_none=True)
    timezone = fields.String(required=True, validate=validate.Equal(TIMEZONE))
    in_language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    location = fields.Nested(LocationSchema, required=True)
    category = fields.String(load_default="COMMUNITY", validate=validate.Equal("COMMUNITY"))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    ical_status = fields.String(
        data_key="ical:status", load_default="CONFIRMED", validate=validate.OneOf(STATUSES)
    )
    """The same word under the name that older Mobilizon reads."""
    join_mode = fields.String(load_default="external", validate=validate.Equal("external"))
    external_participation_url = Uri(required=True)
    anonymous_participation_enabled = fields.Boolean(load_default=False, validate=validate.Equal(False))
    comments_enabled = fields.Boolean(load_default=False, validate=validate.Equal(False))
    replies_moderation_option = fields.String(load_default="closed", validate=validate.Equal("closed"))
    is_online = fields.Boolean(load_default=False)
    attachment = many(fields.Dict(), most=0, load_default=list)
    """Always empty: Gancio reads its length without asking whether it is there."""
    example_data = fields.Boolean(load_default=False)

    @validates_schema
    def _ends_after_it_starts(self, data: Document, **_options: Any) -> None:
        if data.get("end_time") and data["end_time"] <= data["start_time"]:
            raise ValidationError("This ends before it starts.", "endTime")
        if data["status"] != data["ical_status"]:
            raise ValidationError("These must say the same.", "ical:status")
