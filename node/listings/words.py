"""How the fields of a listing and their values read to people."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from node.layout.languages import current_language
from node.listings.content import Content, Difference, differences
from schemas import taxonomies
from schemas.messages import N_

FIELDS = {
    "name": N_("Name"),
    "summary": N_("Description"),
    "kind": N_("Kind of initiative"),
    "legalForm": N_("Legal form"),
    "phase": N_("Phase"),
    "themes": N_("Themes"),
    "targetGroups": N_("For whom"),
    "areas": N_("Places"),
    "foundedOn": N_("Started in"),
    "volunteersBand": N_("Volunteers"),
    "membersBand": N_("Members"),
    "hasSupporter": N_("Village supporter"),
    "contact.website": N_("Website"),
    "contact.email": N_("E-mail address"),
    "contact.telephone": N_("Telephone"),
    "contact": N_("Contact"),
    "otherNames": N_("Other names"),
    "kvkNumber": N_("KvK number"),
    "partners": N_("Works with"),
    "activities": N_("Formats they use"),
    "languages": N_("Languages"),
    "accessibility": N_("Accessibility"),
    "license": N_("Licence"),
    "sourceName": N_("Source"),
    "closedOn": N_("Ended on"),
    "confirmedOn": N_("Confirmed on"),
    "private.name": N_("Whom do we ask: name"),
    "private.email": N_("Whom do we ask: e-mail address"),
    "private.telephone": N_("Whom do we ask: telephone"),
}
"""The fields of `node.listings.content.facts`, in the order in which people read them."""

STATES = {
    "review": N_("Waiting for review"),
    "published": N_("Published"),
    "closed": N_("Ended"),
    "withdrawn": N_("Withdrawn"),
}
"""The states of a listing."""

TONES = {"review": "warm", "published": "good", "closed": "", "withdrawn": "bad"}
"""How each state is coloured."""

_CODES = {
    "kind": taxonomies.KINDS,
    "legalForm": taxonomies.LEGAL_FORMS,
    "phase": taxonomies.PHASES,
    "themes": taxonomies.THEMES,
    "targetGroups": taxonomies.TARGET_GROUPS,
    "volunteersBand": taxonomies.BANDS,
    "membersBand": taxonomies.BANDS,
    "languages": taxonomies.SPOKEN_LANGUAGES,
    "accessibility": taxonomies.ACCESSIBILITY,
}


def field_name(field: str) -> str:
    """What a field is called in the reader's language."""
    return str(_(FIELDS[field])) if field in FIELDS else field


def told(field: str, value: Any) -> str:
    """A value as people read it; "" for nothing."""
    if value is None or value in ([], ""):
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(_one(field, each) for each in value)
    return _one(field, value)


def shown_differences(before: Content, after: Content) -> list[dict[str, str]]:
    """What differs between two versions, in the words and the order of the form."""
    return shown(differences(before, after))


def shown(found: list[Difference]) -> list[dict[str, str]]:
    """Differences as rows of a table."""
    order = list(FIELDS)
    found = sorted(found, key=lambda each: order.index(each.field) if each.field in FIELDS else len(order))
    return [
        {
            "field": each.field,
            "name": field_name(each.field),
            "before": told(each.field, each.before),
            "after": told(each.field, each.after),
        }
        for each in found
    ]


def shown_facts(content: Content) -> list[dict[str, Any]]:
    """What a content says, field by field, with who said it and when."""
    sources = {each["field"]: each for each in content["initiative"].get("sources", [])}
    rows = shown_differences({}, content)
    return [{**row, **_origin(sources.get(row["field"].partition(".")[0]))} for row in rows]


def _origin(source: dict[str, Any] | None) -> dict[str, Any]:
    said_on = format_date(date.fromisoformat(source["statedOn"]), "long") if source else ""
    return {"source": source, "said_on": said_on}


def _one(field: str, value: Any) -> str:
    if field in _CODES:
        return _CODES[field].label(str(value), current_language())
    if field == "areas":
        return f"{value['name']} ({value['municipality']})"
    if field in {"closedOn", "confirmedOn"}:
        return str(format_date(date.fromisoformat(value), "long"))
    return str(value)
