"""The sheet of a quarter for programs: they fill in and ask the board, and never read a number."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.gatherings.service import local_today
from node.outcomes.periods import Quarter
from node.quarters.answering import answer, take_back
from node.quarters.saving import ask_for_all
from node.quarters.sheet import Figure, Sheet, read_quarter, sheet_of
from node.quarters.words import NOT_COUNTED, OPEN, Word, counted
from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema
from schemas.messages import N_

bp = Blueprint(
    "quarters_api", __name__, url_prefix="/api/v1/quarters", description="What is counted in a quarter"
)
STAGES = ("open", "counted", "not_counted", "asked", "released")


class QuarterFigureSchema(WireSchema):
    """One figure of a quarter: how far it is, and which kinds of oddity its number has."""

    indicator = fields.String()
    indicator_version = fields.Integer()
    period = fields.String()
    stage = fields.String(validate=validate.OneOf(STAGES))
    hints = fields.List(fields.String())
    has_proposal = fields.Boolean()


class QuarterSheetSchema(WireSchema):
    """A quarter with its figures; the numbers themselves no interface gives away."""

    quarter = fields.String()
    items = fields.List(fields.Nested(QuarterFigureSchema))


class QuarterWordSchema(WireSchema):
    """A word about a figure: a number, or that it was not counted; ``open`` empties it."""

    indicator = Text(required=True, most=80)
    state = fields.String(load_default="counted", validate=validate.OneOf(("counted", "not_counted", "open")))
    value = fields.Integer(strict=True, load_default=None, allow_none=True)
    denominator = fields.Integer(strict=True, load_default=None, allow_none=True)


class WhichFigureSchema(WireSchema):
    """Which figure."""

    indicator = Text(required=True, most=80)


class QuarterAskedSchema(WireSchema):
    """How many numbers went to the board now."""

    asked = fields.Integer()


@bp.get("/<period>")
@token_or_session("read", Action.PREPARE_RELEASE)
@bp.response(200, QuarterSheetSchema)
def show(period: str) -> dict[str, Any]:
    """How far a quarter is."""
    sheet = sheet_of(current_session, read_quarter(period, local_today()))
    return {"quarter": str(sheet.quarter), "items": [_told(figure) for figure in sheet.figures]}


@bp.put("/<period>/figures")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(QuarterWordSchema)
@bp.response(200, QuarterFigureSchema)
def say(values: dict[str, Any], period: str) -> dict[str, Any]:
    """Keep a number here, or that it was not counted."""
    account, quarter = require(Action.PREPARE_RELEASE), read_quarter(period, local_today())
    figure = _figure(_sheet(quarter), values["indicator"])
    word, today = _word(values), local_today()
    answer(current_session, figure.line, word, by=account.id, today=today, source="program")
    commit()
    return _told(_figure(sheet_of(current_session, quarter), values["indicator"]))


@bp.post("/<period>/take-back")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.arguments(WhichFigureSchema)
@bp.response(200, QuarterFigureSchema)
def back(values: dict[str, Any], period: str) -> dict[str, Any]:
    """Go back to what was said before."""
    account, quarter = require(Action.PREPARE_RELEASE), read_quarter(period, local_today())
    figure = _figure(_sheet(quarter), values["indicator"])
    take_back(current_session, figure.line, by=account.id, today=local_today())
    commit()
    return _told(_figure(sheet_of(current_session, quarter), values["indicator"]))


@bp.post("/<period>/ask")
@token_or_session("write:outcomes", Action.PREPARE_RELEASE)
@bp.response(200, QuarterAskedSchema)
def ask(period: str) -> dict[str, int]:
    """Put what is kept before the board."""
    sheet = _sheet(read_quarter(period, local_today()))
    asked = ask_for_all(current_session, sheet, today=local_today())
    commit()
    return {"asked": asked}


def _sheet(quarter: Quarter) -> Sheet:
    return sheet_of(current_session, quarter, with_hints=False)


def _figure(sheet: Sheet, code: str) -> Figure:
    found = next((each for each in sheet.figures if each.indicator.code == code), None)
    if found is None:
        raise InvalidInput(fields={"indicator": [N_("Choose one of the list.")]})
    return found


def _word(values: dict[str, Any]) -> Word:
    if values["state"] != "counted":
        if values["value"] is not None or values["denominator"] is not None:
            raise InvalidInput(fields={"value": [N_("Give a number, or say that it was not counted.")]})
        return NOT_COUNTED if values["state"] == "not_counted" else OPEN
    if values["value"] is None:
        raise InvalidInput(fields={"value": [N_("Give a number, or say that it was not counted.")]})
    return counted(values["value"], values["denominator"])


def _told(figure: Figure) -> dict[str, Any]:
    return {
        "indicator": figure.indicator.code,
        "indicator_version": figure.indicator.version,
        "period": str(figure.period),
        "stage": figure.stage,
        "hints": [message.kind for message in figure.hints],
        "has_proposal": figure.proposal is not None and figure.stage == "open",
    }
