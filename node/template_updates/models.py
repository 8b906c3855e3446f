"""What was done with a new version of a template that we copied, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, JsonDocument, now

TAKEN, SKIPPED, KNOWN = "taken", "skipped", "known"


class TemplateUpdate(Base):
    """A version of the origin that our people took, or skipped."""

    __tablename__ = "template_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(ForeignKey("activity_template.id"), index=True)
    origin_uri: Mapped[str] = mapped_column(String(2000))
    version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    """'taken' or 'skipped'; 'known' when it is about an ancestor and our people only took note."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """Of a taken one, as it was: ``draft``, ``base``, ``copiedFrom`` and ``ancestors``."""
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """Our draft as it became."""
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
