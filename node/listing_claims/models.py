"""The tables of claims on entries: as a hub receives them, and as a village sent them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now
from schemas.errors import Conflict
from schemas.messages import N_

VALID = timedelta(days=30)
"""So long a claim waits for its proof; the secret of a mail or letter works as long."""

OPEN = ("waiting", "contested", "proven")
"""'waiting' for proof, which then decides; 'contested': a person decides, whatever is proven; 'proven':
the claimant's own profile is still on its way here."""


def valid_until() -> datetime:
    """When a claim that is made now ends by itself."""
    return now() + VALID


class ListingClaim(Base):
    """A village says that a listing of this hub is about itself."""

    __tablename__ = "listing_claim"
    __table_args__ = (Index(None, "claimant_uri", "asked_at"), Index(None, "state", "until_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    claimant_uri: Mapped[str] = mapped_column(String(2000))
    way: Mapped[str] = mapped_column(String(10))
    """One of `schemas.listing_claims.CLAIM_WAYS`."""
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    """One of `OPEN`, or 'granted', 'refused', 'expired', 'withdrawn', 'undone'."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    """What the village was told last: one of `schemas.listing_claims.CLAIM_REASONS`."""
    doubts: Mapped[list[str]] = mapped_column(default=list)
    """Why a person should look: 'place', 'rival', 'shared_site'."""
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the code in the letter, or of the secret in the link of the mail."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Wrong codes of this claimant for this listing."""
    checks: Mapped[int] = mapped_column(default=0)
    """How often the file on the website was looked for."""
    check_due_at: Mapped[datetime | None] = mapped_column(index=True)
    proven_by: Mapped[str] = mapped_column(String(10), default="")
    """The way that succeeded."""
    proven_at: Mapped[datetime | None]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    until_at: Mapped[datetime] = mapped_column(default=valid_until)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    """Who decided; empty when the proof did."""
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    """Why, in the coordinator's words; they stay here."""
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``notes``: the numbers of the notes and tasks that went along to the new entry."""
    postal_address: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Where the coordinator posts the letter; it never leaves this node and goes with the decision."""

    @property
    def is_open(self) -> bool:
        """True while it can still be granted."""
        return self.state in OPEN

    def check_open(self) -> None:
        """Raise Conflict once it was decided."""
        if not self.is_open:
            raise Conflict(N_("This claim has been decided already."))

    def decide(self, state: str, reason: str, *, by: str, note: str = "") -> None:
        """End it; nothing secret of it works any more, and nobody needs an address for its letter."""
        self.state, self.reason, self.decided_by, self.decided_at = state, reason, by, now()
        self.note, self.secret_hash, self.check_due_at = note[:500], None, None
        self.postal_address = ""


class RefusedClaim(Base):
    """A claim that was refused at once and is not kept, or an answer given again: counted, for a limit."""

    __tablename__ = "refused_claim"
    __table_args__ = (Index(None, "claimant_uri", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claimant_uri: Mapped[str] = mapped_column(String(2000))
    reason: Mapped[str] = mapped_column(String(20))
    """What the village was told: one of `schemas.listing_claims.CLAIM_REASONS`."""
    asked_at: Mapped[datetime] = mapped_column(default=now)


class SentListingClaim(Base):
    """We say to a hub that one of its entries is about us."""

    __tablename__ = "sent_listing_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    hub_uri: Mapped[str] = mapped_column(String(2000))
    listing_uri: Mapped[str] = mapped_column(String(2000), index=True)
    listing_name: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(2000), default="")
    """The entry's own website, as the directory showed it."""
    way: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    """'waiting', 'granted', 'refused', 'withdrawn' (by us) or 'undone' (by the hub, after all)."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    """What the hub said last; empty before its first answer."""
    asked_by: Mapped[str] = mapped_column(String(200))
    """Who of our team; this never leaves the node."""
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    entry: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the entry told when we last saw it (`node.listing_claims.facts`): after the claim it is gone."""
    taken: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What we took over from it in our own profile: ``before`` and ``after`` by field, and the ``sources``
    that these fields had before."""
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[str] = mapped_column(String(200), default="", server_default="")

    @property
    def is_open(self) -> bool:
        """True while the hub has not decided and we have not taken it back."""
        return self.state == "waiting"

    @property
    def taken_fields(self) -> list[str]:
        """The facts that our own profile took over."""
        return sorted(self.taken.get("after", {}))
