"""The community of this node, and the draft of its set-up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from schemas.errors import NotReady

ACCENTS = ("leaf", "sea", "plum", "brick", "moss")
"""The colours a village may choose from; each passes the contrast rules."""


class Community(Base):
    """The one community of this node: what its board may change. One row, made by the set-up."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    place_id: Mapped[int]
    place_name: Mapped[str] = mapped_column(String(100))
    municipality: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text, default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    accent: Mapped[str] = mapped_column(String(10), default="leaf")
    is_village: Mapped[bool]
    is_hub: Mapped[bool]
    example_data: Mapped[bool] = mapped_column(default=False)
    """True for a node of the demonstration: every page says that it is not real."""
    initiative: Mapped[dict[str, Any] | None]
    """The facts as the board last saved them; published by a separate press."""
    profile_published_at: Mapped[datetime | None]
    set_up_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the profile was changed; see `ProfileRevision`."""

    @property
    def profile_role(self) -> str:
        """The role of the identity that carries the profile."""
        return "cooperative" if self.is_village else "hub"


class ProfileRevision(Base):
    """The profile as it was before somebody replaced it; nothing that was told is lost."""

    __tablename__ = "profile_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    """``name``, ``summary``, ``telephone``, ``accent`` and ``initiative``."""
    reason: Mapped[str] = mapped_column(String(10))
    """What replaced it: one of `node.communities.former.REASONS`."""
    replaced_by: Mapped[str] = mapped_column(String(200))
    replaced_at: Mapped[datetime] = mapped_column(default=now)


class SetUpDraft(Base):
    """What was filled in of the set-up so far. One row, gone when the set-up is done.

    The password is kept only as its hash, the secret of the authenticator app only encrypted.
    """

    __tablename__ = "set_up_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=now)


def find_community(session: Session) -> Community | None:
    """The community, once the node is set up."""
    return session.scalar(select(Community).limit(1))


def get_community(session: Session) -> Community:
    """The community. Raises NotReady while the node is not set up."""
    community = find_community(session)
    if community is None:
        raise NotReady()
    return community
