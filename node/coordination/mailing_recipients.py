"""Whom a selection of initiatives reaches, and whom not."""

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
from node.freshness.refusals import all_refusals
from node.listings.models import Listing
from node.mail.service import is_address


@dataclass(frozen=True)
class Recipient:
    """An initiative with whom to reach there; empty where we know nobody."""

    entry: Entry
    listing: Listing | None
    person: str
    email: str
    telephone: str

    @property
    def is_reachable(self) -> bool:
        """True when mail can go to its address."""
        return is_address(self.email)


@dataclass(frozen=True)
class Recipients:
    """Whom a selection reaches."""

    listed: list[Recipient]
    refused: int
    """How many asked for no more messages."""
    by_mail: list[Recipient]
    """Those with an address; each address once."""
    without: list[Recipient]
    """Those without an address."""
    bad: list[Recipient]
    """Those with an address that no mail can go to."""


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
    reached = {each.email.casefold(): each for each in wanted if each.email and each.is_reachable}
    return Recipients(
        listed=wanted,
        refused=len(found) - len(wanted),
        by_mail=sorted(reached.values(), key=lambda each: (each.entry.name, each.entry.uri)),
        without=[each for each in wanted if not each.email],
        bad=[each for each in wanted if each.email and not each.is_reachable],
    )


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
        listing=listing,
        person=private.get("name", ""),
        email=private.get("email") or entry.email or "",
        telephone=private.get("telephone") or entry.telephone or "",
    )
