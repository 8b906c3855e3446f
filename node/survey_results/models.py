"""The protected results of a survey: what stays when its answers are deleted."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base, JsonDocument
from node.surveys.models import Survey


class SurveyResult(Base):
    """One table of results, reckoned once when the survey was over, and never again."""

    __tablename__ = "survey_result"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    reckoned_on: Mapped[date]
    table: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    """What `node.survey_results.reckoning.reckon` told."""

    survey: Mapped[Survey] = relationship(lazy="joined")

    def measure(self, code: str) -> dict[str, Any] | None:
        """What it tells of one measure."""
        found: list[dict[str, Any]] = [each for each in self.table["measures"] if each["code"] == code]
        return found[0] if found else None
