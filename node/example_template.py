"""The format *Austerlitz Eet*, worked out: our own text, around the few facts that are known.

Known (docs/sources): about 25 diners, every two weeks. Price and hours are examples.
"""

from __future__ import annotations

from schemas.objects import Document

_REASON = """
Wie alleen woont, kookt vaak alleen voor zichzelf. En eet ook alleen. Dat is jammer, want eten is gezelliger \
met anderen.

In Austerlitz schuiven ongeveer 25 mensen aan, om de week. Sommigen komen voor de maaltijd. De meesten komen \
voor elkaar.
"""

_GOAL = """
Dorpsgenoten leren elkaar kennen aan tafel. Niemand hoeft alleen te eten als hij dat niet wil.

Wie komt eten, hoort ook wat er nog meer is in het dorp. En wie hulp nodig heeft, vraagt het makkelijker \
aan iemand die hij kent.
"""

_AUDIENCE = """
Iedereen uit het dorp is welkom, jong en oud, lid of geen lid.

Let op mensen die nieuw zijn, die net alleen zijn, of die voor een ander zorgen. Nodig hen zelf uit. \
Een briefje in de bus werkt minder goed dan een bezoekje.
"""

_STEPS = """
1. Zoek drie mensen die het leuk vinden om te koken. Vraag één van hen om de leiding te nemen.

2. Kies een vaste dag, een vast uur en een vaste plek. Het dorpshuis is vaak goed.

3. Bekijk de keuken. Zijn er genoeg pannen, borden en stoelen?

4. Nodig de eerste tien gasten persoonlijk uit. Begin klein.

5. Laat mensen zich opgeven, met de telefoon of op papier. Doe dat tot drie dagen van tevoren.

6. Vraag bij het opgeven wat iemand niet mag of wil eten. Schrijf het op de kooklijst van die dag.

7. Doe boodschappen en kook samen. Reken op vier uur werk met drie mensen.

8. Zet nieuwe gasten naast iemand die al vaker kwam.

9. Ruim samen op. Wie wil helpen, mag altijd.

10. Bel de dag erna wie er niet was en zich niet had afgemeld.
"""

_ROLES = """
Leider van de eettafel: plant de avonden en is het aanspreekpunt. Ongeveer drie uur per keer.

Koks: twee of drie per keer. Maak een rooster, zodat iemand ook een keer kan overslaan.

Gastvrouw of gastheer: ontvangt de gasten en let op wie er stil bij zit.

Rijders: halen mensen op die slecht ter been zijn.

Dorpsondersteuner: weet wie een uitnodiging goed kan gebruiken.
"""

_MATERIALS = """
Een ruimte met keuken, tafels en stoelen. Grote pannen. Borden, glazen en bestek voor iedereen.

Een kooklijst, een lijst met gasten en een kasboekje. Een verbanddoos en een blusdeken in de keuken.
"""

_COSTS = """
Iedere gast betaalt een klein bedrag voor de boodschappen. Het bedrag dat hieronder staat is een voorbeeld.

De koks werken als vrijwilliger en eten gratis mee. Vraag of het dorpshuis de ruimte gratis wil geven.

Wie het niet kan betalen, eet gewoon mee. De leider regelt dat, zonder dat anderen het merken.
"""

_CONDITIONS = """
Er is een plek waar ook iemand met een rolstoel of rollator naar binnen kan.

Er zijn genoeg koks om een zieke kok te vervangen. Begin niet met één kok alleen.

De eettafel is op een vaste dag. Mensen onthouden dat, en rekenen erop.
"""

_SAFEGUARDS = """
Werk schoon. Was uw handen, houd rauw en gaar apart en bewaar koude dingen koud.

Een allergie is privé. De kok hoort wat nodig is voor die avond. Gooi de kooklijst daarna weg.

Maak alleen een foto als iedereen op de foto het goed vindt. Zet geen namen op internet.

Merkt u dat het niet goed gaat met iemand? Vraag of u de dorpsondersteuner mag bellen.
"""

_INDICATORS = """
Tel één keer per kwartaal hoeveel verschillende mensen mee-aten. Streepjes zetten is genoeg. U hoeft geen \
namen te bewaren.

Vraag twee keer per jaar aan tafel wat beter kan. Schrijf één mooi verhaal op, als de gast dat goed vindt.
"""

AUSTERLITZ_EET: Document = {
    "name": "Austerlitz Eet",
    "summary": "Samen eten in het dorp. Vrijwilligers koken, wie wil schuift aan.",
    "language": "nl",
    "sections": [
        {"key": "reason", "text": _REASON.strip()},
        {"key": "goal", "text": _GOAL.strip()},
        {"key": "audience", "text": _AUDIENCE.strip()},
        {"key": "steps", "text": _STEPS.strip()},
        {"key": "roles", "text": _ROLES.strip()},
        {"key": "materials", "text": _MATERIALS.strip()},
        {"key": "costs", "text": _COSTS.strip()},
        {"key": "conditions", "text": _CONDITIONS.strip()},
        {"key": "safeguards", "text": _SAFEGUARDS.strip()},
        {"key": "indicators", "text": _INDICATORS.strip()},
    ],
    "parameters": [
        {
            "key": "aantal_eters",
            "label": "Hoeveel eters kunnen er komen?",
            "kind": "number",
            "unit": "personen",
            "value": 25,
            "minimum": 4,
            "maximum": 150,
        },
        {
            "key": "hoe_vaak",
            "label": "Hoe vaak eten jullie samen?",
            "kind": "choice",
            "value": "om de week",
            "choices": ["elke week", "om de week", "elke maand"],
        },
        {
            "key": "prijs",
            "label": "Wat betaalt een gast per keer?",
            "kind": "money",
            "unit": "euro",
            "value": 7.5,
            "minimum": 0,
            "maximum": 50,
        },
    ],
    "indicators": ["nl:diners", "nl:volunteers"],
}
