"""Answers of people: kept encrypted and without a trace of who, read only when the survey is over."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.accounts.secret_keys import derive
from node.surveys.models import Survey, SurveyCode, SurveyResponse
from schemas.errors import AppError, Conflict
from schemas.messages import N_

UNREADABLE = N_("The answers of this survey cannot be read with the key of this node.")
PADDED_TO = 1024
"""Bytes: all answers of one survey are equally long, so that their length tells nothing."""
_NONCE = 12
_BITS = 53
"""Of a number that SQLite, PostgreSQL and JSON all hold exactly."""


@dataclass(frozen=True)
class Response:
    """What one person answered. ``answers`` by item id; None for “rather not say”."""

    answers: Mapping[str, int | None]
    age_band: str | None = None
    """One of `node.surveys.background.AGE_BANDS`."""
    sex: str | None = None
    """One of `node.surveys.background.SEX_ANSWERS`."""
    mode: str = "web"
    helped: bool | None = None
    """Whether somebody helped to answer."""
    consent: str = ""
    """The version of the words that were agreed to."""


def keep_response(
    session: Session, settings: Settings, survey: Survey, response: Response, ticket: str
) -> bool:
    """Keep what somebody answered; False when this ticket (a form that was sent twice) was kept before."""
    number = _number_of(settings, ticket)
    if session.get(SurveyResponse, number) is not None:
        return False
    sealed = _seal(settings, survey, response)
    session.add(SurveyResponse(id=number, survey_id=survey.id, sealed=sealed))
    session.flush()
    return True


def was_kept(session: Session, settings: Settings, ticket: str) -> bool:
    """Whether the form with this ticket was sent before."""
    return session.get(SurveyResponse, _number_of(settings, ticket)) is not None


def count_responses(session: Session, survey: Survey) -> int:
    """How many answered; also when the answers are gone."""
    if survey.answered is not None:
        return survey.answered
    query = select(func.count()).where(SurveyResponse.survey_id == survey.id)
    return session.scalar(query) or 0


def read_responses(session: Session, settings: Settings, survey: Survey) -> list[Response]:
    """What everybody answered, in an order that tells nothing; nothing any more when it was emptied.

    Raises Conflict while answers can come in: who could look in between would see each new answer.
    """
    if survey.sealed_on is None:
        raise Conflict(N_("The answers can be counted when the survey is over."))
    return _read(session, settings, survey)


def _read(session: Session, settings: Settings, survey: Survey) -> list[Response]:
    query = select(SurveyResponse).where(SurveyResponse.survey_id == survey.id).order_by(SurveyResponse.id)
    return [_open(settings, survey, row.sealed) for row in session.scalars(query)]


def end(session: Session, settings: Settings, survey: Survey, today: date) -> None:
    """All answers are in: delete the codes that were not used, and put the answers in a new random order.

    The new rows get new numbers and are encrypted anew, so that what was known of a row (the ticket of a
    form, its place in a table) leads nowhere. Raises Conflict when it is not over, or was ended before.
    """
    session.refresh(survey, with_for_update=True)
    if not survey.is_over(today) or survey.sealed_on or survey.emptied_on:
        raise Conflict(N_("The answers can be counted when the survey is over."))
    responses = _read(session, settings, survey)
    session.execute(delete(SurveyCode).where(SurveyCode.survey_id == survey.id))
    session.execute(delete(SurveyResponse).where(SurveyResponse.survey_id == survey.id))
    secrets.SystemRandom().shuffle(responses)
    for response in responses:
        number = _number_of(settings, secrets.token_hex(16))
        session.add(SurveyResponse(id=number, survey_id=survey.id, sealed=_seal(settings, survey, response)))
    survey.sealed_on, survey.answered = today, len(responses)
    session.flush()


def empty(session: Session, survey: Survey, today: date) -> None:
    """Delete all answers for good; how many there were stays."""
    survey.answered = count_responses(session, survey)
    session.execute(delete(SurveyCode).where(SurveyCode.survey_id == survey.id))
    session.execute(delete(SurveyResponse).where(SurveyResponse.survey_id == survey.id))
    survey.emptied_on = today
    session.flush()


def _number_of(settings: Settings, ticket: str) -> int:
    """A number that looks random to who has not the key of this node, and is the same for one ticket."""
    digest = hmac.digest(derive(settings, "survey tickets"), ticket.encode(), "sha256")
    return int.from_bytes(digest[:8], "big") % (1 << _BITS)


def _seal(settings: Settings, survey: Survey, response: Response) -> str:
    text = json.dumps({**asdict(response), "answers": dict(response.answers)}).encode()
    text = text.ljust(-(-len(text) // PADDED_TO) * PADDED_TO)
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(derive(settings, "survey answers")).encrypt(nonce, text, survey.key.encode())
    return base64.b64encode(nonce + sealed).decode()


def _open(settings: Settings, survey: Survey, sealed: str) -> Response:
    """Raises AppError when the key of this node does not open them."""
    key = AESGCM(derive(settings, "survey answers"))
    try:
        raw = base64.b64decode(sealed)
        return Response(**json.loads(key.decrypt(raw[:_NONCE], raw[_NONCE:], survey.key.encode())))
    except (InvalidTag, ValueError, TypeError):  # its text could hold an answer
        raise AppError(UNREADABLE, cause=f"answers of survey {survey.id} cannot be opened") from None
