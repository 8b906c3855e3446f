"""A message to a selection of initiatives: each gets its own, in its own name, and can say “no more”."""

from __future__ import annotations

import re
import secrets

from sqlalchemy.orm import Session

from federation.actors.identities import base_url
from federation.settings import Settings
from node.accounts.service import hash_token
from node.communities.models import Community, find_community
from node.coordination.mailing_models import MessageCopy, SentMessage
from node.coordination.mailing_recipients import Recipient, Recipients
from node.freshness.refusals import address_hash
from node.mail.service import write
from schemas.errors import InvalidInput
from schemas.messages import N_

MOST = 2000
"""Messages at once: written in one go, so that all of them go or none."""
MOST_SUBJECT, MOST_TEXT = 150, 5000
PERSON = "contactpersoon"
PLACES = ("naam", "plaats", "gemeente", PERSON, "pagina")
"""What can stand between braces in a text, and is another for each initiative."""
_BRACES = re.compile(r"\{([^{}\n]{0,30})\}")


def send(
    session: Session, settings: Settings, recipients: Recipients, subject: str, text: str, *, by: str
) -> int:
    """Write everybody with an address; returns how many. Raises InvalidInput, and NotReady without mail.

    What is kept of it at each entry is that it was sent, when, by whom and its subject; no address.
    """
    subject, text = check(subject, text)
    chosen = recipients.by_mail
    if not chosen:
        raise InvalidInput(N_("Nobody in this selection has an e-mail address."))
    if len(chosen) > MOST:
        raise InvalidInput(
            N_("Write at most %(most)s initiatives at once. Choose a smaller selection."), most=MOST
        )
    message = SentMessage(subject=subject, by=by)
    session.add(message)
    session.flush()
    base, community = base_url(session), find_community(session)
    for each in chosen:
        token = secrets.token_urlsafe(24)
        url, about = f"{base}/geen-berichten/{token}", fill(base, subject, each)
        body = fill(base, text, each) + "\n" + _footer(community, each, url)
        write(session, settings, each.email, about, body, stop_url=url)
        session.add(_copy(message, each, token))
    session.flush()
    return len(chosen)


def check(subject: str, text: str) -> tuple[str, str]:
    """Subject and text as they are sent. Raises InvalidInput with ``fields``."""
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    fields: dict[str, object] = {}
    if not subject or len(subject) > MOST_SUBJECT:
        fields["subject"] = [N_("Write a subject of at most 150 letters.")]
    if not text or len(text) > MOST_TEXT:
        fields["text"] = [N_("Write a text of at most 5,000 letters.")]
    for name, told in (("subject", subject), ("text", text)):
        unknown = next((each for each in _BRACES.findall(told) if each not in PLACES), None)
        if unknown is not None and name not in fields:
            fields[name] = [
                InvalidInput(N_("We do not know {%(word)s}. Choose one of the list."), word=unknown)
            ]
    if fields:
        raise InvalidInput(fields=fields)
    return subject, text + "\n"


def fill(base: str, text: str, recipient: Recipient, *, with_person: bool = True) -> str:
    """The text with what is of this initiative alone, in one line each; ``base`` is the address of this node.

    Without ``with_person`` the name of whom we ask there stays unsaid.
    """
    entry = recipient.entry
    area = entry.areas[0] if entry.areas else None
    values = {
        "naam": entry.name,
        "plaats": area.name if area else "",
        "gemeente": area.municipality if area else "",
        PERSON: (recipient.person or entry.name) if with_person else f"{{{PERSON}}}",
        "pagina": f"{base}/gids/{entry.key}",
    }
    return _BRACES.sub(lambda found: " ".join(values.get(found[1], found[0]).split()), text)


def _footer(community: Community | None, recipient: Recipient, url: str) -> str:
    """In Dutch, for nobody knows who reads it."""
    lines = [
        "-- ",
        f"U krijgt dit omdat {' '.join(recipient.entry.name.split())} in de gids staat.",
        *([f"Dit bericht is van {community.name}."] if community else []),
        "Wilt u geen berichten meer? Open deze link en druk op de knop:",
        url,
    ]
    return "\n".join(lines) + "\n"


def _copy(message: SentMessage, recipient: Recipient, token: str) -> MessageCopy:
    return MessageCopy(
        message_id=message.id,
        listing_id=recipient.listing.id if recipient.listing is not None else None,
        entry_uri=recipient.entry.uri,
        entry_name=recipient.entry.name,
        token_hash=hash_token(token),
        address_hash=address_hash(recipient.email),
    )
