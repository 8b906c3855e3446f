"""The content of an activity template, and the published object around it.

What was added to the content later is left out where it is empty, so that the hash of older content
stays what it was.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_dump, validate, validates_schema
from marshmallow.exceptions import ValidationError

from schemas.fields import Code, Shape, Text, Uri, WireSchema, many
from schemas.published import LANGUAGES, Document, ReadableSchema
from schemas.taxonomies import CHANGE_CLASSES
from schemas.template_evidence import LICENSES, MOST_ANCESTORS, AncestorSchema, GradeSchema, UsageSchema
from schemas.template_parts import (
    MOST,
    CheckSchema,
    CostSchema,
    MaterialSchema,
    ParameterSchema,
    PictureSchema,
    PublishedPictureSchema,
    RoleSchema,
    SafeguardSchema,
    SectionSchema,
)

TEMPLATE_LICENSE = "CC-BY-SA-4.0"

PART_LISTS = ("roles", "materials", "costs", "safeguards", "checklist", "pictures")
"""The lists that are left out of the content where they are empty."""
KEYED_LISTS = ("sections", "parameters", *PART_LISTS)
"""All lists of the content whose items have a ``key``, unique within the list."""

MOST_ITEMS = {
    "sections": 40,
    "parameters": 30,
    "roles": 20,
    "materials": 40,
    "costs": 20,
    "safeguards": 20,
    "checklist": 60,
    "pictures": 6,
}


def _items(schema: type[WireSchema], part: str) -> fields.List[Any]:
    return many(fields.Nested(schema), most=MOST_ITEMS[part], load_default=list)


class ActivityTemplateSchema(WireSchema):
    """The content of an activity template, as forms and the API exchange it."""

    name = Text(required=True, least=1, most=120)
    summary = Text(most=400, lines=True, load_default="")
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    sections = _items(SectionSchema, "sections")
    parameters = _items(ParameterSchema, "parameters")
    roles = _items(RoleSchema, "roles")
    materials = _items(MaterialSchema, "materials")
    costs = _items(CostSchema, "costs")
    safeguards = _items(SafeguardSchema, "safeguards")
    checklist = _items(CheckSchema, "checklist")
    pictures = _items(PictureSchema, "pictures")
    indicators = many(Text(most=80), most=20, load_default=list)

    @validates_schema
    def _keys_are_unique(self, data: Document, **_options: Any) -> None:
        for part in KEYED_LISTS:
            keys = [item["key"] for item in data.get(part, [])]
            if len(keys) != len(set(keys)):
                raise ValidationError("Each of these may be there once.", part)

    @post_dump
    def _without_empty_parts(self, data: Document, **_options: Any) -> Document:
        return {name: value for name, value in data.items() if name not in PART_LISTS or value}


class ChangeSchema(WireSchema):
    """What a new version changes, as the board says when it publishes."""

    change_class = Code(CHANGE_CLASSES, load_default="improvement")
    change_note = Text(most=500, lines=True, load_default="")


class CopiedFromSchema(WireSchema):
    """Where a template came from: the origin's id, the version and the hash of its content."""

    id = Uri(required=True)
    version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    content_hash = fields.String(required=True, validate=Shape(r"^sha256:[0-9a-f]{64}$"))


MOST_CONTRIBUTORS = 50
MOST_EARLIER = 20
"""Earlier changes that a version tells of."""


class ContributorSchema(WireSchema):
    """A copy whose change was taken back into its origin, and the community that offered it."""

    id = Uri(required=True)
    name = Text(required=True, least=1, most=200)
    written_by = Text(required=True, least=1, most=200)
    version = fields.Integer(required=True, validate=validate.Range(1, MOST))


class EarlierChangeSchema(WireSchema):
    """What an earlier version changed, for nodes that never saw that version."""

    version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    change_class = Code(CHANGE_CLASSES, required=True)
    change_note = Text(most=500, lines=True, load_default="")


class ActivityTemplateObjectSchema(ReadableSchema, ActivityTemplateSchema):
    """A published version of an activity template; ``content`` is HTML for other software."""

    pictures = _items(PublishedPictureSchema, "pictures")
    version = fields.Integer(required=True, validate=validate.Range(1, MOST))
    content_hash = fields.String(required=True, validate=Shape(r"^sha256:[0-9a-f]{64}$"))
    change_class = Code(CHANGE_CLASSES, load_default=None, allow_none=True)
    """What kind of change this version is; the first version has none."""
    change_note = Text(most=500, lines=True, load_default=None, allow_none=True)
    earlier_changes = many(
        fields.Nested(EarlierChangeSchema), most=MOST_EARLIER, load_default=None, allow_none=True
    )
    """Of the versions before this one, the newest first: a change for safety must not be missed."""
    license = fields.String(required=True, validate=validate.OneOf(list(LICENSES)))
    copied_from = fields.Nested(CopiedFromSchema, load_default=None, allow_none=True)
    ancestors = many(fields.Nested(AncestorSchema), most=MOST_ANCESTORS, load_default=None, allow_none=True)
    """All it goes back to, the nearest first; credit that stays when an ancestor is gone."""
    contributors = many(
        fields.Nested(ContributorSchema), most=MOST_CONTRIBUTORS, load_default=None, allow_none=True
    )
    """Whose changes were taken into it, the newest first."""
    usage = fields.Nested(UsageSchema, load_default=None, allow_none=True)
    grade = fields.Nested(GradeSchema, load_default=None, allow_none=True)
