"""The one place that speaks SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from federation.settings import Settings

TIMEOUT = 20.0  # seconds
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
REFUSED = range(500, 600)


class Refused(Exception):
    """The mail server will not take this message; ``for_good`` when trying again makes no sense."""

    def __init__(self, text: str, *, for_good: bool) -> None:
        super().__init__(text)
        self.for_good = for_good


def post(settings: Settings, mail: EmailMessage) -> None:
    """Bring one message to the mail server. Raises Refused; a password never travels in the open."""
    try:
        with _connect(settings.mail_url) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise Refused(f"{code} {text!r}", for_good=code in REFUSED) from None
    except smtplib.SMTPResponseException as error:
        sender = isinstance(error, smtplib.SMTPAuthenticationError)
        raise Refused(str(error), for_good=error.smtp_code in REFUSED and not sender) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(str(error), for_good=False) from None


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
        if host not in LOOPBACK:
            server.starttls(context=secure)  # raises when the server does not offer it
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
