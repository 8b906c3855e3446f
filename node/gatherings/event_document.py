"""One day of a gathering as the network and other software read it (FEP-8a8e, docs/adr/0016)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import jcs  # type: ignore[import-untyped]
from babel.dates import format_date
from markupsafe import Markup

from node.gatherings.models import Gathering
from schemas import fallback
from schemas.events import COUNTRY, TIMEZONE
from schemas.objects import Document, wire_type

_CANCELLED = "Dit gaat niet door."
_EXAMPLE = "Voorbeeld: deze activiteit is verzonnen."


@dataclass(frozen=True)
class Host:
    """Who invites: the name of the community, its place, and the address of its pages."""

    name: str
    locality: str
    base_url: str


def event_document(gathering: Gathering, day: date, host: Host) -> Document:
    """The event of one day. It carries what the noticeboard says, and no person."""
    url = f"{host.base_url}/meedoen/{gathering.id}/{day.isoformat()}"
    status = "CANCELLED" if gathering.is_cancelled_on(day) else "CONFIRMED"
    ends_at = gathering.ends_at(day)
    document: Document = {
        **wire_type("PublicEvent"),
        "name": gathering.name,
        "summary": fallback.plain(_summary(gathering, day, host)),
        **fallback.in_language("nl", gathering.name, _html(gathering, day, host, url)),
        "text": gathering.text or gathering.summary,
        "forWhom": gathering.for_whom,
        "startTime": gathering.starts_at(day).isoformat(),
        "timezone": TIMEZONE,
        "inLanguage": "nl",
        "location": _location(gathering, host),
        "category": "COMMUNITY",
        "status": status,
        "ical:status": status,
        "joinMode": "external",
        "externalParticipationUrl": url,
        "anonymousParticipationEnabled": False,
        "commentsEnabled": False,
        "repliesModerationOption": "closed",
        "isOnline": False,
        "attachment": [],
        "exampleData": gathering.example_data,
        "url": url,
    }
    return document | ({"endTime": ends_at.isoformat()} if ends_at else {})


def hash_of(document: Document) -> str:
    """The hash of what an event says, in canonical form (RFC 8785)."""
    return "sha256:" + hashlib.sha256(jcs.canonicalize(document)).hexdigest()


def moment_in_words(gathering: Gathering, day: date) -> str:
    """“donderdag 26 november 2026, 17.30 tot 19.30 uur”."""
    until = f" tot {gathering.until_time}" if gathering.until_time else ""
    return f"{format_date(day, 'EEEE d MMMM yyyy', locale='nl')}, {gathering.at_time}{until} uur"


def _summary(gathering: Gathering, day: date, host: Host) -> str:
    """When, where and what in a few sentences: Mastodon shows this, and the content not at all."""
    moment = moment_in_words(gathering, day)
    where = f"{moment[:1].upper()}{moment[1:]}. {_place(gathering, host)}."
    parts = (_notice(gathering, day), where, fallback.lead(gathering.summary or gathering.text))
    return " ".join(part for part in parts if part)


def _notice(gathering: Gathering, day: date) -> str:
    notices = [_CANCELLED] if gathering.is_cancelled_on(day) else []
    return " ".join([*notices, _EXAMPLE] if gathering.example_data else notices)


def _html(gathering: Gathering, day: date, host: Host, url: str) -> str:
    notice = _notice(gathering, day)
    rows = [
        ("Wanneer", moment_in_words(gathering, day)),
        ("Waar", _place(gathering, host)),
        ("Voor wie", gathering.for_whom),
    ]
    parts = [Markup("<p><strong>{}</strong></p>").format(notice)] if notice else []
    parts += [fallback.facts(rows)]
    texts = [gathering.summary, *fallback.paragraphs(gathering.text)]
    parts += [fallback.paragraph(text) for text in dict.fromkeys(texts) if text]
    return fallback.page(parts, fallback.link_back(f"{host.name}:", gathering.name, url))


def _place(gathering: Gathering, host: Host) -> str:
    return ", ".join(part for part in (gathering.place, gathering.address, host.locality) if part)


def _location(gathering: Gathering, host: Host) -> Document:
    address = {"type": "PostalAddress", "addressLocality": host.locality, "addressCountry": COUNTRY}
    street = {"streetAddress": gathering.address} if gathering.address else {}
    return {"type": "Place", "name": gathering.place, "address": {**address, **street}}
