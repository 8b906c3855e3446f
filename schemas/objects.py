"""The objects of the wire: everything a node publishes is one of these, and nothing else is.

`OBJECTS` is the federation firewall's closed list. No person, member, help request, sign-up
or vote has a schema here, so none can leave.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from schemas.events import PublicEventObjectSchema
from schemas.fields import Code, Text, Uri, WireSchema, is_storable, many
from schemas.initiatives import InitiativeSchema
from schemas.published import LANGUAGES, Document, ObjectSchema, ReadableSchema
from schemas.stories import StoryObjectSchema
from schemas.taxonomies import PARAMETER_KINDS, SECTIONS

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

TEMPLATE_LICENSE = "CC-BY-SA-4.0"

MOST = 1_000_000_000
"""No count, amount or version of ours is larger; every database and JSON reader holds it exactly."""

_within_reason = validate.Range(-MOST, MOST, error="This number is too small or too large.")


class SectionSchema(WireSchema):
    """One named section of an activity template; the text is plain, paragraphs by blank lines."""

    key = Code(SECTIONS, required=True)
    text = Text(most=8000, lines=True, load_default="")


class ParameterSchema(WireSchema):
    """One typed question that a village answers when it copies a template."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$"))
    label = Text(required=True, least=1, most=120)
    kind = Code(PARAMETER_KINDS, required=True)
    unit = Text(most=40, load_default="")
    value = fields.Raw(load_default=None, allow_none=True)
    choices = many(Text(most=80), most=20, load_default=list)
    minimum = fields.Float(load_default=None, allow_none=True, validate=_within_reason)
    maximum = fields.Float(load_default=None, allow_none=True, validate=_within_reason)

    @validates_schema
    def _value_fits_kind(self, data: Document, **_options: Any) -> None:
        if data.get("value") in (None, ""):
            return
        message = _misfit(data)
        if message:
            raise ValidationError(message, "value")


def _misfit(parameter: Document) -> str | None:
    value, kind = parameter["value"], parameter["kind"]
    if kind in {"number", "money", "duration"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "This must be a number."
        low, high = parameter.get("minimum"), parameter.get("maximum")
        low, high = -MOST if low is None else low, MOST if high is None else high
        if not low <= value <= high:  # also true of NaN and infinity
            return "This number is too small or too large."
    elif kind == "yes_no" and not isinstance(value, bool):
        return "Choose yes or no."
    elif kind == "choice" and value not in parameter.get("choices", []):
        return "Choose one of the list."
    elif kind == "text" and not (isinstance(value, str) and len(value) <= 500 and is_storable(value)):
        return "Use at most 500 characters."
    return None


class ActivityTemplateSchema(WireSchema):
    """The content of an activity template, as forms and the API exchange it."""

    name = Text(required=True, least=1, most=120)
    summary = Text(most=400, lines=True, load_default="")
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    sections = many(fields.Nested(SectionSchema), most=20, load_default=list)
    parameters = many(fields.Nested(ParameterSchema), most=30, load_default=list)
    indicators = many(Text(most=80), most=20, load_default=list)

    @validates_schema
    def _keys_are_unique(self, data: Document, **_options: Any) -> None:
        for part in ("sections", "parameters"):
            keys = [item["key"] for item in data.get(part, [])]
            if len(keys) != len(set(keys)):
                raise ValidationError("Each of these may be there once.", part)


class CopiedFromSchema(WireSchema):
    """Where a template came from: the origin's id, the version and the hash of its content."""

    id = Uri(required=True)
    version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    content_hash = fields.String(required=True, validate=validate.Regexp(r"^sha256:[0-9a-f]{64}$"))


class FigureSchema(WireSchema):
    """One released figure: the value carries noise; the error bar is ± at 95 %."""

    indicator = fields.String(required=True, validate=validate.Length(min=1, max=80))
    indicator_version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    value = fields.Integer(required=True, strict=True, validate=validate.Range(-MOST, MOST))
    error_bar = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST))
    mechanism = fields.String(required=True, validate=validate.OneOf(["discrete-laplace"]))
    epsilon = fields.Float(required=True, validate=validate.Range(min=0.001, max=10))
    sensitivity = fields.Integer(required=True, validate=validate.Range(1, MOST))


class PeriodSchema(WireSchema):
    """First and last day of a period, both included."""

    start = fields.Date(required=True)
    end = fields.Date(required=True)


class ActivityTemplateObjectSchema(ReadableSchema, ActivityTemplateSchema):
    """A published version of an activity template; ``content`` is HTML for other software."""

    version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    content_hash = fields.String(required=True, validate=validate.Regexp(r"^sha256:[0-9a-f]{64}$"))
    license = fields.String(required=True, validate=validate.OneOf([TEMPLATE_LICENSE]))
    copied_from = fields.Nested(CopiedFromSchema, load_default=None, allow_none=True)


class OutcomeReleaseObjectSchema(ReadableSchema):
    """Figures that a board released over one period, with the guarantee in plain Dutch."""

    name = Text(required=True, least=1, most=200)
    summary = fields.String(load_default="", validate=validate.Length(max=2000))
    period = fields.Nested(PeriodSchema, required=True)
    figures = many(fields.Nested(FigureSchema), most=50, required=True)
    guarantee = Text(required=True, most=1000, lines=True)
    example_data = fields.Boolean(load_default=False)


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
}
"""The closed list of objects that may be published, by their own type name."""

WIRE_TYPES: dict[str, str] = {
    "ActivityTemplate": "Article",
    "OutcomeRelease": "Article",
    "Organization": "Organization",
    "PublicEvent": "Event",
    "Story": "Article",
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
