"""A story of the wire: what somebody tells about a caring community, as an Article.

The name is what the board typed as public text, with a consent that stays in the node; after
``shown_until`` every node stops showing it, whether or not the withdrawal reached it.
"""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Text, Uri, WireSchema
from schemas.published import LANGUAGES, ReadableSchema

MOST_TEXT = 12_000
"""Characters of a story: some four pages."""


class StorySchema(WireSchema):
    """What a story says, as forms and the API exchange it."""

    name = Text(required=True, least=1, most=120)
    text = Text(required=True, least=1, most=MOST_TEXT, lines=True)
    told_by = Text(most=80, load_default="")
    shown_until = fields.Date(required=True)
    about_template = Uri(load_default=None, allow_none=True)
    """The activity template that it tells of; how it went there, beside the figures."""


class StoryObjectSchema(ReadableSchema, StorySchema):
    """A published story; ``summary`` is its beginning, for software that shows no more than that."""

    summary = fields.String(load_default="", validate=validate.Length(max=2000))
    in_language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    example_data = fields.Boolean(load_default=False)
