"""What programs exchange about surveys: only one schema holds answers, the one that sends them in."""

from __future__ import annotations

from marshmallow import fields, validate

from node.surveys.background import AGE_BANDS, SEX_ANSWERS
from node.surveys.planning import SurveySchema
from node.surveys.steps import STEPS
from schemas.fields import Text, WireSchema
from schemas.messages import N_


class SurveyAnswerSchema(WireSchema):
    """One answer that may be chosen."""

    value = fields.Integer()
    text = fields.String()


class SurveyQuestionSchema(WireSchema):
    """One question; its id is the same on the web and on paper."""

    id = fields.String()
    text = fields.String()
    is_mark = fields.Boolean()
    answers = fields.List(fields.Nested(SurveyAnswerSchema))


class QuestionListSchema(WireSchema):
    """The questions of one instrument."""

    code = fields.String()
    name = fields.String()
    lead = fields.String()
    items = fields.List(fields.Nested(SurveyQuestionSchema))


class InstrumentSchema(QuestionListSchema):
    """An instrument that can be chosen; those of one ``family`` are never compared."""

    source = fields.String()
    family = fields.String()
    note = fields.String()


class InstrumentsSchema(WireSchema):
    """All instruments that can be chosen here."""

    items = fields.List(fields.Nested(InstrumentSchema))


class KeptSurveySchema(WireSchema):
    """A survey as it is kept, without any answer."""

    id = fields.Integer()
    key = fields.String()
    title = fields.String()
    intro = fields.String()
    responsible = fields.String()
    access = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    instruments = fields.List(fields.String())
    own_questions = fields.List(fields.Dict())
    group = fields.Dict()
    invited = fields.Integer()
    subscale_rule = fields.String()
    retention_months = fields.Integer()
    revision = fields.Integer()
    is_draft = fields.Boolean()
    is_open = fields.Boolean()
    has_results = fields.Boolean()
    cancelled_on = fields.Date(allow_none=True)
    settled_on = fields.Date(allow_none=True)
    emptied_on = fields.Date(allow_none=True)
    deletes_on = fields.Date(allow_none=True)
    answered = fields.Integer()
    example_data = fields.Boolean()


class SurveysSchema(WireSchema):
    """All surveys."""

    items = fields.List(fields.Nested(KeptSurveySchema))


class SurveyStepSchema(WireSchema):
    """A step in the life of a survey, or back."""

    step = fields.String(
        required=True,
        validate=validate.OneOf(tuple(STEPS), error=N_("Choose one of the list.")),
    )


class SurveyChangeSchema(WireSchema):
    """A draft as it should be, and the revision that the change is based on."""

    revision = fields.Integer(required=True)
    content = fields.Nested(SurveySchema, required=True)


class LastSurveyDaySchema(WireSchema):
    """Another last day."""

    ends_on = fields.Date(required=True)


class LetterCountSchema(WireSchema):
    """How many letters."""

    count = fields.Integer(required=True)


class LetterCodesSchema(WireSchema):
    """New codes, shown this once, and where they are typed in."""

    codes = fields.List(fields.String())


class AskedSurveySchema(WireSchema):
    """What a survey asks, and the consent that has to be shown word for word before its questions."""

    title = fields.String()
    intro = fields.String()
    responsible = fields.String()
    ends_on = fields.Date()
    needs_code = fields.Boolean()
    promises = fields.List(fields.String())
    consent = fields.String()
    consent_version = fields.String()
    parts = fields.List(fields.Nested(QuestionListSchema))
    age_bands = fields.List(fields.String())


class FilledInSchema(WireSchema):
    """The answers of one person: a number for each question id, or null for “rather not say”."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.Integer(strict=True, allow_none=True),
        required=True,
        validate=validate.Length(max=100),
    )
    ticket = Text(required=True, least=16, most=64)
    """Drawn by the program for this form, so that sending it twice counts once."""
    consent_version = Text(required=True, least=1, most=10)
    code = Text(most=40, load_default="")
    age_band = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(AGE_BANDS))
    sex = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SEX_ANSWERS))
    helped = fields.Boolean(load_default=None, allow_none=True)
