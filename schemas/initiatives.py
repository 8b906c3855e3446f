"""What is told of an initiative: the same fields for a node's actor and for an entry without a node."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Code, Text, Uri, WireSchema, many
from schemas.taxonomies import BANDS, KINDS, LEGAL_FORMS, PHASES, PROVINCES, TARGET_GROUPS, THEMES


class AreaSchema(WireSchema):
    """A place where an initiative works. Coordinates are WGS 84 degrees, inside the Netherlands."""

    place_id = fields.Integer(required=True)
    name = Text(required=True, least=1, most=100)
    municipality = Text(required=True, most=100)
    municipality_code = fields.String(required=True, validate=validate.Regexp(r"^GM\d{4}$"))
    province = Code(PROVINCES, required=True)
    latitude = fields.Float(required=True, validate=validate.Range(50.7, 53.6))
    longitude = fields.Float(required=True, validate=validate.Range(3.3, 7.3))


class ContactSchema(WireSchema):
    """Contact data that the board chose to publish; never a resident's."""

    website = Uri(load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True)
    telephone = Text(most=30, load_default=None, allow_none=True)


class InitiativeSchema(WireSchema):
    """The facts of an initiative that the directory shows, filters and maps."""

    kind = Code(KINDS, required=True)
    legal_form = Code(LEGAL_FORMS, load_default=None, allow_none=True)
    phase = Code(PHASES, load_default=None, allow_none=True)
    themes = many(Code(THEMES), most=8, load_default=list)
    target_groups = many(Code(TARGET_GROUPS), most=8, load_default=list)
    areas = fields.List(
        fields.Nested(AreaSchema),
        required=True,
        validate=validate.Length(min=1, max=40, error="Choose at least one place."),
    )
    founded_on = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1800, 2100, error="This is not a year.")
    )
    volunteers_band = Code(BANDS, load_default=None, allow_none=True)
    members_band = Code(BANDS, load_default=None, allow_none=True)
    has_supporter = fields.Boolean(load_default=None, allow_none=True)
    contact = fields.Nested(ContactSchema, load_default=None, allow_none=True)
    license = fields.String(load_default="CC-BY-4.0")
    source_name = Text(most=200, load_default="")
    example_data = fields.Boolean(load_default=False)
