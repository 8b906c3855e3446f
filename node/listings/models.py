"""The tables of listings: what a hub tells of an initiative without a node, and every version of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now
from schemas.errors import Conflict
from schemas.messages import N_


class Listing(Base):
    """An entry that this hub keeps. ``content`` is the last approved version, the published one."""

    __tablename__ = "listing"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(2000), unique=True)
    """Its address in the network; another one after it was withdrawn and came back."""
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Its name in page addresses, as `directory.search.index.key_of`."""
    content: Mapped[dict[str, Any]]
    """See `node.listings.content`."""
    name: Mapped[str] = mapped_column(String(200), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    """'review' (never approved yet), 'published', 'closed' (shown as ended) or 'withdrawn' (not shown)."""
    revision: Mapped[int] = mapped_column(default=0)
    """The number of the approved revision that ``content`` is; 0 while none is approved."""
    last_revision: Mapped[int] = mapped_column(default=0)
    """The highest number given, proposals included."""
    source: Mapped[str] = mapped_column(String(200), default="")
    external_id: Mapped[str | None] = mapped_column(String(200))
    """The lasting id of this initiative at its source."""
    successor_uri: Mapped[str | None] = mapped_column(String(2000), index=True)
    """The record that took its place: the entry it was merged into, or the node that claimed it."""
    private_contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Whom the coordinator asks, as `node.listings.private_contact`; never leaves this node."""
    contact_consent: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Who agreed that the contact data in ``content`` is public, see `node.listings.consent`; never leaves
    this node. Empty where nothing of it is published, or nobody wrote it down."""
    contact_deleted_at: Mapped[datetime | None]
    """When the contact data of a withdrawn listing was deleted for good."""
    confirmed_at: Mapped[datetime | None]
    """When somebody who knows last said that it is all true."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_public(self) -> bool:
        """True while the network can read it."""
        return self.state in {"published", "closed"}

    def check_public(self) -> None:
        """Raise Conflict unless the network can read it."""
        if not self.is_public:
            raise Conflict(N_("This entry is not published."))


class ListingRevision(Base):
    """One version of a listing: approved, proposed or rejected. Versions are added, never changed."""

    __tablename__ = "listing_revision"
    __table_args__ = (UniqueConstraint("listing_id", "number"), Index(None, "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    number: Mapped[int]
    based_on: Mapped[int] = mapped_column(default=0)
    """The revision that its author had before them."""
    content: Mapped[dict[str, Any]]
    action: Mapped[str] = mapped_column(String(10))
    """What was done: one of `node.listings.content.ACTIONS`."""
    state: Mapped[str] = mapped_column(String(10))
    """'approved', 'proposed' or 'rejected'."""
    by: Mapped[str] = mapped_column(String(200))
    """The name of who did it; it stays when the account is gone."""
    note: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    run_id: Mapped[int | None] = mapped_column(index=True)
    """The import it came with."""
    consent: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """As `Listing.contact_consent`, for the contact data in this version."""
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(1000), default="")
    """Why a proposal was approved or rejected."""

    def decide(self, state: str, *, by: str, decision: str) -> None:
        """Approve or reject a proposal, once."""
        if self.state != "proposed":
            raise Conflict(N_("This proposal was decided on before."))
        self.state, self.decided_by, self.decision, self.decided_at = state, by, decision, now()
