"""The jobs of mail: send what is due, and find what a lost wake-up forgot."""

from __future__ import annotations

import structlog

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.mail import service
from node.mail.models import MailMessage
from node.mail.posting import Refused, post

log = structlog.get_logger(__name__)


def send() -> None:
    """Send what is due, batch by batch; no transaction is open while the mail server is talked to."""
    settings = runtime().settings
    if not service.is_on(settings):
        return
    while True:
        with job_session() as session:
            taken = [(each.id, service.compose(settings, each)) for each in service.take(session)]
            session.commit()
        for message_id, mail in taken:
            failure = None
            try:
                post(settings, mail)
            except Refused as error:
                failure = error
                log.warning("mail.refused", message=message_id, reason=str(error)[:200])
            _record(message_id, failure)
        if not taken:
            return


def sweep() -> None:
    """Every minute."""
    with job_session() as session:
        service.forget_old(session)
        has_due = service.has_due(session)
        session.commit()
    if has_due and service.is_on(runtime().settings):
        runtime().queue.wake(service.JOB)


def _record(message_id: int, failure: Refused | None) -> None:
    with job_session() as session:
        message = session.get(MailMessage, message_id)
        if message is not None:
            if failure is None:
                service.note_sent(message)
            else:
                service.note_failed(message, str(failure), for_good=failure.for_good)
            service.forget_settled(session, message)
            session.commit()
