"""The form of a listing: the facts, where they come from, and whom the coordinator asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rapidfuzz import process
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.replica.templates import KnownTemplate
from directory.search.folding import fold
from federation.database import now
from node.communities.facts_form import facts_of, fields_of_form, lines_of, typed_facts, values_of
from node.gatherings.service import local_today
from node.listings.consent import MOST_LETTERS, Consent, newly_published
from node.listings.content import Content
from node.listings.models import Listing
from node.listings.private_contact import PARTS, MergedContact, merge_contact
from schemas.errors import InvalidInput
from schemas.messages import N_

_TEXTS = ("name", "summary", "activities", "source", "note", "based_on", "consent_by", "consent_on")
WHO_AGREED = N_("Write down who agreed to this.")
NEEDS_CONSENT = N_("Publish this only when the initiative agreed. Tick the box below, or leave it out.")
UNKNOWN_FORMAT = N_(
    "We do not know a format called “%(name)s”. Write its name as the list of formats does, or its address."
)


def empty_form() -> dict[str, Any]:
    """The form of a new listing."""
    return {
        **values_of({}),
        **dict.fromkeys(_TEXTS, ""),
        "consent": False,
        "is_checked": False,
        **private_in_form({}),
    }


def form_of(session: Session, listing: Listing) -> dict[str, Any]:
    """The form's values for a listing as it is now."""
    return {
        **form_of_content(session, listing.content),
        "based_on": str(listing.revision),
        "consent_by": listing.contact_consent.get("by", ""),
        "consent_on": listing.contact_consent.get("on", ""),
        **private_in_form(listing.private_contact),
    }


def form_of_content(session: Session, content: Content) -> dict[str, Any]:
    """The form's values for a content."""
    facts = content["initiative"]
    contact = facts.get("contact", {})
    return {
        **empty_form(),
        **values_of(facts),
        "name": content["name"],
        "summary": content.get("summary", ""),
        "activities": "\n".join(_names_of_formats(session, facts.get("activities", []))),
        "consent": bool(contact.get("email") or contact.get("telephone")),
    }


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, in the shape of `form_of`."""
    texts = {name: form.get(name, "") for name in _TEXTS}
    private = {name: form.get(name, "").strip()[:320] for name in private_in_form({})}
    ticks = {name: name in form for name in ("consent", "is_checked")}
    return {**typed_facts(form), **texts, **private, **ticks}


def content_of(session: Session, values: Mapping[str, Any], base: Content | None = None) -> Content:
    """The content that a form tells, on top of what the form does not show.

    Raises InvalidInput with ``fields`` under the names of the form.
    """
    facts = facts_of(dict(values))
    _check_consent(values)
    facts["activities"] = _formats(session, lines_of(values["activities"]))
    initiative = {**(base or {}).get("initiative", {}), **facts}
    if values["is_checked"]:
        initiative["confirmedOn"] = now().date().isoformat()
    kept = {name: value for name, value in initiative.items() if value is not None}
    return {"name": values["name"], "summary": values["summary"], "initiative": kept}


def consent_of(
    values: Mapping[str, Any], before: Content, after: Content, *, noted_by: str
) -> Consent | None:
    """Who agreed to publish; None when nothing is published, or nothing new and nobody is named.

    Raises InvalidInput with ``fields`` under the names of the form.
    """
    who = values["consent_by"].strip()[:MOST_LETTERS]
    if newly_published(before, after) and not who:
        raise InvalidInput(fields={"consent_by": [WHO_AGREED]})
    if not who or not values["consent"]:
        return None
    return Consent(who, _day(values["consent_on"]), noted_by=noted_by)


def private_contact_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Whom the coordinator asks; stays here."""
    return {part: values[f"private_{part}"] for part in PARTS if values[f"private_{part}"]}


def merged_contact(values: Mapping[str, Any], listing: Listing) -> MergedContact:
    """Whom to ask, as it was typed, together with what others changed since the form was opened."""
    base = {part: values[f"private_was_{part}"] for part in PARTS}
    return merge_contact(base, private_contact_of(values), listing.private_contact)


def private_in_form(contact: Mapping[str, Any], was: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Whom the coordinator asks, as fields; with what it ``was``, to tell later what was changed."""
    before = contact if was is None else was
    typed_now = {f"private_{part}": str(contact.get(part, "")) for part in PARTS}
    return typed_now | {f"private_was_{part}": str(before.get(part, "")) for part in PARTS}


def fields_of(error: InvalidInput) -> dict[str, Any]:
    """The messages under the names of the form's fields."""
    nested = error.fields.get("initiative", {})
    beside = {name: messages for name, messages in error.fields.items() if name != "initiative"}
    return fields_of_form({**beside, **(nested if isinstance(nested, dict) else {})})


def _check_consent(values: Mapping[str, Any]) -> None:
    if values["consent"]:
        return
    filled = [name for name in ("contact_email", "contact_telephone") if values[name]]
    if filled:
        raise InvalidInput(fields={name: [NEEDS_CONSENT] for name in filled})


def _day(text: str) -> date:
    """The day that was typed; today when none was."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else local_today()
    except ValueError:
        raise InvalidInput(fields={"consent_on": [N_("This is not a day.")]}) from None


def _formats(session: Session, lines: list[str]) -> list[str]:
    """The addresses of the formats that people named."""
    addresses = [line for line in lines if line.startswith(("https://", "http://"))]
    named = [line for line in lines if line not in addresses]
    if not named:
        return addresses
    rows = session.execute(
        select(KnownTemplate.name, KnownTemplate.uri).where(KnownTemplate.withdrawn_at.is_(None))
    )
    known = {fold(name): uri for name, uri in rows}
    return [*addresses, *(_format(line, known) for line in named)]


def _format(line: str, known: dict[str, str]) -> str:
    if fold(line) not in known:
        alike = [
            name for name, *_score in process.extract(fold(line), known.keys(), limit=1, score_cutoff=85)
        ]
        if not alike:
            error = InvalidInput(UNKNOWN_FORMAT, name=line[:100])
            raise InvalidInput(fields={"activities": [error]})
        return known[alike[0]]
    return known[fold(line)]


def _names_of_formats(session: Session, uris: list[str]) -> list[str]:
    query = select(KnownTemplate.uri, KnownTemplate.name).where(KnownTemplate.uri.in_(uris))
    names = {uri: name for uri, name in session.execute(query)}
    return [names.get(uri) or uri for uri in uris]
