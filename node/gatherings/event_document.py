"""One day of a gathering as the network and other software read it (FEP-8a8e, docs/adr/0016)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import jcs  # type: ignore[import-untyped]
from babel.dates import format_date
from markupsafe import Markup

from node.gatherings.occurrences import Occurrence
from schemas import fallback
from schemas.events import COUNTRY, TIMEZONE
from schemas.objects import Document, wire_type

_CANCELLED = "Dit gaat niet door."
_MOVED = "Let op: deze keer op een andere dag."
_EXAMPLE = "Voorbeeld: deze activiteit is verzonnen."


@dataclass(frozen=True)
class Host:
    """Who invites: the name of the community, its place, and the address of its pages."""

    name: str
    locality: str
    base_url: str


def event_document(occurrence: Occurrence, host: Host) -> Document:
    """The event of one day. It carries what the noticeboard says, and no person."""
    gathering, ends_at = occurrence.gathering, occurrence.ends_at
    url = f"{host.base_url}/meedoen/{gathering.id}/{occurrence.key.isoformat()}"
    status = "CANCELLED" if occurrence.is_cancelled else "CONFIRMED"
    document: Document = {
        **wire_type("PublicEvent"),
        "name": gathering.name,
        "summary": fallback.plain(_summary(occurrence, host)),
        **fallback.in_language("nl", gathering.name, _html(occurrence, host, url)),
        "text": gathering.text or gathering.summary,
        "forWhom": gathering.for_whom,
        "startTime": occurrence.starts_at.isoformat(),
        "timezone": TIMEZONE,
        "inLanguage": "nl",
        "location": _location(occurrence, host),
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


def moment_in_words(occurrence: Occurrence) -> str:
    """“donderdag 26 november 2026, 17.30 tot 19.30 uur”."""
    until = f" tot {occurrence.until_time}" if occurrence.until_time else ""
    return f"{format_date(occurrence.on, 'EEEE d MMMM yyyy', locale='nl')}, {occurrence.at_time}{until} uur"


def _summary(occurrence: Occurrence, host: Host) -> str:
    """When, where and what in a few sentences: Mastodon shows this, and the content not at all."""
    gathering, moment = occurrence.gathering, moment_in_words(occurrence)
    where = f"{moment[:1].upper()}{moment[1:]}. {_place(occurrence, host)}."
    parts = (_notice(occurrence), where, fallback.lead(gathering.summary or gathering.text))
    return " ".join(part for part in parts if part)


def _notice(occurrence: Occurrence) -> str:
    moved = [_MOVED] if occurrence.is_moved else []
    notices = [_CANCELLED] if occurrence.is_cancelled else moved
    return " ".join([*notices, _EXAMPLE] if occurrence.gathering.example_data else notices)


def _html(occurrence: Occurrence, host: Host, url: str) -> str:
    gathering, notice = occurrence.gathering, _notice(occurrence)
    rows = [
        ("Wanneer", moment_in_words(occurrence)),
        ("Waar", _place(occurrence, host)),
        ("Voor wie", gathering.for_whom),
    ]
    parts = [Markup("<p><strong>{}</strong></p>").format(notice)] if notice else []
    parts += [fallback.facts(rows)]
    texts = [gathering.summary, *fallback.paragraphs(gathering.text)]
    parts += [fallback.paragraph(text) for text in dict.fromkeys(texts) if text]
    return fallback.page(parts, fallback.link_back(f"{host.name}:", gathering.name, url))


def _place(occurrence: Occurrence, host: Host) -> str:
    return ", ".join(part for part in (occurrence.place, occurrence.address, host.locality) if part)


def _location(occurrence: Occurrence, host: Host) -> Document:
    address = {"type": "PostalAddress", "addressLocality": host.locality, "addressCountry": COUNTRY}
    street = {"streetAddress": occurrence.address} if occurrence.address else {}
    return {"type": "Place", "name": occurrence.place, "address": {**address, **street}}
