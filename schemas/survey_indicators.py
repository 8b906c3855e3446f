"""The indicators of the national set that residents answer, in a survey with its own days.

Released is how many answered so, or the points of all of them added up; how many answered is public and goes
along, so that everybody can read a share or a mean. Of a mean, one person changes the sum by the range of the
scale at most. Which scales are used is said in docs/figures.md.
"""

from __future__ import annotations

from schemas.indicators import NATIONAL, Indicator
from schemas.yearly_indicators import YEARLY

_SURVEY = {
    "measured_by": "survey",
    "epsilon": 0.5,
    "version": 1,
    "counted": "survey",
    "denominator": "answers",
}
_LONELINESS = {
    "instrument_nl": "De Jong Gierveld, 6 vragen; alleen voor een groep, nooit voor één mens.",
    "instrument_en": "De Jong Gierveld, 6 questions; for a group only, never for one person.",
    "goal_nl": "Niemand voelt zich alleen",
    "goal_en": "Nobody feels alone",
    "direction": "down",
    "topic": "wellbeing",
}
_LIFE = {
    "goal_nl": "Mensen leven prettig in het dorp",
    "goal_en": "People live well in the village",
    "direction": "up",
    "instrument_nl": "Eén vraag: welk cijfer van 1 tot 10 geeft u uw leven?",
    "instrument_en": "One question: which mark from 1 to 10 do you give your life?",
    "topic": "wellbeing",
}
_SERVICES = {
    "goal_nl": "Voorzieningen zijn goed en dichtbij",
    "goal_en": "Services are good and near",
    "direction": "up",
    "instrument_nl": "Eén vraag: welk cijfer van 1 tot 10 geeft u zorg en welzijn hier?",
    "instrument_en": "One question: which mark from 1 to 10 do you give care and welfare here?",
}
_PERSONS = {
    "unit_nl": "personen van wie antwoordden",
    "unit_en": "persons of those who answered",
    "bound": 1,
}
_POINTS = {"aggregate": "sum"}

SURVEYED: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        Indicator(
            code="nl:lonely",
            nl="Eenzaamheid",
            en="Loneliness",
            definition_nl="Het aantal mensen met een score van 2 of meer op de schaal van 0 tot 6.",
            definition_en="The number of people with a score of 2 or more on the scale from 0 to 6.",
            numerator="lonely",
            **_LONELINESS,  # type: ignore[arg-type]
            **_PERSONS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:very_lonely",
            nl="Sterke eenzaamheid",
            en="Strong loneliness",
            definition_nl="Het aantal mensen met een score van 5 of 6 op de schaal van 0 tot 6.",
            definition_en="The number of people with a score of 5 or 6 on the scale from 0 to 6.",
            numerator="very_lonely",
            **_LONELINESS,  # type: ignore[arg-type]
            **_PERSONS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:loneliness_score",
            nl="Eenzaamheid, gemiddelde score",
            en="Loneliness, mean score",
            definition_nl="De score van 0 tot 6 van iedereen bij elkaar; hoger is eenzamer.",
            definition_en="The scores from 0 to 6 of everybody together; higher is lonelier.",
            numerator="loneliness_points",
            bound=6,
            unit_nl="punten van 0 tot 6, opgeteld",
            unit_en="points from 0 to 6, added up",
            **_LONELINESS,  # type: ignore[arg-type]
            **_POINTS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:cohesion",
            nl="Samenhang in de buurt",
            en="Social cohesion",
            definition_nl="De punten van zes uitspraken over de buurt, van iedereen bij elkaar.",
            definition_en="The points for six statements about the neighbourhood, of everybody together.",
            numerator="cohesion_points",
            bound=10,
            unit_nl="punten van 0 tot 10, opgeteld",
            unit_en="points from 0 to 10, added up",
            goal_nl="Mensen kennen elkaar",
            goal_en="People know one another",
            direction="up",
            instrument_nl="Zes uitspraken van het CBS over binding met de buurt.",
            instrument_en="Six statements of Statistics Netherlands about ties with the neighbourhood.",
            **_POINTS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:happy",
            nl="Geluk",
            en="Happiness",
            definition_nl="Het aantal mensen dat het eigen leven een 7 of hoger geeft.",
            definition_en="The number of people who give their own life 7 or more.",
            numerator="happy",
            **_LIFE,  # type: ignore[arg-type]
            **_PERSONS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:life_mark",
            nl="Cijfer voor het leven",
            en="Mark for life",
            definition_nl="De cijfers van 1 tot 10 die mensen hun eigen leven geven, opgeteld.",
            definition_en="The marks from 1 to 10 that people give their own life, added up.",
            numerator="life_points",
            bound=9,
            lowest=1,
            unit_nl="cijfers van 1 tot 10, opgeteld",
            unit_en="marks from 1 to 10, added up",
            **_LIFE,  # type: ignore[arg-type]
            **_POINTS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:satisfied",
            nl="Tevreden over zorg en welzijn",
            en="Satisfied with care and welfare",
            definition_nl="Het aantal mensen dat zorg en welzijn in het dorp een 8 of hoger geeft.",
            definition_en="The number of people who give care and welfare in the village 8 or more.",
            numerator="satisfied",
            **_SERVICES,  # type: ignore[arg-type]
            **_PERSONS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:services_mark",
            nl="Cijfer voor zorg en welzijn",
            en="Mark for care and welfare",
            definition_nl="De cijfers van 1 tot 10 die mensen zorg en welzijn hier geven, opgeteld.",
            definition_en="The marks from 1 to 10 that people give care and welfare here, added up.",
            numerator="services_points",
            bound=9,
            lowest=1,
            unit_nl="cijfers van 1 tot 10, opgeteld",
            unit_en="marks from 1 to 10, added up",
            **_SERVICES,  # type: ignore[arg-type]
            **_POINTS,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
    )
}
"""By code; none of them is in `NATIONAL`: they are not counted by the quarter."""

CATALOGUE = {**NATIONAL, **SURVEYED, **YEARLY}
"""The whole national set."""
