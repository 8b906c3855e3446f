"""National figures for programs; everybody may read them."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import current_session
from node.api.schemas import ArgumentsSchema
from node.national_figures import service
from schemas.fields import Text, WireSchema

bp = Blueprint(
    "national_figures_api", __name__, url_prefix="/api/v1/national-figures", description="National figures"
)


class NationalQuerySchema(ArgumentsSchema):
    """Which figures; everything when nothing is asked."""

    indicator = Text(most=80, load_default=None)
    period_start = fields.Date(load_default=None)
    period_end = fields.Date(load_default=None)


class TrendQuerySchema(ArgumentsSchema):
    """The trend of which figure."""

    indicator = Text(most=80, least=1, required=True)


class WrittenSchema(WireSchema):
    """What is read from a document that has its wire names already."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Read each field under the name it is written with."""
        super().on_bind_field(field_name, field_obj)
        field_obj.attribute = field_obj.data_key


class PeriodSchema(WrittenSchema):
    """First and last day, both included."""

    start = fields.String()
    end = fields.String()


class MeanSchema(WrittenSchema):
    """A mean of one community with its error bar at 95 %, and the two parts the bar is made of."""

    value = fields.Float()
    error_bar = fields.Float()
    noise = fields.Float()
    non_response = fields.Float()


class SumSchema(WrittenSchema):
    """A sum with its error bar at 95 %, its two parts, and the mean that goes with it."""

    sum = fields.Integer()
    error_bar = fields.Integer()
    noise = fields.Integer()
    non_response = fields.Integer()
    mean = fields.Nested(MeanSchema)


class RateSchema(MeanSchema):
    """A share in per cent or a mean in points: of how many communities and people it is made."""

    communities = fields.Integer()
    people = fields.Integer()


class NationalRateSchema(WrittenSchema):
    """A share or a mean of people: of those that told, and estimated for all; from public denominators."""

    kind = fields.String()
    reported = fields.Nested(RateSchema)
    estimated = fields.Nested(RateSchema, allow_none=True)


class NationalChangeSchema(WrittenSchema):
    """What the same communities told more than a period before; clear when noise does not explain it."""

    since = fields.Nested(PeriodSchema)
    communities = fields.Integer()
    value = fields.Integer()
    error_bar = fields.Integer()
    is_clear = fields.Boolean()


class CompletenessSchema(WrittenSchema):
    """Who told it in one province; ``""`` stands for a province that is not known."""

    province = fields.String()
    communities = fields.Integer()
    reporting = fields.Integer()
    in_time = fields.Integer()
    median_days = fields.Integer(allow_none=True)


class GroupSchema(WrittenSchema):
    """A part of the communities; no mean where too few told."""

    code = fields.String()
    communities = fields.Integer()
    reporting = fields.Integer()
    mean = fields.Nested(MeanSchema, allow_none=True)
    rate = fields.Nested(RateSchema, allow_none=True)


class GroupsSchema(WrittenSchema):
    """By province, theme, number of members and year of beginning."""

    province = fields.List(fields.Nested(GroupSchema))
    theme = fields.List(fields.Nested(GroupSchema))
    size = fields.List(fields.Nested(GroupSchema))
    began = fields.List(fields.Nested(GroupSchema))


class NationalFigureSchema(WrittenSchema):
    """One national figure: what was reported, what is estimated for all, and its guarantee in Dutch."""

    indicator = fields.String()
    indicator_version = fields.Integer()
    period = fields.Nested(PeriodSchema)
    example_data = fields.Boolean()
    communities = fields.Integer()
    reporting = fields.Integer()
    reported = fields.Nested(SumSchema)
    estimated = fields.Nested(SumSchema, allow_none=True)
    rate = fields.Nested(NationalRateSchema, allow_none=True)
    guarantee = fields.String()
    change = fields.Nested(NationalChangeSchema, allow_none=True)
    completeness = fields.List(fields.Nested(CompletenessSchema))
    groups = fields.Nested(GroupsSchema)


class NationalFiguresSchema(WrittenSchema):
    """National figures by indicator, oldest period first."""

    items = fields.List(fields.Nested(NationalFigureSchema))


class PointSchema(WrittenSchema):
    """One period of a trend; a break means: by another definition than the one before."""

    indicator = fields.String()
    indicator_version = fields.Integer()
    period = fields.Nested(PeriodSchema)
    communities = fields.Integer()
    reporting = fields.Integer()
    mean = fields.Nested(MeanSchema, allow_none=True)
    rate = fields.Nested(RateSchema, allow_none=True)
    is_break = fields.Boolean()


class TrendSchema(WrittenSchema):
    """A trend, oldest period first."""

    items = fields.List(fields.Nested(PointSchema))


@bp.get("")
@bp.arguments(NationalQuerySchema, location="query")
@bp.response(200, NationalFiguresSchema)
def list_figures(arguments: dict[str, Any]) -> dict[str, Any]:
    """Sums and means over all communities, with error bars."""
    found = service.find_figures(
        current_session, arguments["indicator"], arguments["period_start"], arguments["period_end"]
    )
    return {"items": found}


@bp.get("/trend")
@bp.arguments(TrendQuerySchema, location="query")
@bp.response(200, TrendSchema)
def show_trend(arguments: dict[str, Any]) -> dict[str, Any]:
    """How the mean of one community went, with breaks where the definition changed."""
    return {"items": service.find_trend(current_session, arguments["indicator"])}
