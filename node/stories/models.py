"""A story of ours and the consent of who tells it. The consent never leaves this node."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base, now
from schemas.errors import Conflict
from schemas.messages import N_


class StoryConsent(Base):
    """Who agreed to be named, who asked, and until when. Personal: erased with the story."""

    __tablename__ = "story_consent"

    story_id: Mapped[str] = mapped_column(ForeignKey("story.id"), primary_key=True)
    given_by: Mapped[str] = mapped_column(String(80))
    """The name as it was typed at the story when consent was given."""
    asked_by: Mapped[str] = mapped_column(String(120))
    given_on: Mapped[date]
    until_on: Mapped[date]
    recorded_by: Mapped[int]
    """The account that ticked it."""
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class Story(Base):
    """A story: a draft, shown and in the network, or withdrawn."""

    __tablename__ = "story"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex[:16])
    name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    told_by: Mapped[str] = mapped_column(String(80), default="")
    about_template: Mapped[str | None] = mapped_column(String(2000))
    """The address of the format of ours that it tells of."""
    shown_until: Mapped[date]
    """The last day it is shown; then it withdraws by itself."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    object_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)
    """Its address in the network while it is published."""
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(String(10), default="")
    """'asked' by somebody of the team, or 'expired'."""
    example_data: Mapped[bool] = mapped_column(default=False)

    consent: Mapped[StoryConsent | None] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def is_public(self) -> bool:
        """True while everybody may read it."""
        return self.object_uri is not None

    def is_shown_on(self, day: date) -> bool:
        """True when everybody may read it on a day, also when the withdrawal is a little late."""
        return self.is_public and day <= self.shown_until

    def publish_as(self, object_uri: str) -> None:
        """It stands in the network under this address."""
        self.object_uri, self.published_at = object_uri, now()
        self.withdrawn_at, self.withdrawn_because = None, ""

    def withdraw(self, because: str) -> None:
        """It is out of the network; published again it gets a new address."""
        if not self.is_public:
            raise Conflict(N_("This story is not published."))
        self.object_uri, self.withdrawn_at, self.withdrawn_because = None, now(), because
