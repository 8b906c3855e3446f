"""Making a survey: what is asked, to whom, when; and what is refused before anybody sees it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy import select
from sqlalchemy.orm import Session

from node.surveys.background import AGE_BANDS, SEXES
from node.surveys.instruments import Asked
from node.surveys.models import ACCESSES, Survey
from node.surveys.questions import MOST_QUESTIONS, asked_in, instruments, items_in
from node.surveys.scoring import SUBSCALE_RULES
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.fields import Text, WireSchema, many
from schemas.messages import N_

LEAST_INVITED = 30
"""No mean is shown of fewer answers, so fewer people need not be asked."""
LONGEST = timedelta(days=92)
LAST_YEAR = 2100
USUAL = timedelta(days=27)
"""Four weeks, both ends included."""
_SHORTEST = timedelta(days=13)
"""With fewer days left before New Year, a new survey had better begin after it."""
ONE_YEAR = N_("A survey stays within one year.")
"""What its figures cost comes out of the budget of one year; over New Year it would be asked of two."""
MOST_OWN = 10
_LISTED = N_("Choose one of the list.")
_DAY = validate.Range(max=date(LAST_YEAR, 12, 31), error=N_("Choose a year up to 2100."))
_COUNT = validate.Range(0, 100_000, error=N_("Fill in a whole number, zero or more."))


class OwnQuestionSchema(WireSchema):
    """A closed question of the village: nobody can write in an answer, so nobody can tell who they are."""

    text = Text(required=True, least=1, most=200)
    answers = many(Text(least=1, most=80), most=7, required=True)

    @validates_schema
    def _several(self, data: dict[str, Any], **_options: Any) -> None:
        answers = data.get("answers", [])
        if len(answers) < 2 or len({answer.casefold() for answer in answers}) < len(answers):
            raise ValidationError(N_("Give two to seven different answers."), "answers")


class SexesSchema(WireSchema):
    """How many women and men."""

    woman = fields.Integer(load_default=0, validate=_COUNT)
    man = fields.Integer(load_default=0, validate=_COUNT)


GroupSchema = WireSchema.from_dict(
    {f"band_{at}": fields.Nested(SexesSchema, data_key=band) for at, band in enumerate(AGE_BANDS)},
    name="SurveyGroupSchema",
)
"""The target group: how many people there are in each band, so that it is seen who is not heard."""


class SurveySchema(WireSchema):
    """A survey, as the form and the API exchange it."""

    title = Text(required=True, least=1, most=120)
    intro = Text(most=1500, lines=True, load_default="")
    responsible = Text(most=200, load_default="")
    access = fields.String(load_default="letters", validate=validate.OneOf(ACCESSES, error=_LISTED))
    starts_on = fields.Date(required=True, validate=_DAY)
    ends_on = fields.Date(required=True, validate=_DAY)
    instruments = many(fields.String(), most=20, load_default=list)
    own_questions = many(fields.Nested(OwnQuestionSchema), most=MOST_OWN, load_default=list)
    group = fields.Nested(GroupSchema, required=True)
    invited = fields.Integer(required=True, validate=_COUNT)
    subscale_rule = fields.String(load_default="cbs", validate=validate.OneOf(SUBSCALE_RULES, error=_LISTED))
    retention_months = fields.Integer(
        load_default=12, validate=validate.Range(1, 24, error=N_("Choose 1 to 24 months."))
    )

    @validates_schema
    def _period(self, data: dict[str, Any], **_options: Any) -> None:
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            raise ValidationError(N_("The last day comes after the first."), "endsOn")
        if first and last and last - first > LONGEST:
            raise ValidationError(
                N_("Ask for at most three months: then the answers are of one time."), "endsOn"
            )
        if first and last and last.year > first.year:
            raise ValidationError(ONE_YEAR, "endsOn")

    @validates_schema
    def _people(self, data: dict[str, Any], **_options: Any) -> None:
        size = sum(count for band in data.get("group", {}).values() for count in band.values())
        if data.get("invited", 0) > size:
            raise ValidationError(N_("You cannot ask more people than there are in the group."), "invited")
        if data.get("invited", LEAST_INVITED) < LEAST_INVITED:
            raise ValidationError(
                N_("Ask at least 30 people. Of fewer answers nothing can be shown safely."), "invited"
            )


def list_surveys(session: Session) -> Sequence[Survey]:
    """All surveys, the last first."""
    return session.scalars(select(Survey).order_by(Survey.starts_on.desc(), Survey.id.desc())).all()


def get_survey(session: Session, survey_id: int) -> Survey:
    """One survey. Raises NotFound."""
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFound(N_("This survey does not exist."), cause=f"survey {survey_id}")
    return survey


def make(session: Session, data: Any, *, by: str) -> Survey:
    """A new draft. Raises InvalidInput with ``fields``."""
    survey = Survey(key=secrets.token_hex(4), made_by=by, **_load(session, data))
    _check_questions(session, survey)
    session.add(survey)
    session.flush()
    return survey


def change(session: Session, survey: Survey, data: Any, *, revision: int | None = None) -> None:
    """Change a draft. Raises InvalidInput, and Conflict when it began or somebody else changed it."""
    if not survey.is_draft:
        raise Conflict(N_("This survey is fixed: people may have the questions already."))
    if revision is not None and revision != survey.revision:
        raise Conflict(N_("Somebody changed this in the meantime. Open it again."))
    values = _load(session, data)
    with session.no_autoflush:
        for name, value in values.items():
            setattr(survey, name, value)
        try:
            _check_questions(session, survey)
        except InvalidInput:
            session.expire(survey)
            raise
    survey.revision += 1
    session.flush()


def again(session: Session, survey: Survey, *, by: str, today: date) -> Survey:
    """A new draft with the same questions: ask again in the same month of next year."""
    names = ("intro", "responsible", "access", "instruments", "own_questions", "group", "invited")
    kept = {name: getattr(survey, name) for name in (*names, "subscale_rule", "retention_months", "title")}
    first = max(today, survey.starts_on + timedelta(days=364))
    starts_on, ends_on = in_one_year(first, survey.ends_on - survey.starts_on)
    draft = Survey(
        key=secrets.token_hex(4),
        made_by=by,
        starts_on=starts_on,
        ends_on=ends_on,
        **kept,
    )
    session.add(draft)
    session.flush()
    return draft


def in_one_year(first: date, length: timedelta = USUAL) -> tuple[date, date]:
    """The days of a survey from this one: cut off at New Year, or after it when hardly any would be left."""
    last = min(first + length, date(first.year, 12, 31))
    if last - first >= min(length, _SHORTEST):
        return first, last
    return date(first.year + 1, 1, 1), date(first.year + 1, 1, 1) + length


def in_two(parts: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Too many questions over two surveys: as many parts as fit in the first, the rest in the second."""
    first: list[Asked] = []
    for part in parts:
        if len(items_in([*first, part])) <= MOST_QUESTIONS:
            first.append(part)
    return first, [part for part in parts if part not in first]


def _load(session: Session, data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = SurveySchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    known = instruments(session)
    if set(values["instruments"]) - known.keys():
        raise InvalidInput(fields={"instruments": [_LISTED]})
    values["instruments"] = [code for code in known if code in values["instruments"]]
    group = values["group"]
    values["group"] = {
        band: {sex: group.get(f"band_{at}", {}).get(sex, 0) for sex in SEXES}
        for at, band in enumerate(AGE_BANDS)
    }
    return values


def _check_questions(session: Session, survey: Survey) -> None:
    parts = asked_in(session, survey)
    count = len(items_in(parts))
    if not count:
        raise InvalidInput(fields={"instruments": [N_("Choose at least one list, or add a question.")]})
    families = [known.family for code, known in instruments(session).items() if code in survey.instruments]
    named = [family for family in families if family]
    if len(named) > len(set(named)):
        raise InvalidInput(fields={"instruments": [N_("Choose one of the two lists about loneliness.")]})
    if count > MOST_QUESTIONS:
        raise InvalidInput(
            fields={"instruments": [N_("These are more than 25 questions. Ask them in two times.")]}
        )
