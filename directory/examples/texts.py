"""Invented names and sentences for the example initiatives, in plain Dutch (B1)."""

from __future__ import annotations

FANTASY = (
    "De Gouden Eik",
    "Het Zonnewiel",
    "De Warme Wind",
    "De Blauwe Theepot",
    "De Lindebank",
    "Het Kompas",
    "De Brugwachter",
    "De Ooievaar",
    "Het Open Raam",
    "De Wilde Appel",
    "De Zwaluw",
    "De Lange Tafel",
    "Het Lichtpunt",
    "De Hooiberg",
    "De Klaproos",
    "De Pomp",
    "De Veldkamer",
    "Het Anker",
    "De Notenboom",
    "De Roerdomp",
    "De Stille Vaart",
    "De Vuurplaats",
    "De Wegwijzer",
    "De Zonnebloem",
    "De Leeuwerik",
    "Het Molenpad",
    "De Kievit",
    "De Bakoven",
    "De Regenboog",
    "De Kastanje",
    "De Waterlelie",
    "De Tuinbank",
    "Het Korenveld",
    "De Draaibrug",
    "De Wilg",
    "De Haven",
    "De Ree",
    "De Witte Poort",
    "De Mezenkast",
    "De Drie Linden",
    "Het Noorderlicht",
    "De Buurvrouw",
    "De Schakel",
    "De Vlinder",
    "De Roos",
    "De Goede Buur",
    "De Stoep",
    "De Dorpspomp",
    "Het Bakkertje",
    "De Uitkijk",
    "De Boomgaard",
    "De Oude Smid",
    "De Halte",
    "De Meander",
    "De Vroege Vogel",
    "De Egel",
    "De Appelgaard",
    "Het Vlot",
    "De Rode Draad",
    "De Bijenkorf",
    "De Parasol",
    "Het Wijde Land",
    "De Kersenboom",
    "De Merel",
)

NAMES: dict[str, tuple[str, ...]] = {
    "caring_village": ("Zorgzaam dorp {fantasy}", "Dorpskring {fantasy}", "Zorgzame buurt {fantasy}"),
    "care_cooperative": ("Zorgcoöperatie {fantasy}", "Zorgvereniging {fantasy}"),
    "urban_village": ("Stadsdorp {fantasy}", "Burennetwerk {fantasy}"),
    "neighbour_care": ("Noaberzorgpunt {fantasy}", "Burenhulp {fantasy}"),
    "living_room": ("Buurthuiskamer {fantasy}", "Inloophuis {fantasy}", "Huiskamer {fantasy}"),
    "day_activities": ("Dagbesteding {fantasy}", "Dagplek {fantasy}"),
    "transport": ("Dorpsbus {fantasy}", "Vervoersdienst {fantasy}"),
    "housing": ("Woongemeenschap {fantasy}", "Hofje {fantasy}", "Wooncoöperatie {fantasy}"),
    "mental_health": ("Herstelplek {fantasy}", "Kwetsbaar en sterk {fantasy}"),
    "mutual_care_circle": ("Voorzorgcirkel {fantasy}",),
    "village_cooperative": ("Dorpscoöperatie {fantasy}", "Energie en zorg {fantasy}"),
    "network": ("Netwerk {fantasy}", "Samenwerking {fantasy}"),
    "other": ("Bewonersinitiatief {fantasy}", "Buurtcollectief {fantasy}"),
}

OPENINGS: dict[str, tuple[str, ...]] = {
    "caring_village": (
        "In {place} letten bewoners op elkaar.",
        "Wij willen dat iedereen in {place} kan blijven wonen, ook als het leven zwaarder wordt.",
        "Een groep inwoners van {place} maakt het dorp een beetje zorgzamer.",
    ),
    "care_cooperative": (
        "De leden regelen samen zorg en welzijn in {place}.",
        "Onze coöperatie is van en voor de inwoners van {place}.",
        "In {place} beslissen bewoners zelf hoe zorg en hulp worden geregeld.",
    ),
    "urban_village": (
        "Buren in {place} leren elkaar kennen en helpen elkaar.",
        "Wij zijn een dorp in de stad: in {place} kent de straat elkaar weer.",
    ),
    "neighbour_care": (
        "Bij ons punt in {place} kan iedereen binnenlopen met een vraag.",
        "Noaberschap is in {place} heel gewoon: je staat klaar voor elkaar.",
    ),
    "living_room": (
        "De deur van onze huiskamer in {place} staat bijna elke dag open.",
        "In {place} is er altijd een plek aan tafel.",
    ),
    "day_activities": (
        "Wie overdag graag iets doet, is in {place} welkom.",
        "Wij bieden in {place} een zinvolle dag, dicht bij huis.",
    ),
    "transport": (
        "Vrijwillige chauffeurs brengen mensen uit {place} waar ze moeten zijn.",
        "Met onze elektrische auto komt iedereen uit {place} weer op weg.",
    ),
    "housing": (
        "In {place} wonen jong en oud bij elkaar en zorgen zij voor elkaar.",
        "Wij bouwen in {place} aan woningen waar mensen oud kunnen worden.",
    ),
    "mental_health": (
        "Voor mensen die het even moeilijk hebben is er in {place} een rustige plek.",
        "In {place} helpen ervaringsdeskundigen elkaar op weg.",
    ),
    "mutual_care_circle": (
        "In kleine groepen spreken mensen in {place} af dat ze er voor elkaar zijn.",
        "Onze cirkel in {place} regelt hulp voordat het nodig is.",
    ),
    "village_cooperative": (
        "De coöperatie van {place} wekt stroom op en steekt de winst in zorg en ontmoeting.",
        "In {place} pakken bewoners energie, wonen en zorg samen aan.",
    ),
    "network": (
        "Verenigingen en bewoners rond {place} weten elkaar via ons te vinden.",
        "Wij brengen initiatieven in en om {place} bij elkaar.",
    ),
    "other": (
        "Bewoners van {place} begonnen klein en groeien elk jaar.",
        "Wij doen in {place} wat nodig is, samen met de buurt.",
    ),
}

ACTIVITIES: dict[str, tuple[str, ...]] = {
    "meeting": (
        "Elke {day} is er koffie en is iedereen welkom.",
        "Op {day} staat de inloop open voor jong en oud.",
        "We organiseren gezellige middagen waar mensen elkaar ontmoeten.",
        "Het dorpshuis is onze vaste ontmoetingsplek.",
        "Op {day} is er spelletjesmiddag met kaarten en biljarten.",
    ),
    "eating": (
        "Elke {day} schuiven ongeveer {number} mensen aan bij de dorpseettafel.",
        "Om de week eten we samen in het buurthuis.",
        "Vrijwilligers koken een warme maaltijd voor wie wil mee-eten.",
        "De eettafel op {day} is voor alle buurtgenoten.",
        "Onze kookgroep maakt soep van groente uit de buurttuin.",
    ),
    "moving": (
        "Op {day} bewegen ouderen samen onder leiding van een oefentherapeut.",
        "De wandelgroep maakt elke {day} een ommetje.",
        "Er is gym voor ouderen en een fietsclub.",
        "Met de duofiets gaan we samen op pad.",
    ),
    "transport": (
        "Chauffeurs rijden mensen naar de huisarts of het ziekenhuis.",
        "De dorpsauto is te bespreken voor een kleine bijdrage.",
        "De plusbus rijdt elke {day} naar de winkels.",
        "Wie niet zelf kan rijden, belt onze vervoersdienst.",
    ),
    "odd_jobs": (
        "De klussendienst hangt een lamp op of repareert een lekkende kraan.",
        "Ons tuinteam helpt met snoeien en grasmaaien.",
        "Handige buren doen kleine klusjes in huis.",
    ),
    "errands": (
        "Vrijwilligers doen boodschappen voor wie dat niet meer kan.",
        "De boodschappendienst komt elke {day} langs.",
        "We halen medicijnen op bij de apotheek.",
    ),
    "visiting": (
        "Maatjes gaan op bezoek bij mensen die zich alleen voelen.",
        "De belcirkel belt elke ochtend om te horen hoe het gaat.",
        "We gaan langs bij alle inwoners van zeventig jaar en ouder.",
        "Een buddy helpt nieuwe bewoners op weg.",
    ),
    "informal_care": (
        "Mantelzorgers vinden bij ons een luisterend oor.",
        "We nemen de zorg een middag over, zodat mantelzorgers even vrij zijn.",
        "Eens per maand is er een mantelzorgcafé.",
    ),
    "dementia": (
        "Mensen met dementie en hun naasten komen samen in het geheugencafé.",
        "Winkeliers leerden hoe je helpt als iemand vergeetachtig wordt.",
        "Het dorp is dementievriendelijk: veel mensen volgden de cursus.",
    ),
    "mental_health": (
        "In de herstelgroep praten mensen over wat hen sterk maakt.",
        "Lotgenoten helpen elkaar bij somberheid of angst.",
        "Wie psychisch kwetsbaar is, doet mee op eigen tempo.",
    ),
    "housing": (
        "We verbouwden een leegstaande school tot zorgwoningen.",
        "Er komen {number} woningen voor ouderen en starters.",
        "Bewoners krijgen advies over langer thuis wonen.",
    ),
    "digital": (
        "In het digitaal café krijgt u hulp met telefoon en computer.",
        "Jongeren leren ouderen werken met een tablet.",
        "Computerhulp is er elke {day}, gratis en met geduld.",
    ),
    "prevention": (
        "We letten op gezond eten, goed slapen en valpreventie.",
        "Met de huisarts werken we aan welzijn op recept.",
        "Een diëtist en een beweegcoach geven elk seizoen een cursus.",
    ),
    "children": (
        "Ouders met jonge kinderen komen bij Koffie en Koters.",
        "Basisscholieren lezen voor aan ouderen.",
        "Er is een speelgroep en een oudercafé.",
    ),
    "safety": (
        "{number} buurtgenoten leerden reanimeren en er hangen drie AED's.",
        "Burgerhulpverleners zijn binnen zes minuten ter plaatse.",
    ),
    "end_of_life": (
        "Vrijwilligers waken bij mensen in de laatste dagen.",
        "In het rouwcafé delen mensen hun verlies.",
    ),
    "culture": (
        "Het dorpskoor zingt op {day}.",
        "We verzamelen verhalen en foto's van vroeger.",
        "Er is een schildergroep en elke winter toneel.",
    ),
    "say": (
        "Leden stemmen twee keer per jaar over onze plannen.",
        "Met de gemeente hebben we afspraken over zeggenschap en geld.",
        "De dorpsraad en wij maken samen een dorpsvisie.",
    ),
    "energy": (
        "Zonnepanelen op het dak van de school leveren stroom voor {number} huizen.",
        "Energiecoaches helpen buren met isolatie.",
    ),
}

CLOSINGS = (
    "U hoeft geen lid te zijn om mee te doen.",
    "Iedereen is welkom, met of zonder zorgvraag.",
    "Nieuwe vrijwilligers zijn altijd welkom.",
    "Bel ons gerust of loop binnen.",
    "We zijn er voor jong en oud.",
    "Twee coördinatoren kennen de mensen en denken mee.",
    "We werken samen met de huisarts en de wijkverpleegkundige.",
    "Dat doen we al sinds {year}.",
    "Het begon met zes mensen aan een keukentafel.",
    "Wat de een kan, leert de ander.",
    "",
)

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag")
