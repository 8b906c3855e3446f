"""A message to a selection of initiatives: each gets its own, in its own name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.exports.tables import safe_cell
from directory.replica.entries import Entry
from directory.search.service import Selection, select_documents
from federation.settings import Settings
from node.freshness.refusals import all_refusals
from node.listings.models import Listing
from node.mail.service import write
from schemas.errors import InvalidInput
from schemas.messages import N_

MOST = 500
MOST_SUBJECT, MOST_TEXT = 150, 5000
NAME, PLACE = "{naam}", "{plaats}"


@dataclass(frozen=True)
class Recipient:
    """An initiative with whom to reach there; empty where we know nobody."""

    entry: Entry
    person: str
    email: str
    telephone: str


@dataclass(frozen=True)
class Recipients:
    """Whom a selection reaches."""

    listed: list[Recipient]
    refused: int
    """How many asked for no more messages."""

    @property
    def by_mail(self) -> list[Recipient]:
        """Those with an address; each address once."""
        return list({each.email.casefold(): each for each in self.listed if each.email}.values())

    @property
    def without(self) -> list[Recipient]:
        """Those without an address."""
        return [each for each in self.listed if not each.email]


def recipients_of(session: Session, selection: Selection) -> Recipients:
    """Whom a selection reaches: no invented ones, nobody who ended, nobody who wants no more messages."""
    documents = select_documents(session, selection).subquery()
    query = (
        select(Entry, Listing)
        .outerjoin(Listing, Listing.uri == Entry.uri)
        .where(Entry.document_id.in_(select(documents.c.document_id)))
        .where(Entry.is_example.is_(False), Entry.freshness != "closed")
        .order_by(Entry.name, Entry.uri)
    )
    refusals = all_refusals(session)
    found = [_recipient(entry, listing) for entry, listing in session.execute(query)]
    wanted = [each for each in found if not refusals.hold_for(each.entry.uri, each.email)]
    return Recipients(wanted, len(found) - len(wanted))


def send(session: Session, settings: Settings, recipients: Recipients, subject: str, text: str) -> int:
    """Write everybody with an address; returns how many. Raises InvalidInput, and NotReady without mail."""
    subject, text = check(subject, text)
    chosen = recipients.by_mail
    if not chosen:
        raise InvalidInput(N_("Nobody in this selection has an e-mail address."))
    if len(chosen) > MOST:
        raise InvalidInput(
            N_("Write at most %(most)s initiatives at once. Choose a smaller selection."), most=MOST
        )
    sent = 0
    for each in chosen:
        try:
            write(session, settings, each.email, fill(subject, each.entry), fill(text, each.entry))
        except InvalidInput:  # an address that no mail can go to
            continue
        sent += 1
    return sent


def check(subject: str, text: str) -> tuple[str, str]:
    """Subject and text as they are sent. Raises InvalidInput with ``fields``."""
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    fields = {}
    if not subject or len(subject) > MOST_SUBJECT:
        fields["subject"] = [N_("Write a subject of at most 150 letters.")]
    if not text or len(text) > MOST_TEXT:
        fields["text"] = [N_("Write a text of at most 5,000 letters.")]
    if fields:
        raise InvalidInput(fields=fields)
    return subject, text + "\n"


def fill(text: str, entry: Entry) -> str:
    """The text with the name and the place of an initiative, in one line each."""
    place = entry.areas[0].name if entry.areas else ""
    return text.replace(NAME, " ".join(entry.name.split())).replace(PLACE, place)


def as_csv(recipients: Iterable[Recipient]) -> str:
    """A table for the mail merge of a word processor; formulas in cells are harmless text."""
    lines = io.StringIO()
    table = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    table.writerow(["naam", "plaats", "gemeente", "contactpersoon", "e-mail", "telefoon"])
    for each in recipients:
        area = each.entry.areas[0]
        cells = [each.entry.name, area.name, area.municipality, each.person, each.email, each.telephone]
        table.writerow([safe_cell(cell) for cell in cells])
    return "\ufeff" + lines.getvalue()


def _recipient(entry: Entry, listing: Listing | None) -> Recipient:
    private = listing.private_contact if listing is not None else {}
    return Recipient(
        entry=entry,
        person=private.get("name", ""),
        email=private.get("email") or entry.email or "",
        telephone=private.get("telephone") or entry.telephone or "",
    )
