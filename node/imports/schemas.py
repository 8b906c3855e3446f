"""What the API of imports takes and gives."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from node.imports.columns import TARGETS
from node.imports.service import GROUPS
from schemas.fields import Instant, WireSchema


class MappingSchema(WireSchema):
    """What the columns mean, and two choices."""

    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(["", *TARGETS])),
        load_default=None,
        allow_none=True,
        metadata={"description": "name of a column to its meaning; left out: as was guessed"},
    )
    publish_contact = fields.Boolean(
        load_default=False, metadata={"description": "the initiatives agreed that contact data is public"}
    )
    review = fields.Boolean(load_default=False, metadata={"description": "what is new waits for a decision"})
    part = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "a part of a list: what it does not name is not missing; left out: as was guessed"
        },
    )


class RunSchema(WireSchema):
    """One import."""

    id = fields.Integer()
    source = fields.String(attribute="source_name")
    file_name = fields.String()
    encoding = fields.String()
    state = fields.String()
    columns = fields.List(fields.String())
    mapping = fields.Dict()
    total = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    by = fields.String(metadata={"description": "who brought it"})
    started_by = fields.String()
    approved_by = fields.String()
    undone_by = fields.String()
    waiting = fields.Integer(metadata={"description": "new initiatives that wait for review"})
    part = fields.Boolean(metadata={"description": "a part of a list: what it does not name is not missing"})
    at = Instant()
    finished_at = Instant(allow_none=True)
    seen_at = Instant(allow_none=True)


class RunsSchema(WireSchema):
    """The imports, the newest first."""

    items = fields.List(fields.Nested(RunSchema))


class RowQuerySchema(WireSchema):
    """Which rows."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    group = fields.String(load_default="", validate=validate.OneOf(["", *GROUPS]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ImportedChangeSchema(WireSchema):
    """One field that a row changes."""

    field = fields.String()
    before = fields.String()
    after = fields.String()
    contested = fields.Boolean(metadata={"description": "changed here too: waits for a coordinator"})


class ListingKeySchema(WireSchema):
    """The listing that a row is about."""

    key = fields.String()


class RowSchema(WireSchema):
    """One row, with what it changes and what is wrong with it."""

    number = fields.Integer()
    name = fields.String()
    external_id = fields.String()
    state = fields.String()
    action = fields.String()
    changes = fields.List(fields.Nested(ImportedChangeSchema))
    remarks = fields.List(fields.String())
    listing = fields.Pluck(ListingKeySchema, "key", allow_none=True)


class RowsSchema(WireSchema):
    """A page of rows."""

    items = fields.List(fields.Nested(RowSchema))
    page = fields.Integer()
