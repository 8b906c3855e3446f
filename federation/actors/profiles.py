"""The profile of an identity in words: what Mastodon and other software show of an initiative.

Our own software reads the ``initiative`` extension; these texts double it for all others. They
are Dutch, as the network is: an actor document has no reader whose language we know.
"""

from __future__ import annotations

from html import escape
from typing import Any

from schemas.taxonomies import KINDS, LEGAL_FORMS, PHASES, PROVINCES, THEMES


def summary_html(text: str) -> str:
    """Plain paragraphs as the HTML that ActivityPub expects of a summary."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def property_values(initiative: dict[str, Any] | None) -> list[dict[str, str]]:
    """The facts of an initiative as PropertyValue attachments, at most ten."""
    if not initiative:
        return []
    pairs = [*_about(initiative), *_places(initiative), *_contact(initiative.get("contact") or {})]
    return [{"type": "PropertyValue", "name": name, "value": value} for name, value in pairs if value][:10]


def _about(initiative: dict[str, Any]) -> list[tuple[str, str]]:
    founded = initiative.get("foundedOn")
    return [
        ("Soort", escape(KINDS.label(initiative.get("kind") or ""))),
        ("Thema’s", escape(", ".join(THEMES.label(code) for code in initiative.get("themes") or []))),
        ("Rechtsvorm", escape(LEGAL_FORMS.label(initiative.get("legalForm") or ""))),
        ("Fase", escape(PHASES.label(initiative.get("phase") or ""))),
        ("Sinds", str(founded) if founded else ""),
    ]


def _places(initiative: dict[str, Any]) -> list[tuple[str, str]]:
    areas = initiative.get("areas") or []
    provinces = dict.fromkeys(PROVINCES.label(area["province"]) for area in areas)
    return [
        ("Werkgebied", escape(", ".join(area["name"] for area in areas[:10]))),
        ("Provincie", escape(", ".join(provinces))),
    ]


def _contact(contact: dict[str, Any]) -> list[tuple[str, str]]:
    website = contact.get("website") or ""
    shown = escape(website.removeprefix("https://").removeprefix("http://").rstrip("/"))
    link = f'<a href="{escape(website)}" rel="me nofollow noopener noreferrer">{shown}</a>'
    return [
        ("Website", link if website else ""),
        ("E-mail", escape(contact.get("email") or "")),
        ("Telefoon", escape(contact.get("telephone") or "")),
    ]
