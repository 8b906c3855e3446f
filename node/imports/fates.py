"""What became of the listing that a list is about: comparing, carrying out and undoing all ask here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from node.imports.models import ImportRow, ImportRun
from node.imports.values import Remark
from node.listings import reviewing
from node.listings.adoption import find_listing
from node.listings.content import Content
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import history
from node.listings.successors import successor_key
from schemas.messages import N_


class Fate(StrEnum):
    """Where the initiative stands now."""

    HERE = "here"
    WAITS = "waits"
    """It was not approved yet, or it came back and waits again."""
    MERGED = "merged"
    """Another listing of this hub took its place."""
    VILLAGE = "village"
    ELSEWHERE = "elsewhere"
    """An entry of another hub took its place."""
    UNDONE = "undone"
    """The undoing of an import took it out; a list may bring it back."""
    WITHDRAWN = "withdrawn"
    """A coordinator took it out or refused it; no list may bring it back."""


_WORDS = {
    Fate.MERGED: N_("This one is part of “%(value)s” now. What changed is proposed there."),
    Fate.VILLAGE: N_("The village keeps this entry itself now: “%(value)s”. It is left alone."),
    Fate.ELSEWHERE: N_("Another hub keeps this entry now: “%(value)s”. It is left alone."),
    Fate.WITHDRAWN: N_("A coordinator took this initiative out of the directory. It is left alone."),
}


@dataclass(frozen=True)
class Became:
    """What became of a listing. ``listing`` is where the initiative is kept now; None: nowhere here."""

    fate: Fate
    listing: Listing | None = None
    name: str = ""
    waiting: tuple[ListingRevision, ...] = ()
    """The proposals of an initiative that waits, the oldest first."""

    @property
    def content(self) -> Content:
        """What it says now, or would say once it is approved."""
        if self.waiting:
            return self.waiting[-1].content
        return self.listing.content if self.listing is not None else {}

    @property
    def remark(self) -> Remark | None:
        """What the coordinator should know; None when it is just here."""
        return Remark(_WORDS[self.fate], {"value": self.name}) if self.fate in _WORDS else None


def became(session: Session, listing: Listing) -> Became:
    """What became of a listing up to now."""
    if listing.is_public:
        return Became(Fate.HERE, listing, listing.name)
    if listing.state == "review":
        return Became(Fate.WAITS, listing, listing.name, tuple(reviewing.proposals(session, listing)))
    key = successor_key(session, listing.key)
    if key is not None:
        return _moved(session, key)
    return Became(Fate.UNDONE if _was_undone(session, listing) else Fate.WITHDRAWN)


def lineage(session: Session, listing: Listing) -> list[ListingRevision]:
    """The versions that the listing had, the newest first, in the order in which they were approved.

    A proposal keeps its number when it is approved after a later change; what it then took the place
    of is what it is based on.
    """
    known = {each.number: each for each in history(session, listing)}
    number, line = listing.revision, []
    while number in known:
        line.append(known.pop(number))
        number = line[-1].based_on
    return line


def since(session: Session, listing: Listing, run: ImportRun) -> list[ListingRevision]:
    """What others did to a listing after this import came to it; of another import only what still holds."""
    line = lineage(session, listing)
    own = [at for at, each in enumerate(line) if each.run_id == run.id]
    later = line[: max(own)] if own else []
    undone = undone_runs(session, {each.run_id for each in later if each.run_id})
    return [each for each in later if each.run_id != run.id and each.run_id not in undone]


def took_in_another(session: Session, listing: Listing) -> bool:
    """Whether another listing was merged into this one."""
    query = select(Listing.id).where(Listing.successor_uri == listing.uri, Listing.state == "withdrawn")
    return session.scalar(query.limit(1)) is not None


def undone_runs(session: Session, run_ids: set[int]) -> set[int]:
    """Those of these imports that were undone, or are being undone."""
    states = ImportRun.state.in_(("undoing", "undone"))
    return set(session.scalars(select(ImportRun.id).where(ImportRun.id.in_(run_ids), states)))


def _moved(session: Session, key: str) -> Became:
    listing = find_listing(session, key)
    if listing is not None and listing.is_public:
        return Became(Fate.MERGED, listing, listing.name)
    entry = session.scalars(select(Entry).where(Entry.key == key)).one()
    return Became(Fate.VILLAGE if entry.has_node else Fate.ELSEWHERE, None, entry.name)


def _was_undone(session: Session, listing: Listing) -> bool:
    """Whether the last thing that was decided about it was the undoing of an import."""
    if listing.revision:
        return lineage(session, listing)[0].action == "undone"
    rows = select(ImportRow.state).where(
        ImportRow.listing_id == listing.id, ImportRow.before_revision.is_not(None)
    )
    return session.scalar(rows.order_by(ImportRow.id.desc()).limit(1)) == "undone"
