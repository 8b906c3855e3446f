"""Asking initiatives whether their entry is still right: the oldest first, and never nagging.

Nobody is asked again within `QUIET`, and after `MOST` questions without an answer we stop: the entry is
then called unreachable, and a person may try the telephone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from directory.freshness.service import note_unreachable
from directory.replica.entries import Entry
from federation.actors.identities import base_url
from federation.database import now
from federation.settings import Settings
from node.accounts.service import hash_token
from node.accounts.spoken_codes import new_code
from node.freshness.letters import mail_text
from node.freshness.models import Reminder
from node.freshness.refusals import all_refusals
from node.listings.models import Listing
from node.mail.service import is_address, is_on, write

QUIET = timedelta(days=45)
"""Between two questions to one initiative."""
MOST = 3
"""Questions in a row without an answer."""
A_DAY = 40
"""Mails a day: answers come back at a pace that people can keep."""
VALID = timedelta(days=180)
"""So long a link works."""


@dataclass(frozen=True)
class Asked:
    """A question that was just made; ``link`` holds its secret and is shown or sent once."""

    reminder: Reminder
    listing: Listing
    link: str


@dataclass(frozen=True)
class Candidate:
    """Whom to ask next."""

    listing: Listing
    entry: Entry
    email: str
    """Where mail can go; "" for nowhere."""
    has_bad_address: bool
    """True when we have an address that no mail can go to: somebody should mend it."""
    asked: int
    """How often it was asked since its last answer."""
    asked_at: datetime | None


def candidates(session: Session, limit: int, *, by_mail: bool | None = None) -> list[Candidate]:
    """Whom to ask now, the longest unconfirmed first; ``by_mail``: only who has an address, or none."""
    found: list[Candidate] = []
    refusals = all_refusals(session)
    for listing, entry, asked, asked_at in session.execute(_due()):
        email = address_of(listing)
        if refusals.hold_for(entry.uri, email):
            continue
        is_bad = bool(email) and not is_address(email)
        reached = "" if is_bad else email
        if by_mail is None or bool(reached) == by_mail:
            found.append(Candidate(listing, entry, reached, is_bad, asked or 0, asked_at))
        if len(found) >= limit:
            break
    return found


def ask_by_mail(session: Session, settings: Settings) -> int:
    """Send today's share of the questions; returns how many. Does nothing without a mail server."""
    if not is_on(settings):
        return 0
    left = A_DAY - _asked_today(session)
    asked = 0
    for candidate in candidates(session, left, by_mail=True) if left > 0 else ():
        question = _question(session, candidate.listing, "mail")
        subject, body = mail_text(session, candidate.entry, question.link)
        write(session, settings, candidate.email, subject, body)
        asked += 1
    return asked


def ask_by_letter(session: Session, limit: int) -> list[Asked]:
    """Questions to print, for who has no e-mail address."""
    return [_question(session, each.listing, "letter") for each in candidates(session, limit, by_mail=False)]


def give_up(session: Session, by: str = "") -> int:
    """Call unreachable who did not answer `MOST` questions; returns how many."""
    silent = session.execute(_silent()).all()
    for (uri,) in silent:
        note_unreachable(session, uri, by=by)
    return len(silent)


def address_of(listing: Listing) -> str:
    """Whom to write: the private address before the published one; "" for nobody."""
    published = listing.content["initiative"].get("contact", {})
    return str(listing.private_contact.get("email") or published.get("email") or "")


def history_of(session: Session, listing: Listing) -> Sequence[Reminder]:
    """What was asked of an initiative, the newest first."""
    query = select(Reminder).where(Reminder.listing_id == listing.id)
    return session.scalars(query.order_by(Reminder.asked_at.desc())).all()


def _question(session: Session, listing: Listing, way: str) -> Asked:
    token = new_code() if way == "letter" else secrets.token_urlsafe(24)
    reminder = Reminder(listing_id=listing.id, token_hash=hash_token(token), way=way)
    session.add(reminder)
    session.flush()
    return Asked(reminder, listing, f"{base_url(session)}/bevestigen/{token}")


def _open_questions() -> Select[int, int, datetime]:
    """Per listing: the questions without an answer since its last confirmation, and when the last was."""
    query = select(
        Reminder.listing_id, func.count().label("asked"), func.max(Reminder.asked_at).label("asked_at")
    ).join(Listing, Listing.id == Reminder.listing_id)
    since = or_(Listing.confirmed_at.is_(None), Reminder.asked_at > Listing.confirmed_at)
    return query.where(Reminder.answer.is_(None), since).group_by(Reminder.listing_id)


def _due() -> Select[Listing, Entry, int, datetime]:
    questions = _open_questions().subquery("questions")
    answered = select(Reminder.listing_id).where(
        Reminder.answer.is_not(None), Reminder.answered_at > now() - QUIET
    )
    return (
        select(Listing, Entry, questions.c.asked, questions.c.asked_at)
        .join(Entry, Entry.uri == Listing.uri)
        .outerjoin(questions, questions.c.listing_id == Listing.id)
        .where(
            Listing.state == "published", Entry.freshness.in_(("due", "stale")), Entry.is_example.is_(False)
        )
        .where(or_(questions.c.asked_at.is_(None), questions.c.asked_at < now() - QUIET))
        .where(or_(questions.c.asked.is_(None), questions.c.asked < MOST))
        .where(Listing.id.not_in(answered))
        .order_by(func.coalesce(Listing.confirmed_at, Listing.created_at), Listing.id)
    )


def _silent() -> Select[str]:
    questions = _open_questions().subquery("questions")
    return (
        select(Listing.uri)
        .join(Entry, Entry.uri == Listing.uri)
        .join(questions, questions.c.listing_id == Listing.id)
        .where(
            Listing.state == "published", Entry.freshness.in_(("due", "stale")), Entry.is_example.is_(False)
        )
        .where(questions.c.asked >= MOST, questions.c.asked_at < now() - QUIET)
    )


def _asked_today(session: Session) -> int:
    recent = (Reminder.way == "mail", Reminder.asked_at > now() - timedelta(days=1))
    return session.scalar(select(func.count()).select_from(Reminder).where(*recent)) or 0
