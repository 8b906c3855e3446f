"""A survey, its one-time codes and its answers. Nothing here says who answered, nor when.

What residents answer is special category data (article 9 GDPR): it is kept encrypted, only for the figures
of this village, and deleted some months after the results are settled.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, JsonDocument

ACCESSES = ("letters", "open")


class Survey(Base):
    """What is asked, to whom, from when until when, and who answers for it."""

    __tablename__ = "survey"
    __table_args__ = (CheckConstraint("access IN ('letters', 'open')", name="access"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Stands in its address."""
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    responsible: Mapped[str] = mapped_column(String(200), default="")
    """Who answers for it, and how to reach them."""
    access: Mapped[str] = mapped_column(String(10), default="letters")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day on which somebody can answer."""
    instruments: Mapped[list[str]]
    own_questions: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, default=list)
    """Closed questions of the village: ``text`` and ``answers``."""
    group: Mapped[dict[str, Any]]
    """How many people there are: by age band, women and men."""
    invited: Mapped[int]
    subscale_rule: Mapped[str] = mapped_column(String(10), default="cbs")
    retention_months: Mapped[int] = mapped_column(default=12)
    consent_version: Mapped[str] = mapped_column(String(10), default="")
    asked: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonDocument)
    """The questions as they stood when it began; see `node.surveys.questions`."""
    made_by: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(default=1)
    opened_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    sealed_on: Mapped[date | None]
    """When all answers were in: codes are gone, answers lie in another order, and results may be made."""
    settled_on: Mapped[date | None]
    """When its results were called final; the months of keeping begin."""
    emptied_on: Mapped[date | None]
    """When its answers were deleted."""
    answered: Mapped[int | None]
    """How many answered; known once it is over, and kept when the answers are gone."""
    example_data: Mapped[bool] = mapped_column(default=False)

    @property
    def is_draft(self) -> bool:
        """True while everything of it can change."""
        return self.opened_on is None

    def is_open(self, today: date) -> bool:
        """True when somebody can answer."""
        return (
            self.opened_on is not None and not self.cancelled_on and self.starts_on <= today <= self.ends_on
        )

    def is_over(self, today: date) -> bool:
        """True when nobody can answer any more; forms on paper may still be typed in until it is sealed."""
        return self.opened_on is not None and not self.cancelled_on and today > self.ends_on

    @property
    def has_results(self) -> bool:
        """True when all answers are in and still there, so that they may be counted."""
        return self.sealed_on is not None and self.emptied_on is None

    @property
    def group_size(self) -> int:
        """How many people there are altogether."""
        return sum(int(number) for band in self.group.values() for number in band.values())


class SurveyCode(Base):
    """A code of a letter that was not used yet. Using it deletes the row: nothing tells that it was."""

    __tablename__ = "survey_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)


class SurveyResponse(Base):
    """The answers of one person, encrypted; read them with `node.surveys.responses.read_responses`.

    Its number looks random, and on SQLite a row lies where its number says: no order tells who came first.
    There is no day and no hour.
    """

    __tablename__ = "survey_response"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(Text)


class LicensedInstrument(Base):
    """An instrument of which the board has a licence: it typed the statements in itself."""

    __tablename__ = "licensed_instrument"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    licence: Mapped[str] = mapped_column(String(200))
    """Who gave leave, and when."""
    confirmed_by: Mapped[str] = mapped_column(String(120))
    confirmed_on: Mapped[date]
    items: Mapped[list[str]]
    answers: Mapped[list[str]]
