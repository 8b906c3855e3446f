"""What is told of an initiative: the same fields for a node's actor and for an entry without a node."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Code, MunicipalityCode, Shape, Text, Uri, WireSchema, many
from schemas.taxonomies import (
    ACCESSIBILITY,
    BANDS,
    KINDS,
    LEGAL_FORMS,
    PHASES,
    PROVINCES,
    SPOKEN_LANGUAGES,
    TARGET_GROUPS,
    THEMES,
)


class AreaSchema(WireSchema):
    """A place where an initiative works. Coordinates are WGS 84 degrees, inside the Netherlands."""

    place_id = fields.Integer(required=True, validate=validate.Range(0, 2**53))
    name = Text(required=True, least=1, most=100)
    municipality = Text(required=True, most=100)
    municipality_code = MunicipalityCode(required=True)
    province = Code(PROVINCES, required=True)
    latitude = fields.Float(required=True, validate=validate.Range(50.7, 53.6))
    longitude = fields.Float(required=True, validate=validate.Range(3.3, 7.3))


class ContactSchema(WireSchema):
    """Contact data that the board chose to publish; never a resident's."""

    website = Uri(load_default=None, allow_none=True)
    email = fields.Email(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=320, error="Use at most {max} characters."),
    )
    telephone = Text(most=30, load_default=None, allow_none=True)


class FieldSourceSchema(WireSchema):
    """Where the value of one field comes from, and when that was said."""

    field = fields.String(required=True, validate=Shape(r"^[a-z][A-Za-z]{0,39}$"))
    """The field's name on the wire, as ``foundedOn``; ``name`` and ``summary`` for those beside it."""
    source_name = Text(required=True, least=1, most=200)
    stated_on = fields.Date(required=True)


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
    license = Text(most=40, load_default="CC-BY-4.0")
    source_name = Text(most=200, load_default="")
    sources = many(fields.Nested(FieldSourceSchema), most=40, load_default=list)
    other_names = many(Text(least=1, most=200), most=5, load_default=list)
    kvk_number = fields.String(
        load_default=None,
        allow_none=True,
        validate=Shape(r"^[0-9]{8}$", error="A KvK number has eight digits."),
    )
    """The number of the organisation in the public trade register."""
    partners = many(Text(least=1, most=120), most=20, load_default=list)
    activities = many(Uri(), most=40, load_default=list)
    """The addresses of the activity templates that it does."""
    languages = many(Code(SPOKEN_LANGUAGES), most=12, load_default=list)
    accessibility = many(Code(ACCESSIBILITY), most=13, load_default=list)
    confirmed_on = fields.Date(load_default=None, allow_none=True)
    """When somebody who knows last said that all of this is true."""
    closed_on = fields.Date(load_default=None, allow_none=True)
    """When the initiative ended."""
    example_data = fields.Boolean(load_default=False)
