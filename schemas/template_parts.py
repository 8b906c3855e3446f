"""The parts of an activity template: each a list of items with a key that stays what it is.

The keys are what versions and copies are compared by: an item that is changed keeps its key, a new
item gets one that no other item of its list has.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_dump, validate, validates_schema
from marshmallow.exceptions import ValidationError

from schemas.fields import Code, Shape, Text, Uri, WireSchema, is_storable, many
from schemas.messages import N_
from schemas.published import Document
from schemas.taxonomies import CHECK_MOMENTS, COST_UNITS, PARAMETER_KINDS, REQUIREMENTS, SECTIONS

MOST = 1_000_000_000
"""No count, amount or version of ours is larger; every database and JSON reader holds it exactly."""

MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")
MOST_SIDE = 1600
"""Pixels of the longest side of a picture."""
MOST_TITLE = 80

_within_reason = validate.Range(-MOST, MOST, error="This number is too small or too large.")


def item_key(**options: Any) -> fields.String:
    """The key of one item in its list."""
    return fields.String(required=True, validate=Shape(r"^[a-z0-9][a-z0-9_-]{0,39}$"), **options)


class SectionKey(fields.String):
    """One of the ten known sections, or ``own_…`` for a section with a title of its own."""

    def __init__(self, **options: Any) -> None:
        known = "|".join(SECTIONS.codes)
        shape = Shape(rf"^({known}|own_[a-z0-9_]{{1,36}})$", error="Choose one of the list.")
        super().__init__(validate=shape, **options)


class SectionSchema(WireSchema):
    """One named section of an activity template; the text is plain, paragraphs by blank lines."""

    key = SectionKey(required=True)
    title = Text(most=MOST_TITLE, load_default="")
    """The name of a section of one's own; a known section has none."""
    text = Text(most=8000, lines=True, load_default="")

    @validates_schema
    def _own_has_a_title(self, data: Document, **_options: Any) -> None:
        if data["key"].startswith("own_") != bool(data["title"]):
            problem = (
                N_("Please fill this in.")
                if not data["title"]
                else N_("A section of the list has its own name.")
            )
            raise ValidationError(problem, "title")

    @post_dump
    def _without_empty_title(self, data: Document, **_options: Any) -> Document:
        return {name: value for name, value in data.items() if name != "title" or value}


class ParameterSchema(WireSchema):
    """One typed question that a village answers when it copies a template."""

    key = fields.String(required=True, validate=Shape(r"^[a-z][a-z0-9_]{0,39}$"))
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


class RoleSchema(WireSchema):
    """Who is needed: how many people, and what each of them must have."""

    key = item_key()
    name = Text(required=True, least=1, most=80)
    number = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 1000, error=N_("Fill in 1 or more.")),
    )
    """People each time; empty when it does not matter."""
    requirements = many(Code(REQUIREMENTS), most=5, load_default=list)
    note = Text(most=400, lines=True, load_default="")

    @validates_schema
    def _each_once(self, data: Document, **_options: Any) -> None:
        if len(set(data["requirements"])) != len(data["requirements"]):
            raise ValidationError("Each of these may be there once.", "requirements")


class MaterialSchema(WireSchema):
    """A thing that is needed; the amount is a short text such as “25” or “3 grote”."""

    key = item_key()
    name = Text(required=True, least=1, most=120)
    amount = Text(most=40, load_default="")


class CostSchema(WireSchema):
    """What something costs in euros, and how often; an amount nobody knows stays empty."""

    key = item_key()
    label = Text(required=True, least=1, most=120)
    amount = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 10_000_000, error="This number is too small or too large."),
    )
    per = Code(COST_UNITS, load_default="once")


class SafeguardSchema(WireSchema):
    """One thing that keeps people, or what is private, safe."""

    key = item_key()
    text = Text(required=True, least=1, most=500, lines=True)


class CheckSchema(WireSchema):
    """One line of the check-list."""

    key = item_key()
    text = Text(required=True, least=1, most=300)
    when = Code(CHECK_MOMENTS, load_default="before")


class PictureSchema(WireSchema):
    """A picture within the content: its bytes are known by their hash, wherever they are kept."""

    key = item_key()
    media_type = fields.String(required=True, validate=validate.OneOf(MEDIA_TYPES))
    digest = fields.String(required=True, validate=Shape(r"^sha256:[0-9a-f]{64}$"))
    width = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_SIDE))
    height = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_SIDE))
    alt = Text(required=True, least=1, most=300)
    """What there is to see, for who does not see it."""


class PublishedPictureSchema(PictureSchema):
    """A picture of a published version: the address is the publisher's, and no part of the content."""

    url = Uri(required=True)


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
