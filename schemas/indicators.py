"""The national set of indicators, version by version.

An indicator says what is counted and for which goal of the residents; it never measures
minutes, tickets or productivity. ``bound`` is how much one person can change the value:
the sensitivity of the noise that protects them (replace-one neighbours).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Indicator:
    """One indicator of the national set."""

    code: str
    version: int
    nl: str
    en: str
    unit_nl: str
    unit_en: str
    goal_nl: str
    goal_en: str
    definition_nl: str
    definition_en: str
    direction: Literal["up", "down", "context"]
    bound: int
    epsilon: float
    """The part of the yearly budget that one release costs."""


NATIONAL = {
    indicator.code: indicator
    for indicator in (
        Indicator(
            code="nl:diners",
            version=1,
            nl="Eters aan tafel",
            en="Diners at the table",
            unit_nl="personen per kwartaal",
            unit_en="persons a quarter",
            goal_nl="Mensen ontmoeten elkaar",
            goal_en="People meet one another",
            definition_nl="Het aantal verschillende mensen dat in het kwartaal minstens één keer mee-at.",
            definition_en="The number of different people who ate along at least once in the quarter.",
            direction="up",
            bound=1,
            epsilon=0.25,
        ),
        Indicator(
            code="nl:volunteers",
            version=1,
            nl="Actieve vrijwilligers",
            en="Active volunteers",
            unit_nl="personen per kwartaal",
            unit_en="persons a quarter",
            goal_nl="Mensen doen mee",
            goal_en="People take part",
            definition_nl="Het aantal mensen dat in het kwartaal minstens één keer iets voor een ander deed.",
            definition_en="The number of people who did something for another at least once in the quarter.",
            direction="up",
            bound=1,
            epsilon=0.25,
        ),
        Indicator(
            code="nl:members",
            version=1,
            nl="Leden",
            en="Members",
            unit_nl="personen",
            unit_en="persons",
            goal_nl="Het dorp draagt het samen",
            goal_en="The village carries it together",
            definition_nl="Het aantal leden op de laatste dag van het kwartaal.",
            definition_en="The number of members on the last day of the quarter.",
            direction="up",
            bound=1,
            epsilon=0.25,
        ),
    )
}
YEARLY_BUDGET = 2.0
"""ε per person per year for activity counts; a node refuses to release more."""
