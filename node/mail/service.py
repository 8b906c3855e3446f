"""Writing mail, and taking it in turns to the mail server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.settings import Settings
from node.mail.headers import POLICY, add_stop
from node.mail.models import MailMessage
from schemas.errors import InvalidInput, NotReady
from schemas.messages import N_

JOB = "node.mail.jobs.send"
BATCH = 20
LEASE = timedelta(minutes=10)
"""So long a worker has for what it took; after that another one may take it."""
WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""Between the attempts; after the last one it is given up."""
MEMORY = timedelta(days=30)
_OUTSIDE = r"\s\x00-\x1f\x7f\ud800-\udfff@<>()\[\],:;\"\\"
_PLAIN = re.compile(rf"[^{_OUTSIDE}]{{1,64}}@[^{_OUTSIDE}]{{1,255}}")
"""One address alone (RFC 5321 4.5.3.1): no name, quotes, group or number of a computer beside it."""


def is_on(settings: Settings) -> bool:
    """True when the operator named a mail server."""
    return bool(settings.mail_url and settings.mail_from)


def write(
    session: Session,
    settings: Settings,
    recipient: str,
    subject: str,
    body: str,
    *,
    forget: bool = False,
    stop_url: str = "",
) -> MailMessage:
    """Keep a message that is sent after the commit; ``forget`` it then.

    At ``stop_url`` the recipient says “no more messages”, with one press in many mail programs.

    Raises NotReady, and InvalidInput for a bad address.
    """
    if not is_on(settings):
        raise NotReady(N_("This node sends no mail yet. Ask your administrator to set that up."))
    check_address(settings, recipient)
    message = MailMessage(
        recipient=recipient.strip(), subject=subject[:200], body=body, is_forgotten=forget, stop_url=stop_url
    )
    compose(settings, message)
    session.add(message)
    session.flush()
    wake_after_commit(session, JOB)
    return message


def is_address(text: str) -> bool:
    """True for one plain address that mail can go to."""
    mail = EmailMessage()
    try:
        mail["To"] = text.strip()
        return bool(_PLAIN.fullmatch(text.strip())) and _is_whole(mail["To"].addresses)
    except (ValueError, IndexError):
        return False


def check_address(settings: Settings, recipient: str) -> None:
    """Raise InvalidInput for all but one plain address that mail can go to."""
    if not _PLAIN.fullmatch(recipient.strip()):
        raise InvalidInput(N_("Fill in one e-mail address and nothing else."), cause=recipient[:100])
    compose(settings, MailMessage(recipient=recipient.strip(), subject="", body=""))


def compose(settings: Settings, message: MailMessage) -> EmailMessage:
    """The message as it travels. Raises InvalidInput when address or subject cannot stand in it."""
    mail = EmailMessage(POLICY)
    try:
        mail["From"], mail["To"] = settings.mail_from, message.recipient
        mail["Subject"] = message.subject
        addresses = mail["To"].addresses
    except (ValueError, IndexError) as error:
        raise InvalidInput(N_("This is not an e-mail address."), cause=str(error)) from None
    if not _is_whole(addresses):
        raise InvalidInput(N_("This is not an e-mail address."), cause=message.recipient[:100])
    mail["Date"], mail["Message-ID"] = (
        formatdate(),
        make_msgid(domain=settings.mail_from.rpartition("@")[2].strip("> ")),
    )
    mail["Auto-Submitted"] = "auto-generated"
    if message.stop_url:
        add_stop(mail, message.stop_url)
    mail.set_content(message.body)
    return mail


def _is_whole(addresses: Sequence[Address]) -> bool:
    return len(addresses) == 1 and bool(addresses[0].username) and "." in addresses[0].domain


def take(session: Session, limit: int = BATCH) -> Sequence[MailMessage]:
    """Messages that are due, the oldest first, taken for a while so that no other worker sends them too."""
    query = select(MailMessage).where(MailMessage.state == "due", MailMessage.due_at <= now())
    found = session.scalars(
        query.order_by(MailMessage.due_at, MailMessage.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    for message in found:
        message.due_at = now() + LEASE
    session.flush()
    return found


def note_sent(message: MailMessage) -> None:
    """It was taken by the mail server; its text and its secrets are not needed any more."""
    message.state, message.sent_at = "sent", now()
    message.body = message.stop_url = message.error = ""


def note_failed(message: MailMessage, error: str, *, for_good: bool) -> None:
    """It was not taken: later again, or never."""
    message.attempts += 1
    message.error = error[:500]
    if for_good or message.attempts > len(WAITS):
        message.state = "gave_up"
    else:
        message.due_at = now() + WAITS[message.attempts - 1]


def forget_settled(session: Session, message: MailMessage) -> None:
    """Forget a message that is over when nothing may be kept of whom it went to."""
    if message.is_forgotten and message.state != "due":
        session.delete(message)


def count_waiting(session: Session) -> int:
    """How many messages are still to be sent."""
    query = select(func.count()).select_from(MailMessage).where(MailMessage.state == "due")
    return session.scalar(query) or 0


def has_due(session: Session) -> bool:
    """Whether something should be sent now."""
    query = select(MailMessage.id).where(MailMessage.state == "due", MailMessage.due_at <= now())
    return session.scalar(query.limit(1)) is not None


def forget_old(session: Session) -> None:
    """Messages that were sent or given up a month ago are forgotten."""
    old = (MailMessage.state != "due", MailMessage.created_at < now() - MEMORY)
    session.execute(delete(MailMessage).where(*old))
