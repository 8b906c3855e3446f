"""What the lists of the API have in common: parameters of an address, and pages."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from schemas.fields import WireSchema


class ArgumentsSchema(WireSchema):
    """Parameters of an address: those that we do not know are ignored."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE


class PageSchema(ArgumentsSchema):
    """Which page."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class PagedSchema(WireSchema):
    """One page of a list; the list itself is ``items`` where nothing else is said."""

    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()
