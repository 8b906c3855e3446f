"""A template told in HTML, for software that does not know templates."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from node.activity_templates.content import paragraphs, sections_of, title_of
from schemas import fallback
from schemas.indicators import NATIONAL
from schemas.published import Document
from schemas.taxonomies import CHECK_MOMENTS, COST_UNITS, REQUIREMENTS


def to_html(content: Document, owner: str, url: str) -> str:
    """The whole template, with a link to its own page."""
    language = "en" if content["language"] == "en" else "nl"
    parts = [fallback.paragraph(content["summary"])] if content["summary"] else []
    for section in sections_of(content):
        parts += _section(content, section, language)
    if content["parameters"]:
        parts.append(fallback.bullets(_answer(parameter, language) for parameter in content["parameters"]))
    before = "From" if language == "en" else "Een format van"
    return fallback.page(parts, fallback.link_back(f"{before} {owner}:", content["name"], url))


def money(amount: float) -> str:
    """“€ 7,50”, and “€ 12” for a whole amount."""
    whole = float(amount).is_integer()
    return "€ " + (f"{amount:.0f}" if whole else f"{amount:.2f}".replace(".", ","))


def _section(content: Document, section: Document, language: str) -> list[Markup]:
    told = [fallback.paragraph(part) for part in paragraphs(section["text"])]
    lines = list(_lines(content, section["key"], language))
    told += [fallback.bullets(lines)] if lines else []
    return [fallback.heading(title_of(section, language)), *told] if told else []


def _lines(content: Document, key: str, language: str) -> Iterator[str]:
    """The list that belongs to a section: the check-list stands with the steps."""
    if key == "steps":
        for check in content.get("checklist", []):
            yield f"{CHECK_MOMENTS.label(check['when'], language)}: {check['text']}"
    elif key == "roles":
        yield from (_role(role, language) for role in content.get("roles", []))
    elif key == "materials":
        yield from (f"{each['name']} {each['amount']}".strip() for each in content.get("materials", []))
    elif key == "costs":
        yield from (_cost(cost, language) for cost in content.get("costs", []))
    elif key == "indicators":
        known = [NATIONAL[code] for code in content["indicators"] if code in NATIONAL]
        yield from (each.en if language == "en" else each.nl for each in known)
    elif key == "safeguards":
        yield from (each["text"] for each in content.get("safeguards", []))


def _role(role: Document, language: str) -> str:
    needs = ", ".join(REQUIREMENTS.label(code, language) for code in role["requirements"])
    name = f"{role['number']} × {role['name']}" if role["number"] else role["name"]
    return ". ".join(part.rstrip(".") for part in (name, needs, role["note"]) if part) + "."


def _cost(cost: Document, language: str) -> str:
    amount = "–" if cost["amount"] is None else money(cost["amount"])
    return f"{cost['label']}: {amount} {COST_UNITS.label(cost['per'], language)}"


def _answer(parameter: Document, language: str) -> str:
    value = parameter["value"]
    if value in (None, ""):
        shown = "–"
    elif isinstance(value, bool):
        shown = {"nl": ("nee", "ja"), "en": ("no", "yes")}[language][value]
    elif parameter["kind"] == "money":
        shown = money(value)
    else:
        shown = f"{value} {parameter['unit']}".strip()
    return f"{parameter['label']}: {shown}"
