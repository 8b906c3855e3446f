"""What all published objects share, and how those that other software can show say it in HTML.

Kept apart from `schemas.objects`, the closed list, so that each kind of object has a file of its own.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from schemas.fields import Instant, Uri, WireSchema, many

Document = dict[str, Any]
"""A JSON document as it travels."""

LANGUAGES = ("nl", "en", "fy")
"""The languages in which a community may write."""


class ObjectSchema(WireSchema):
    """What all published objects share (ActivityStreams 2.0, FEP-8b32 for ``proof``).

    ``type`` is one plain word that other software knows; ``record_type`` is ours (`schemas.objects`).
    """

    context = fields.Raw(data_key="@context")
    id = Uri(required=True)
    type = fields.Raw(required=True)
    record_type = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    attributed_to = Uri(required=True)
    published = Instant(required=True)
    updated = Instant(required=True)
    to = many(Uri(), most=50, load_default=list)
    cc = many(Uri(), most=50, load_default=list)
    url = Uri(load_default=None, allow_none=True)
    also_known_as = many(Uri(), most=5, load_default=None, allow_none=True)
    """The addresses it had before its owner moved."""
    proof = fields.Dict(load_default=None, allow_none=True)


class ReadableSchema(ObjectSchema):
    """An object that software which does not know our types shows as HTML (docs/adr/0016).

    ``summary`` and ``content`` are HTML for others; nodes of this network read the plain fields.
    """

    content = fields.String(load_default="", validate=validate.Length(max=100_000))
    name_map = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=fields.String(validate=validate.Length(max=200)),
        load_default=None,
        allow_none=True,
    )
    content_map = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=fields.String(validate=validate.Length(max=100_000)),
        load_default=None,
        allow_none=True,
    )
