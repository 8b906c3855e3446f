"""What the calls for reuse take and give: exports, clusters of the map, and pages of HSDS 3.0."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from node.guide.schemas import MOST_PER_PAGE
from schemas.fields import Instant, WireSchema, many


class ServicesArgumentsSchema(Schema):
    """HSDS' own parameters, in its own names."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    search = fields.String(load_default="", validate=validate.Length(max=200))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    per_page = fields.Integer(load_default=20, validate=validate.Range(1, MOST_PER_PAGE))
    modified_after = Instant(load_default=None)
    taxonomy_term_id = fields.String(load_default=None)
    organization_id = fields.String(load_default=None)
    minimal = fields.Boolean(load_default=False, metadata={"description": "only id and last_modified"})
    full = fields.Boolean(load_default=False, metadata={"description": "fully nested services"})
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "ndjson"]),
        metadata={"description": "ndjson: all services of the search, fully nested, a line each"},
    )


class ServicePageSchema(Schema):
    """A page of services, as HSDS 3.0 describes it."""

    total_items = fields.Integer()
    total_pages = fields.Integer()
    page_number = fields.Integer()
    size = fields.Integer()
    first_page = fields.Boolean()
    last_page = fields.Boolean()
    empty = fields.Boolean()
    contents = fields.List(fields.Dict(), metadata={"description": "services, see docs.openreferral.org"})


class HsdsSchema(Schema):
    """What HSDS asks to be told of an API."""

    version = fields.String()
    profile = fields.String()
    openapi_url = fields.String()
    description = fields.String()
    publisher = fields.Dict()


class ClusterSchema(WireSchema):
    """Initiatives near one another: a group of municipalities, a municipality, or a place."""

    name = fields.String()
    province = fields.String()
    municipality_code = fields.String(metadata={"description": "empty for several municipalities"})
    place_id = fields.Integer(allow_none=True)
    count = fields.Integer()
    latitude = fields.Float()
    longitude = fields.Float()
    example_data = fields.Boolean()


class MapSchema(WireSchema):
    """The map of a selection."""

    level = fields.String(metadata={"description": "country, province or municipality"})
    clusters = many(fields.Nested(ClusterSchema), most=5000)


class SpotSchema(WireSchema):
    """A place where initiatives work, and how many."""

    place_id = fields.Integer()
    name = fields.String()
    municipality = fields.String()
    municipality_code = fields.String()
    latitude = fields.Float()
    longitude = fields.Float()
    count = fields.Integer()


class SpotsSchema(WireSchema):
    """All places of a selection."""

    items = many(fields.Nested(SpotSchema), most=5000)
    source = fields.String()
