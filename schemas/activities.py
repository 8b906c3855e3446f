"""The activities of the wire: the envelopes around objects, and the few bare objects they carry."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate
from marshmallow.exceptions import ValidationError

from schemas.actors import MultikeySchema
from schemas.fields import Code, Instant, Text, Uri, WireSchema, many
from schemas.published import Document
from schemas.taxonomies import REPORT_REASONS

RECORD_ACTIVITIES = ("Create", "Update", "Delete")
"""Activities that carry a record of the directory."""

_OUTLINE = ("id", "type", "actor", "published", "to", "cc")
_OBJECT_OUTLINE = ("id", "type", "recordType", "version", "replaces")


def outline(activity: Document) -> Document:
    """What is kept of an activity whose content is forgotten: by whom, when, about what; without proof.

    Of several objects their ids.
    """
    carried = activity.get("object")
    kept = {name: activity[name] for name in _OUTLINE if name in activity}
    if isinstance(carried, list):
        return {**kept, "object": [item.get("id") if isinstance(item, dict) else item for item in carried]}
    if isinstance(carried, dict):
        return {**kept, "object": {name: carried[name] for name in _OBJECT_OUTLINE if name in carried}}
    return {**kept, "object": carried} if isinstance(carried, str) else kept


def _check_context(value: Any) -> None:
    """Addresses and flat tables of terms; nothing in a context may be a place to hide data."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        terms = list(item.items()) if isinstance(item, dict) else [("", item)]
        if not all(isinstance(part, str) and len(part) <= 200 for term in terms for part in term):
            raise ValidationError("This is not a plain context.")


class ContextField(fields.Raw):
    """A JSON-LD context that is only compared, never processed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(data_key="@context", validate=_check_context, **options)


class ProofSchema(WireSchema):
    """An integrity proof (FEP-8b32); no field beyond those of the specification."""

    context = ContextField()
    type = fields.String(required=True, validate=validate.Equal("DataIntegrityProof"))
    cryptosuite = fields.String(required=True, validate=validate.Equal("eddsa-jcs-2022"))
    created = fields.String(validate=validate.Length(max=40))
    verification_method = Uri(required=True)
    proof_purpose = fields.String(required=True, validate=validate.Equal("assertionMethod"))
    proof_value = fields.String(required=True, validate=validate.Length(max=200))


class PropertyValueSchema(WireSchema):
    """One line of a profile as Mastodon shows it."""

    type = fields.String(required=True, validate=validate.Equal("PropertyValue"))
    name = Text(required=True, most=100)
    value = Text(required=True, most=2500)


class FollowSchema(WireSchema):
    """A Follow inside an Accept, Reject or Undo."""

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("Follow"))
    actor = Uri(required=True)
    object = Uri(required=True)


class MemberSchema(WireSchema):
    """A member of a hub: a cooperative and the keys that its records are verified with."""

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("Organization"))
    name = Text(required=True, most=200)
    assertion_method = many(fields.Nested(MultikeySchema), most=5, required=True)


class TombstoneSchema(WireSchema):
    """What is left of a deleted object."""

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("Tombstone"))
    moved_to = Uri()
    """What took its place: the entry that it was merged into, or the node that took it over."""


class SignedTombstoneSchema(TombstoneSchema):
    """What the address of a deleted object answers: its owner's signed word that it is gone, since when."""

    context = ContextField(required=True)
    attributed_to = Uri(required=True)
    deleted = Instant(required=True)
    proof = fields.Nested(ProofSchema, required=True)


class FlagSchema(WireSchema):
    """What a report says: which public objects, why, and a text that its sender saw leave."""

    object = many(Uri(), most=20, required=True)
    report_reason = Code(REPORT_REASONS, required=True)
    content = Text(most=500, lines=True)


class EnvelopeSchema(WireSchema):
    """A Create, Update or Delete as it is signed; its object is checked by its own schema."""

    context = ContextField(required=True)
    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.OneOf(RECORD_ACTIVITIES))
    actor = Uri(required=True)
    published = Instant(required=True)
    to = many(Uri(), most=50, load_default=list)
    cc = many(Uri(), most=50, load_default=list)
    object = fields.Raw(required=True)
    proof = fields.Nested(ProofSchema, required=True)
