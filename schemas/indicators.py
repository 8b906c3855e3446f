"""The national set of indicators, version by version.

An indicator says what is counted and for which goal of the residents; it never measures minutes, tickets or
productivity (`schemas.indicator_rules`). It is a raw element, its numerator, read beside another, its
denominator: 520 members mean something else among 600 adults than among 6,000. ``bound`` is how much one
person can change the value: the sensitivity of the noise that protects them (replace-one neighbours).

A denominator that is public (how many people live here, how many answered) may go along with the figure;
then a count is a share of it, and a sum of points a mean. That it is public is part of what a figure means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.taxonomies import Vocabulary

MEASURED_BY = Vocabulary(
    "measured_by",
    ("village", "het dorp zelf", "the village itself"),
    ("survey", "bewoners, in een vragenlijst", "residents, in a survey"),
    ("supporter", "de dorpsondersteuner", "the village supporter"),
    ("board", "het bestuur", "the board"),
)
"""Who measures. Nobody measures how hard somebody else works."""
CORRECTION_REASONS = Vocabulary(
    "correction_reason",
    ("mistake", "we hadden ons vergist bij het tellen", "we had made a mistake in counting"),
    ("twice", "sommige mensen waren dubbel geteld", "some people had been counted twice"),
    ("late", "er kwamen later nog tellingen bij", "some counts came in later"),
    ("meaning", "we hadden iets anders geteld dan de bedoeling was", "we had counted something else"),
)
"""Why a released figure was replaced: chosen, never written, so that nobody is described in it."""


@dataclass(frozen=True)
class Element:
    """Something that is counted, before it means anything: so many persons, over a period or on a day."""

    code: str
    nl: str
    en: str
    is_public: bool = False
    """Whether its number is no secret: it tells how many there are, and of nobody what they did."""


ELEMENTS = {
    element.code: element
    for element in (
        Element("diners", "verschillende mensen die mee-aten", "different people who ate along"),
        Element("volunteers", "mensen die iets voor een ander deden", "people who did something for another"),
        Element("members", "leden", "members"),
        Element("adults", "volwassen inwoners", "adult inhabitants", is_public=True),
        Element("inhabitants", "inwoners", "inhabitants", is_public=True),
        Element(
            "answers",
            "mensen die de vragen beantwoordden",
            "people who answered the questions",
            is_public=True,
        ),
        Element("lonely", "mensen met een score van 2 of meer", "people with a score of 2 or more"),
        Element("very_lonely", "mensen met een score van 5 of 6", "people with a score of 5 or 6"),
        Element("loneliness_points", "punten voor eenzaamheid bij elkaar", "points for loneliness together"),
        Element("cohesion_points", "punten voor samenhang bij elkaar", "points for cohesion together"),
        Element(
            "life_points", "cijfers voor het eigen leven bij elkaar", "marks for their own life together"
        ),
        Element("services_points", "cijfers voor zorg en welzijn bij elkaar", "marks for services together"),
        Element("happy", "mensen die zich een 7 of hoger geven", "people who give themselves 7 or more"),
        Element("satisfied", "mensen die een 8 of hoger geven", "people who give 8 or more"),
        Element("eighty_at_home", "80-plussers die thuis wonen", "people of 80 and over living at home"),
        Element("eighty", "80-plussers", "people of 80 and over", is_public=True),
        Element(
            "moved_to_home", "mensen die naar een verpleeghuis gingen", "people who moved to a nursing home"
        ),
        Element("votes", "leden die meestemden", "members who voted"),
    )
}
"""The raw elements by code."""


@dataclass(frozen=True)
class Indicator:
    """One indicator, with all that is needed to read its numbers."""

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
    numerator: str
    """The raw element that is counted; this is what is released."""
    denominator: str
    """The raw element it is read beside."""
    instrument_nl: str
    instrument_en: str
    measured_by: str
    """A code of `MEASURED_BY`."""
    aggregate: Literal["count", "sum"] = "count"
    """Whether persons are counted, or points added up; ``bound`` is then the range of one person's points."""
    lowest: int = 0
    """The fewest points that one person gives."""
    counted: Literal["quarter", "year", "survey"] = "quarter"
    """Over which period: a survey has its own days."""
    topic: Literal["taking_part", "wellbeing"] = "taking_part"
    """From which part of the year's budget a release is paid."""

    @property
    def highest(self) -> int:
        """The most that one person adds."""
        return self.lowest + self.bound

    @property
    def takes_denominator(self) -> Literal["required", "optional", "none"]:
        """Whether the public number it is read beside goes along; of answers it always does."""
        if self.denominator == "answers":
            return "required"
        element = ELEMENTS.get(self.denominator)
        return "optional" if element is not None and element.is_public else "none"

    def element(self, part: Literal["numerator", "denominator"], language: str = "nl") -> str:
        """The numerator or denominator in words; a local one is said in its own words."""
        code = getattr(self, part)
        found = ELEMENTS.get(code)
        return code if found is None else str(getattr(found, language))


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
            numerator="diners",
            denominator="inhabitants",
            instrument_nl="Een lijstje bij de tafel, één streepje per mens.",
            instrument_en="A list at the table, one mark for each person.",
            measured_by="village",
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
            numerator="volunteers",
            denominator="adults",
            instrument_nl="De lijst van vrijwilligers, één keer per mens.",
            instrument_en="The list of volunteers, each person once.",
            measured_by="village",
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
            numerator="members",
            denominator="adults",
            instrument_nl="De ledenlijst op de laatste dag.",
            instrument_en="The list of members on the last day.",
            measured_by="board",
        ),
    )
}
"""The indicators that a village counts each quarter, by code."""
NATIONAL_PREFIX = "nl:"
"""With this begin the codes of the national set, and no other."""
YEARLY_BUDGET = 2.0
"""ε per person per year for taking part; a node refuses to release more."""
WELLBEING_BUDGET = 1.0
"""ε per person per year for health and wellbeing, apart from the other and smaller."""
