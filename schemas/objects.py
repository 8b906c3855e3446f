"""The objects of the wire: everything a node publishes is one of these, and nothing else is.

`OBJECTS` is the federation firewall's closed list. No person, member, help request, sign-up
or vote has a schema here, so none can leave.
"""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.activity_templates import (
    TEMPLATE_LICENSE,
    ActivityTemplateObjectSchema,
    ActivityTemplateSchema,
)
from schemas.events import PublicEventObjectSchema
from schemas.fields import Code, Text, Uri, WireSchema, many
from schemas.freshness import UnreachableEntryObjectSchema
from schemas.indicators import CORRECTION_REASONS, MEASURED_BY
from schemas.initiatives import InitiativeSchema
from schemas.published import Document, ObjectSchema, ReadableSchema
from schemas.stories import StoryObjectSchema
from schemas.synonyms import SynonymGroupObjectSchema
from schemas.template_parts import MOST

__all__ = [
    "OBJECTS",
    "TEMPLATE_LICENSE",
    "WIRE_TYPES",
    "ActivityTemplateSchema",
    "Document",
    "ObjectSchema",
    "type_of",
    "wire_type",
]


class DefinitionSchema(WireSchema):
    """What a community's own indicator means; the national ones are known to everybody."""

    name = Text(required=True, least=1, most=80)
    goal = Text(required=True, least=1, most=160)
    definition = Text(required=True, least=1, most=300)
    unit = Text(required=True, least=1, most=80)
    direction = fields.String(required=True, validate=validate.OneOf(["up", "down", "context"]))
    numerator = Text(required=True, least=1, most=120)
    denominator = Text(required=True, least=1, most=120)
    instrument = Text(required=True, least=1, most=200)
    measured_by = Code(MEASURED_BY, required=True)


class FigureSchema(WireSchema):
    """One released figure: the value carries noise; the error bar is ± at 95 %.

    The national indicators are called ``nl:…``; a community's own stand under its own host, as
    ``dorp.example/moestuin``, and bring their definition. With a ``denominator``, a public
    number without noise, a count is a share of it and a sum of points a mean.
    """

    indicator = fields.String(required=True, validate=validate.Length(min=1, max=80))
    indicator_version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    value = fields.Integer(required=True, strict=True, validate=validate.Range(-MOST, MOST))
    error_bar = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST))
    mechanism = fields.String(required=True, validate=validate.OneOf(["discrete-laplace"]))
    epsilon = fields.Float(required=True, validate=validate.Range(min=0.001, max=10))
    sensitivity = fields.Integer(required=True, validate=validate.Range(1, MOST))
    denominator = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, MOST)
    )
    definition = fields.Nested(DefinitionSchema, load_default=None, allow_none=True)


class PeriodSchema(WireSchema):
    """First and last day of a period, both included."""

    start = fields.Date(required=True)
    end = fields.Date(required=True)


class OutcomeReleaseObjectSchema(ReadableSchema):
    """Figures that a board released over one period, with the guarantee in plain Dutch."""

    name = Text(required=True, least=1, most=200)
    summary = fields.String(load_default="", validate=validate.Length(max=2000))
    period = fields.Nested(PeriodSchema, required=True)
    figures = many(fields.Nested(FigureSchema), most=50, required=True)
    guarantee = Text(required=True, most=1000, lines=True)
    example_data = fields.Boolean(load_default=False)
    not_counted = many(
        fields.String(validate=validate.Length(min=1, max=80)),
        most=50,
        load_default=None,
        allow_none=True,
    )
    """Indicators of its table that the community did not count over the period, which is not zero."""
    replaces = Uri(load_default=None, allow_none=True)
    """The release that this one corrects; that one stays where it is."""
    correction_reason = Code(CORRECTION_REASONS, load_default=None, allow_none=True)


class EntryObjectSchema(ObjectSchema):
    """An initiative without a node, hosted by a hub until it is claimed."""

    name = Text(required=True, least=1, most=200)
    summary = Text(most=2000, lines=True, load_default="")
    initiative = fields.Nested(InitiativeSchema, required=True)


OBJECTS: dict[str, type[ObjectSchema]] = {
    "ActivityTemplate": ActivityTemplateObjectSchema,
    "OutcomeRelease": OutcomeReleaseObjectSchema,
    "Organization": EntryObjectSchema,
    "PublicEvent": PublicEventObjectSchema,
    "Story": StoryObjectSchema,
    "SynonymGroup": SynonymGroupObjectSchema,
    "UnreachableEntry": UnreachableEntryObjectSchema,
}
"""The closed list of objects that may be published, by their own type name."""

WIRE_TYPES: dict[str, str] = {
    "ActivityTemplate": "Article",
    "OutcomeRelease": "Article",
    "Organization": "Organization",
    "PublicEvent": "Event",
    "Story": "Article",
    "SynonymGroup": "Object",
    "UnreachableEntry": "Object",
}
"""The one plain ``type`` that each has on the wire: several read no list of types (docs/adr/0016)."""


def wire_type(kind: str) -> Document:
    """How a kind of record says what it is: a type that others know, and ours beside it."""
    plain = WIRE_TYPES[kind]
    return {"type": plain} if plain == kind else {"type": plain, "recordType": kind}


def type_of(document: Document) -> str:
    """The one type that decides how a document is treated: ours if it has one, else its own.

    Ours counts beside the plain type it belongs to, and in the two-type lists of records that were
    signed before version 0.2. ``""`` when there is none we can read.
    """
    types, ours = document.get("type"), document.get("recordType")
    if isinstance(types, str):
        return ours if isinstance(ours, str) and WIRE_TYPES.get(ours) == types else types
    if isinstance(types, list) and all(isinstance(item, str) for item in types):
        return next((item for item in types if item in OBJECTS), types[0] if types else "")
    return ""
