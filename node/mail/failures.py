"""Mail that was given up: to whom, why, and what a person does with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from node.mail.models import MailMessage
from node.mail.service import JOB, MEMORY
from schemas.errors import Conflict, NotFound
from schemas.messages import N_
from schemas.paging import pages_of

PER_PAGE = 50
DAYS = MEMORY.days
"""So long a message that failed is kept, laid aside or not."""


@dataclass(frozen=True)
class FailedPage:
    """One page of messages that were given up, the newest first."""

    messages: Sequence[MailMessage]
    page: int
    pages: int
    total: int


def list_failed(session: Session, page: int = 1) -> FailedPage:
    """The messages that wait for a person."""
    total = count_failed(session)
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    query = select(MailMessage).where(MailMessage.state == "gave_up").order_by(MailMessage.id.desc())
    found = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return FailedPage(found, page, pages, total)


def list_aside(session: Session) -> Sequence[MailMessage]:
    """What was laid aside lately."""
    query = select(MailMessage).where(MailMessage.state == "aside")
    return session.scalars(query.order_by(MailMessage.id.desc()).limit(PER_PAGE)).all()


def count_failed(session: Session) -> int:
    """How many messages wait for a person."""
    query = select(func.count()).select_from(MailMessage).where(MailMessage.state == "gave_up")
    return session.scalar(query) or 0


def send_again(session: Session, message_id: int) -> MailMessage:
    """Try once more from the beginning."""
    message = _settled(session, message_id, ("gave_up", "aside"))
    message.state, message.attempts, message.error, message.due_at = "due", 0, "", now()
    session.flush()
    wake_after_commit(session, JOB)
    return message


def lay_aside(session: Session, message_id: int) -> MailMessage:
    """Nothing more has to be done about it."""
    message = _settled(session, message_id, ("gave_up",))
    message.state = "aside"
    session.flush()
    return message


def put_back(session: Session, message_id: int) -> MailMessage:
    """It was laid aside by mistake."""
    message = _settled(session, message_id, ("aside",))
    message.state = "gave_up"
    session.flush()
    return message


def _settled(session: Session, message_id: int, states: tuple[str, ...]) -> MailMessage:
    message = session.get(MailMessage, message_id)
    if message is None:
        raise NotFound(N_("This message does not exist any more."), cause=f"mail {message_id}")
    if message.state not in states:
        raise Conflict(N_("Something else was done with this message. Look at the list once more."))
    return message
