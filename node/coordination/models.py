"""The tables of saved views: the selections, who was in them, what changed, and whom we tell."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class SavedView(Base):
    """A selection of the guide under a name; the team shares them."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    parameters: Mapped[dict[str, Any]]
    """As in the address of the guide, see `node.guide.selection`."""
    by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ViewSnapshot(Base):
    """Who was in a view when we last looked: one packed row a view, which the next look is compared with.

    Names are kept beside keys, because a record that was deleted tells its name no more.
    """

    __tablename__ = "view_snapshot"

    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"), primary_key=True)
    looked_at: Mapped[datetime]
    packed: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def entries(self) -> dict[str, str]:
        """The names of the entries by their key."""
        found: dict[str, str] = json.loads(zlib.decompress(self.packed))
        return found

    def remember(self, names: Mapping[str, str]) -> None:
        """Keep these instead."""
        self.packed = zlib.compress(json.dumps(dict(names), separators=(",", ":")).encode())


class ViewChange(Base):
    """One entry that came into a view or left it, by turns: the last one says where it is."""

    __tablename__ = "view_change"
    __table_args__ = (Index(None, "view_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))
    entry_key: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    entered: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(10))
    """'new' in the guide, 'gone' from the guide, or 'changed': it fits now, or fits no more."""
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class ViewFollower(Base):
    """A colleague who gets a mail when a view changed."""

    __tablename__ = "view_follower"

    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    every: Mapped[str] = mapped_column(String(4))
    """'day' or 'week'."""
    told_id: Mapped[int] = mapped_column(default=0)
    """The last change that was told, or that was there when it began."""
    looked_on: Mapped[date]
    """The last day on which we looked whether there was something to tell."""
