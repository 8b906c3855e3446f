"""What people do with formats, through the forms that they see."""

from __future__ import annotations

from tests.journeys.visitor import Page, Visitor

SECTIONS = {
    "reason": "Veel mensen eten alleen. Dat is jammer.",
    "goal": "Dorpsgenoten leren elkaar kennen aan tafel.",
    "audience": "Iedereen uit het dorp, jong en oud.",
    "steps": "1. Zoek drie koks.\n\n2. Kies een vaste dag.\n\n3. Nodig de eerste gasten zelf uit.",
    "roles": "Koks, een gastvrouw of gastheer, en rijders.",
    "materials": "Een zaal met keuken, pannen, borden en bestek.",
    "costs": "Iedere gast betaalt een klein bedrag.",
    "conditions": "De zaal is goed te bereiken met een rollator.",
    "safeguards": "Een allergie is privé. Gooi de kooklijst daarna weg.",
    "indicators": "Tel elk kwartaal hoeveel mensen mee-aten.",
}
PARAMETERS = [
    {"label": "Hoeveel eters kunnen er komen?", "kind": "number", "unit": "personen", "value": "25",
     "minimum": "4", "maximum": "150"},
    {"label": "Hoe vaak eten jullie samen?", "kind": "choice", "value": "om de week",
     "choices": "elke week\nom de week\nelke maand"},
    {"label": "Wat betaalt een gast per keer?", "kind": "money", "unit": "euro", "value": "7,50",
     "minimum": "0", "maximum": "50"},
]  # fmt: skip
ANSWERS = {
    "answer-hoeveel_eters_kunnen_er_komen": "12",
    "answer-hoe_vaak_eten_jullie_samen": "elke maand",
    "answer-wat_betaalt_een_gast_per_keer": "5",
}


def write_format(visitor: Visitor, name: str, summary: str = "Samen eten in het dorp.") -> Page:
    """Write a format with all its sections and three questions; gives the page of the draft."""
    page = visitor.get("/formats/nieuw")
    for _question in PARAMETERS:
        page = visitor.submit(page, page.form(field="section-reason"), {"action": "add"})
    values: dict[str, object] = {"name": name, "summary": summary, "action": "save"}
    values |= {f"section-{key}": text for key, text in SECTIONS.items()}
    for at, question in enumerate(PARAMETERS):
        values |= {f"parameter-{at}-{part}": text for part, text in question.items()}
    values["indicators"] = ["nl:diners"]
    return visitor.submit(page, page.form(field="section-reason"), values).require(name)


def publish_format(visitor: Visitor, page: Page) -> Page:
    """Publish the draft whose page this is."""
    return visitor.submit(page, page.form(action="/publiceren"))


def find_formats(visitor: Visitor, words: str) -> Page:
    """Search the formats in this node's own replica."""
    return visitor.get("/formats", q=words)


def copy_format(visitor: Visitor, address: str, name: str) -> Page:
    """Copy a format with our own answers; gives the page of our draft."""
    page = visitor.get(f"{address.split('?', maxsplit=1)[0]}/kopieren")
    form = page.form(field="answer-wat_betaalt_een_gast_per_keer")
    return visitor.submit(page, form, {"name": name, **ANSWERS}).require(name)


def change_section(visitor: Visitor, page: Page, key: str, text: str) -> Page:
    """Edit one section of our own draft."""
    address = page.url.split("?")[0]
    page = visitor.get(f"{address}/bewerken")
    return visitor.submit(page, page.form(field="section-reason"), {f"section-{key}": text, "action": "save"})


def tell_use(visitor: Visitor, address: str, *, stopped: str, reason: str, words: str) -> Page:
    """Note how our own format goes, see what would leave, and tell it to the network."""
    page = visitor.get(f"{address.split('?', maxsplit=1)[0]}/gebruik")
    values: dict[str, object] = {"startedIn": "2025-03", "stoppedIn": stopped, "stopReason": reason}
    values |= {"ownWords": words, "costPerPerson-lowest": "5", "tells": ["usage", "reason", "cost"]}
    page = visitor.submit(page, page.form(field="startedIn"), values).require("Dit gaat u vertellen")
    return visitor.submit(page, page.form(action="/gebruik/vertellen")).require("Neem dit terug")
