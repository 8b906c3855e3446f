"""What the guide's API takes and gives, in the names of the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, fields, post_load, validate

from directory.search.likeness import WEIGHTS
from node.guide.results import page_of
from schemas.fields import Code, Instant, MunicipalityCode, Text, Uri, WireSchema, many
from schemas.initiatives import AreaSchema, ContactSchema
from schemas.taxonomies import (
    ACCESSIBILITY,
    BANDS,
    FRESHNESS,
    KINDS,
    LEGAL_FORMS,
    PHASES,
    PROVINCES,
    SPOKEN_LANGUAGES,
    TARGET_GROUPS,
    THEMES,
)

RECORD_KINDS = ("entry", "template", "outcome", "event", "story")
MOST_PER_PAGE = 100


class _Arguments(WireSchema):
    """Parameters of an address: those that we do not know are ignored."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE


class EntrySelectionSchema(_Arguments):
    """Words and filters: which initiatives, all of them."""

    q = Text(most=200, load_default="")
    province = Code(PROVINCES, load_default=None)
    theme = Code(THEMES, load_default=None)
    kind = Code(KINDS, load_default=None)
    municipality = MunicipalityCode(load_default=None, metadata={"description": "CBS code, as GM0355"})
    target_group = Code(TARGET_GROUPS, load_default=None)
    phase = Code(PHASES, load_default=None)
    freshness = Code(FRESHNESS, load_default=None)
    near = fields.Integer(load_default=None, metadata={"description": "id of a place, from /places"})
    within_km = fields.Float(
        load_default=None,
        validate=validate.Range(0, 400),
        metadata={"description": "how far from that place, in kilometres; without it there is no limit"},
    )


class EntryFilterSchema(EntrySelectionSchema):
    """The same with the order and the page of a list."""

    sort = fields.String(
        load_default=None,
        validate=validate.OneOf(["relevance", "name", "distance"]),
        metadata={"description": "near a place the nearest first, otherwise by relevance"},
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    per_page = fields.Integer(load_default=20, validate=validate.Range(1, MOST_PER_PAGE))


class SearchArgumentsSchema(EntryFilterSchema):
    """The same for every kind of public record; ``type`` may be repeated, separated by commas."""

    type = fields.String(load_default=",".join(RECORD_KINDS[:2]))

    @post_load
    def _split(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        kinds = tuple(kind.strip() for kind in data["type"].split(","))
        data["type"] = tuple(kind for kind in kinds if kind in RECORD_KINDS) or RECORD_KINDS
        return data


class PlaceArgumentsSchema(_Arguments):
    """The name of a place, or how somebody thinks it is written."""

    q = Text(required=True, least=2, most=100)
    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))


class HitSchema(WireSchema):
    """One record that was found."""

    id = fields.String(attribute="key")
    uri = Uri()
    type = fields.String(attribute="kind")
    name = fields.String(attribute="title")
    summary = fields.String()
    places = fields.String()
    example_data = fields.Boolean(attribute="is_example")
    page_url = fields.Function(page_of, metadata={"description": "where people read it"})


class FacetSchema(WireSchema):
    """How many records a choice of a filter would give."""

    code = fields.String()
    count = fields.Integer()


class ResultsSchema(WireSchema):
    """A page of what was found."""

    items = many(fields.Nested(HitSchema), most=MOST_PER_PAGE, attribute="hits")
    total = fields.Integer()
    page = fields.Integer()
    per_page = fields.Integer()
    pages = fields.Integer()
    correction = fields.String(
        allow_none=True, metadata={"description": "the words we searched for instead of a word nobody uses"}
    )
    is_partial = fields.Boolean(metadata={"description": "no record has all words; these have most"})
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetSchema)))


class EntrySchema(WireSchema):
    """One initiative as the directory knows it."""

    id = fields.String(attribute="key")
    uri = Uri()
    owner = Uri(attribute="owner_uri")
    has_node = fields.Boolean()
    name = fields.String()
    summary = fields.String()
    kind = Code(KINDS)
    legal_form = Code(LEGAL_FORMS, allow_none=True)
    phase = Code(PHASES, allow_none=True)
    themes = many(Code(THEMES), most=8)
    target_groups = many(Code(TARGET_GROUPS), most=8)
    areas = fields.List(fields.Nested(AreaSchema))
    founded_on = fields.Integer(allow_none=True)
    volunteers_band = Code(BANDS, allow_none=True)
    members_band = Code(BANDS, allow_none=True)
    has_supporter = fields.Boolean(allow_none=True)
    contact = fields.Nested(ContactSchema)
    license = fields.String()
    source_name = fields.String()
    sources = fields.List(fields.Dict(), metadata={"description": "which field comes from where, and when"})
    other_names = fields.List(fields.String())
    kvk_number = fields.String(allow_none=True)
    partners = fields.List(fields.String())
    activities = many(Uri(), most=40)
    languages = many(Code(SPOKEN_LANGUAGES), most=12)
    accessibility = many(Code(ACCESSIBILITY), most=13)
    confirmed_on = fields.Date(allow_none=True)
    freshness = Code(FRESHNESS)
    closed_on = fields.Date(allow_none=True)
    example_data = fields.Boolean(attribute="is_example")
    notice = fields.Method(
        "_notice", allow_none=True, metadata={"description": "says so when it is invented"}
    )
    updated = Instant(attribute="updated_at")

    def _notice(self, entry: Any) -> str | None:
        return "Voorbeeldgegevens – geen echte organisatie" if entry.is_example else None


class EntriesSchema(ResultsSchema):
    """A page of initiatives, whole."""

    items = many(fields.Nested(EntrySchema), most=MOST_PER_PAGE)


class SimilarArgumentsSchema(_Arguments):
    """How many, and which part of the likeness matters most."""

    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))
    emphasis = fields.String(load_default=None, validate=validate.OneOf(list(WEIGHTS)))


class LikenessReasonSchema(WireSchema):
    """Why two communities are alike: the part, and the codes or the number."""

    what = fields.String()
    values = fields.List(fields.String())
    number = fields.Integer(allow_none=True)


class SimilarSchema(WireSchema):
    """A community that is like the one asked about."""

    entry = fields.Nested(EntrySchema)
    percent = fields.Integer()
    reasons = fields.List(fields.Nested(LikenessReasonSchema))


class SimilarListSchema(WireSchema):
    """The communities most like one, the most alike first."""

    items = many(fields.Nested(SimilarSchema), most=50)


class PlaceSchema(WireSchema):
    """A place with its municipality. The population is GeoNames' and may be old."""

    place_id = fields.Integer()
    name = fields.String()
    label = fields.String()
    municipality = fields.String()
    municipality_code = fields.String()
    province = Code(PROVINCES)
    latitude = fields.Float()
    longitude = fields.Float()
    population = fields.Integer(allow_none=True)
    part_of = fields.String(allow_none=True)


class PlacesSchema(WireSchema):
    """Places that look like a name, the best first."""

    items = many(fields.Nested(PlaceSchema), most=50)
    source = fields.String()
