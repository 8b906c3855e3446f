"""The yearly privacy budget of a person, and the ledger: what was spent on what, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.upserts import insert_if_new
from node.outcomes.models import Measurement, OutcomeRelease, PrivacyBudget
from schemas.indicators import WELLBEING_BUDGET, YEARLY_BUDGET

TOPICS = ("taking_part", "wellbeing")


@dataclass(frozen=True)
class Purse:
    """One part of a year's budget: its releases, oldest first, and what they cost together."""

    topic: str
    spent: float
    allowed: float
    releases: Sequence[OutcomeRelease]

    @property
    def left(self) -> float:
        """What is left; never below zero."""
        return max(0.0, round(self.allowed - self.spent, 6))


@dataclass(frozen=True)
class Ledger:
    """All that was spent of one year."""

    year: int
    purses: Sequence[Purse]


def budget_of(session: Session, year: int, *, lock: bool = False) -> PrivacyBudget:
    """The budget of a year. With ``lock`` it is kept, and two releases at once wait for one another."""
    if lock:
        insert_if_new(session, PrivacyBudget, _full(year))
        query = select(PrivacyBudget).where(PrivacyBudget.year == year).with_for_update()
        return session.scalars(query, execution_options={"populate_existing": True}).one()
    return session.get(PrivacyBudget, year) or PrivacyBudget(**_full(year))


def ledger_of(session: Session, year: int) -> Ledger:
    """What was spent of a year, on what."""
    budget = budget_of(session, year)
    releases = _releases(session, year)
    purses = [
        Purse(topic, *budget.part(topic), [each for each in releases if _topic(each) == topic])
        for topic in TOPICS
    ]
    return Ledger(year, purses)


def ledgers(session: Session, today: date) -> list[Ledger]:
    """The ledgers of this year, the one before, and every year of which something was released."""
    spent = set(session.scalars(select(PrivacyBudget.year)))
    years = sorted({today.year, today.year - 1} | spent, reverse=True)
    return [ledger_of(session, year) for year in years]


def _full(year: int) -> dict[str, float | int]:
    return {
        "year": year,
        "allowed": YEARLY_BUDGET,
        "spent": 0.0,
        "wellbeing_allowed": WELLBEING_BUDGET,
        "wellbeing_spent": 0.0,
    }


def _topic(release: OutcomeRelease) -> str:
    return release.measurement.definition.topic


def _releases(session: Session, year: int) -> Sequence[OutcomeRelease]:
    query = (
        select(OutcomeRelease)
        .join(OutcomeRelease.measurement)
        .where(Measurement.period_start.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(OutcomeRelease.approved_at, OutcomeRelease.id)
    )
    return session.scalars(query).all()
