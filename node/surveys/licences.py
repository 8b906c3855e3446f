"""Instruments that need a licence: the board confirms that it has one, and types the statements in itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from node.surveys.models import LicensedInstrument
from node.surveys.questions import PH22, PH22_ITEMS
from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema, many
from schemas.messages import N_


class LicenceSchema(WireSchema):
    """Who gave leave, the statements, and the answers: two for the ends of a mark, or three to seven."""

    licence = Text(required=True, least=1, most=200)
    items = many(Text(least=1, most=200), most=PH22_ITEMS, required=True)
    answers = many(Text(least=1, most=80), most=7, required=True)


def find_licensed(session: Session) -> LicensedInstrument | None:
    """What the board typed in, if it did."""
    return session.get(LicensedInstrument, PH22)


def confirm(session: Session, data: Any, *, by: str, today: date) -> LicensedInstrument:
    """Keep the statements of PH22. Raises InvalidInput with ``fields``.

    Surveys that were fixed before keep the questions they had.
    """
    try:
        values: dict[str, Any] = LicenceSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    if len(set(values["items"])) != PH22_ITEMS:
        raise InvalidInput(fields={"items": [N_("PH22 has 22 different statements, one a line.")]})
    if len(values["answers"]) < 2:
        raise InvalidInput(fields={"answers": [N_("Give two to seven different answers.")]})
    kept = find_licensed(session) or LicensedInstrument(code=PH22)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.confirmed_by, kept.confirmed_on = by, today
    session.add(kept)
    session.flush()
    return kept


def take_away(session: Session) -> None:
    """Offer it no more in new surveys."""
    kept = find_licensed(session)
    if kept is not None:
        session.delete(kept)
        session.flush()
