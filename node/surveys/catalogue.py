"""The instruments that come with the program, the mild ones first.

Sources: Statistics Netherlands (CBS) 2023/51 for the wording of loneliness, 2018/01 for cohesion.
"""

from __future__ import annotations

from node.surveys.instruments import Instrument, choice, mark

_LONELY = ("Ja", "Min of meer", "Nee")
_AGREE = (
    "Helemaal mee eens",
    "Mee eens",
    "Niet mee eens, niet mee oneens",
    "Mee oneens",
    "Helemaal mee oneens",
)
_LEAD = "Past deze zin bij hoe het nu met u gaat?"
_MANUAL = "J. de Jong Gierveld en T. van Tilburg, handleiding van de eenzaamheidsschaal (Vrije Universiteit)"
_GROUP_ONLY = (
    "Alleen voor een groep. Kijk nooit naar één mens, en gebruik het niet om hulp te verdelen."
    " Noem de handleiding als bron. Vraag de makers om toestemming voor ander gebruik dan onderzoek."
)

LIFE = Instrument(
    "life",
    "Geluk",
    "Deze vragen gaan over uw leven.",
    (
        mark("life.1", "Alles bij elkaar: welk cijfer geeft u uw leven nu?", "heel slecht", "heel goed"),
        mark("life.2", "Hoe gelukkig vindt u uzelf?", "heel ongelukkig", "heel gelukkig"),
    ),
    "De schaal van 1 tot 10 van het CBS, met eigen woorden",
)
FACILITIES = Instrument(
    "facilities",
    "Tevreden over voorzieningen",
    "Welk cijfer geeft u dit in ons dorp?",
    (
        mark("facilities.1", "Zorg en welzijn", "heel slecht", "heel goed"),
        mark("facilities.2", "Plekken om elkaar te ontmoeten", "heel slecht", "heel goed"),
        mark("facilities.3", "Vervoer", "heel slecht", "heel goed"),
        mark("facilities.4", "Wonen als u ouder wordt", "heel slecht", "heel goed"),
    ),
    "Eigen vragen van Omzien",
)
COHESION = Instrument(
    "cohesion6",
    "Samenhang in de buurt",
    "Bent u het eens met deze zin over uw buurt?",
    tuple(
        choice(f"cohesion6.{at}", text, *_AGREE)
        for at, text in enumerate(
            (
                "Ik heb veel contact met andere buurtbewoners.",
                "In deze buurt gaat men op een prettige manier met elkaar om.",
                "Ik woon in een gezellige buurt waar mensen elkaar helpen en samen dingen doen.",
                "Mensen kennen elkaar in deze buurt nauwelijks.",
                "Ik ben tevreden met de bevolkingssamenstelling in deze buurt.",
                "Ik voel mij thuis in deze buurt.",
            ),
            1,
        )
    ),
    "CBS 2018/01, zes stellingen over binding met de buurt; hier op een schaal van 0 tot 10",
    family="cohesion",
    note="De Veiligheidsmonitor vraagt bijna hetzelfde, met andere zinnen. Vergelijk dus voorzichtig.",
)
LONELINESS = Instrument(
    "djg6",
    "Eenzaamheid (De Jong Gierveld, 6 vragen)",
    _LEAD,
    tuple(
        choice(f"djg6.{at}", text, *_LONELY)
        for at, text in enumerate(
            (
                "Ik ervaar een leegte om me heen.",
                "Er zijn genoeg mensen op wie ik in geval van narigheid kan terugvallen.",
                "Ik heb veel mensen op wie ik volledig kan vertrouwen.",
                "Ik mis mensen om me heen.",
                "Er zijn voldoende mensen met wie ik me nauw verbonden voel.",
                "Vaak voel ik me in de steek gelaten.",
            ),
            1,
        )
    ),
    _MANUAL + "; zinnen als bij CBS 2023/51",
    family="loneliness",
    note=_GROUP_ONLY,
)
LONELINESS_11 = Instrument(
    "djg11",
    "Eenzaamheid (De Jong Gierveld, 11 vragen)",
    _LEAD,
    tuple(
        choice(f"djg11.{at}", text, *_LONELY)
        for at, text in enumerate(
            (
                "Er is altijd wel iemand in mijn omgeving bij wie ik met mijn dagelijkse probleempjes"
                " terecht kan.",
                "Ik mis een echt goede vriend of vriendin.",
                "Ik ervaar een leegte om me heen.",
                "Er zijn genoeg mensen op wie ik in geval van narigheid kan terugvallen.",
                "Ik mis gezelligheid om me heen.",
                "Ik vind mijn kring van kennissen te beperkt.",
                "Ik heb veel mensen op wie ik volledig kan vertrouwen.",
                "Er zijn voldoende mensen met wie ik me nauw verbonden voel.",
                "Ik mis mensen om me heen.",
                "Vaak voel ik me in de steek gelaten.",
                "Wanneer ik daar behoefte aan heb, kan ik altijd bij mijn vrienden terecht.",
            ),
            1,
        )
    ),
    _MANUAL,
    family="loneliness",
    note=_GROUP_ONLY
    + " Kies deze alleen als u hem eerder gebruikte: 6 en 11 vragen zijn niet te vergelijken.",
)

CATALOGUE = {each.code: each for each in (LIFE, FACILITIES, COHESION, LONELINESS, LONELINESS_11)}
"""By code, in the order in which they are asked. PH22 is no part of it: it needs a licence."""
