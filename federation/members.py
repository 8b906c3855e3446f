"""The members of a hub and their keys: a signed list, so that a replica can verify every origin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class Member(Base):
    """One member of one hub, with the key the hub's coordinator accepted."""

    __tablename__ = "member"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)
    key_id: Mapped[str] = mapped_column(String(2000))
    key_multibase: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(default=now)
