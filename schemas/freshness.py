"""What a hub says of an entry beside the entry itself: that nobody can be reached there."""

from __future__ import annotations

from marshmallow import fields

from schemas.fields import Uri
from schemas.published import ObjectSchema


class UnreachableEntryObjectSchema(ObjectSchema):
    """Nobody answers for an entry of this hub, or at the server of a member; deleted once somebody does."""

    entry = Uri(required=True)
    since = fields.Date(required=True)
