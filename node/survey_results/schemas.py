"""Results of surveys as programs read them. What is null was hidden, because too few people are in it."""

from __future__ import annotations

from marshmallow import fields, validate

from node.api.schemas import ArgumentsSchema
from schemas.fields import Text, WireSchema, many


class SurveyEstimateSchema(WireSchema):
    """A share in per cent or a mean in points, with its ± at 95 %."""

    value = fields.Float(allow_none=True)
    margin = fields.Float(allow_none=True)


class SurveyCutSchema(SurveyEstimateSchema):
    """The share of those in this class or a higher one."""

    code = fields.String()


class SurveyClassSchema(SurveyCutSchema):
    """The share of one class or answer, which begins at score ``least``."""

    least = fields.Float()
    word = fields.String()


class SurveyGroupResultSchema(WireSchema):
    """An age band, or women or men."""

    kind = fields.String(validate=validate.OneOf(("age", "sex")))
    code = fields.String()
    mean = fields.Nested(SurveyEstimateSchema, allow_none=True)
    cut = fields.Nested(SurveyEstimateSchema, allow_none=True)


class SurveyReferenceSchema(WireSchema):
    """A published figure to hold it against: ``of`` share, strong or mean; ``highest`` ends a range."""

    of = fields.String()
    year = fields.String()
    who = fields.String()
    value = fields.Float()
    highest = fields.Float(allow_none=True)
    source = fields.String()
    is_modelled = fields.Boolean()
    warning = fields.String()


class SurveyMeasureSchema(WireSchema):
    """One thing that was told."""

    code = fields.String()
    instrument = fields.String()
    name = fields.String()
    lowest = fields.Integer()
    highest = fields.Integer()
    number = fields.Integer(allow_none=True, metadata={"description": "about how many answered, to fives"})
    has_mean = fields.Boolean()
    mean = fields.Nested(SurveyEstimateSchema, allow_none=True)
    cut = fields.Nested(SurveyCutSchema, allow_none=True)
    classes = fields.List(fields.Nested(SurveyClassSchema))
    groups = fields.List(fields.Nested(SurveyGroupResultSchema))
    references = fields.List(fields.Nested(SurveyReferenceSchema))


class SurveyWhoSchema(WireSchema):
    """How many of an age band and sex there are, and answered (to fives)."""

    age = fields.String()
    sex = fields.String()
    asked = fields.Integer()
    answered = fields.Integer(allow_none=True)


class SurveyWeightingSchema(WireSchema):
    """How answers were weighed; ``effective`` unweighted ones would be as sure."""

    is_used = fields.Boolean()
    merged = fields.List(fields.List(fields.String()))
    without_sex = fields.List(fields.String())
    bounded = fields.Integer(allow_none=True)
    effective = fields.Integer()


class SurveyTableSchema(WireSchema):
    """One survey's results: ``mode`` is web, paper or mixed; ``method`` the version of the rules."""

    survey = fields.Integer()
    title = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    reckoned_on = fields.Date()
    example_data = fields.Boolean()
    method = fields.Integer()
    invited = fields.Integer()
    asked = fields.Integer()
    answered = fields.Integer()
    complete = fields.Integer(
        metadata={"description": "how many answered all that can be released; goes along with each release"}
    )
    mode = fields.String()
    helped = fields.Integer(allow_none=True)
    response = fields.List(fields.Nested(SurveyWhoSchema))
    weighting = fields.Nested(SurveyWeightingSchema)
    measures = fields.List(fields.Nested(SurveyMeasureSchema))


class SurveyTablesSchema(WireSchema):
    """The results of all surveys, the last first."""

    items = fields.List(fields.Nested(SurveyTableSchema))


class SurveyTrendQuerySchema(ArgumentsSchema):
    """Of which measure; ``beside`` another one, when it is of the same instrument."""

    measure = Text(required=True, most=40)
    beside = Text(most=40, load_default=None)


class SurveyTrendPointSchema(WireSchema):
    """One survey in a trend: ``cut`` is a share in per cent, ``mean`` is in points."""

    survey_id = fields.Integer()
    measure = fields.String()
    on = fields.Date()
    mode = fields.String()
    kind = fields.String()
    value = fields.Float(allow_none=True)
    margin = fields.Float(allow_none=True)
    is_break = fields.Boolean()
    differs = fields.Boolean(allow_none=True)


class SurveyTrendSchema(WireSchema):
    """The points, oldest first."""

    items = fields.List(fields.Nested(SurveyTrendPointSchema))


class SurveyChoiceSchema(WireSchema):
    """Which figures go before the board."""

    indicators = many(fields.String(validate=validate.Length(max=80)), most=20, required=True)


class SurveyPreparedSchema(WireSchema):
    """The measurements that wait for the board now; their numbers are told to nobody."""

    measurements = fields.List(fields.Integer())
