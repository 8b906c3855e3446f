"""The indicators of the national set that residents answer, or that change too little for a quarter.

They are defined here so that everybody means the same by them; there is no form to count them yet, so
none can be released. Which ranges and scales are used is said in docs/figures.md.
"""

from __future__ import annotations

from schemas.indicators import NATIONAL, Indicator

_SURVEY = {"measured_by": "survey", "epsilon": 0.5, "version": 1}
_LONELINESS = {
    "instrument_nl": "De Jong Gierveld, 6 vragen; alleen voor een groep, nooit voor één mens.",
    "instrument_en": "De Jong Gierveld, 6 questions; for a group only, never for one person.",
    "goal_nl": "Niemand voelt zich alleen",
    "goal_en": "Nobody feels alone",
    "unit_nl": "personen van wie antwoordden",
    "unit_en": "persons of those who answered",
    "direction": "down",
    "bound": 1,
    "denominator": "answers",
}
_ANSWERED = {
    "unit_nl": "personen van wie antwoordden",
    "unit_en": "persons of those who answered",
    "bound": 1,
}

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
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:cohesion",
            nl="Samenhang in de buurt",
            en="Social cohesion",
            unit_nl="punten van 0 tot 10, opgeteld",
            unit_en="points from 0 to 10, added up",
            goal_nl="Mensen kennen elkaar",
            goal_en="People know one another",
            definition_nl="De punten van zes uitspraken over de buurt, van iedereen bij elkaar.",
            definition_en="The points for six statements about the neighbourhood, of everybody together.",
            direction="up",
            bound=10,
            numerator="cohesion_points",
            denominator="answers",
            instrument_nl="De zes uitspraken van de Veiligheidsmonitor.",
            instrument_en="The six statements of the Dutch safety monitor.",
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:happy",
            nl="Geluk",
            en="Happiness",
            goal_nl="Mensen leven prettig in het dorp",
            goal_en="People live well in the village",
            definition_nl="Het aantal mensen dat het eigen leven een 7 of hoger geeft.",
            definition_en="The number of people who give their own life 7 or more.",
            direction="up",
            numerator="happy",
            denominator="answers",
            instrument_nl="Eén vraag: welk cijfer van 1 tot 10 geeft u uw leven?",
            instrument_en="One question: which mark from 1 to 10 do you give your life?",
            **_ANSWERED,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:satisfied",
            nl="Tevreden over zorg en welzijn",
            en="Satisfied with care and welfare",
            goal_nl="Voorzieningen zijn goed en dichtbij",
            goal_en="Services are good and near",
            definition_nl="Het aantal mensen dat zorg en welzijn in het dorp een 8 of hoger geeft.",
            definition_en="The number of people who give care and welfare in the village 8 or more.",
            direction="up",
            numerator="satisfied",
            denominator="answers",
            instrument_nl="Eén vraag: welk cijfer van 1 tot 10 geeft u zorg en welzijn hier?",
            instrument_en="One question: which mark from 1 to 10 do you give care and welfare here?",
            **_ANSWERED,  # type: ignore[arg-type]
            **_SURVEY,  # type: ignore[arg-type]
        ),
        Indicator(
            code="nl:home_at_eighty",
            version=1,
            nl="Lang thuis wonen",
            en="Living at home for long",
            unit_nl="personen, per jaar",
            unit_en="persons, a year",
            goal_nl="Mensen blijven in het dorp wonen",
            goal_en="People can stay in the village",
            definition_nl="Het aantal 80-plussers dat op 31 december in een gewoon huis woont.",
            definition_en="The number of people of 80 and over in an ordinary home on 31 December.",
            direction="up",
            bound=1,
            epsilon=0.5,
            numerator="eighty_at_home",
            denominator="eighty",
            instrument_nl="Een telling per jaar, zonder namen.",
            instrument_en="One count a year, without names.",
            measured_by="supporter",
        ),
        Indicator(
            code="nl:nursing_home",
            version=1,
            nl="Verhuisd naar een verpleeghuis",
            en="Moved to a nursing home",
            unit_nl="personen, per jaar",
            unit_en="persons, a year",
            goal_nl="Mensen blijven in het dorp wonen",
            goal_en="People can stay in the village",
            definition_nl="Het aantal mensen dat in het jaar naar een verpleeghuis ging.",
            definition_en="The number of people who moved to a nursing home in the year.",
            direction="down",
            bound=1,
            epsilon=1.0,
            numerator="moved_to_home",
            denominator="inhabitants",
            instrument_nl="Een telling per jaar, zonder namen. Per dorp is de marge te groot.",
            instrument_en="One count a year, without names. For one village the margin is too wide.",
            measured_by="supporter",
        ),
        Indicator(
            code="nl:voters",
            version=1,
            nl="Zeggenschap",
            en="Having a say",
            unit_nl="personen, per jaar",
            unit_en="persons, a year",
            goal_nl="Het dorp beslist samen",
            goal_en="The village decides together",
            definition_nl="Het aantal leden dat in het jaar minstens één keer meestemde.",
            definition_en="The number of members who voted at least once in the year.",
            direction="up",
            bound=1,
            epsilon=0.25,
            numerator="votes",
            denominator="members",
            instrument_nl="De presentielijst van de ledenvergadering, één keer per mens.",
            instrument_en="The list of those present at the members' meeting, each person once.",
            measured_by="board",
        ),
    )
}
"""By code; none of them is in `NATIONAL`, so no form offers them."""

CATALOGUE = {**NATIONAL, **SURVEYED}
"""The whole national set."""
