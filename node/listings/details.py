"""What the page of an entry adds: its further facts, who said them, and the way to change them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date
from sqlalchemy import select

from directory.replica.entries import Entry
from directory.replica.templates import KnownTemplate
from federation.actors.identities import find_identity
from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.listings.words import field_name, told

_FACTS = {
    "otherNames": "other_names",
    "kvkNumber": "kvk_number",
    "partners": "partners",
    "languages": "languages",
    "accessibility": "accessibility",
}


def entry_details(entry: Entry) -> dict[str, Any]:
    """The further facts of an entry, for its page."""
    facts = [(name, told(name, getattr(entry, column))) for name, column in _FACTS.items()]
    return {
        "facts": [{"name": field_name(name), "value": value} for name, value in facts if value],
        "formats": _formats(entry.activities),
        "sources": [_source(each) for each in entry.sources],
        "may_change": _is_ours(entry) and may(Action.SEE_WORKPLACE),
        "may_decide": may(Action.COORDINATE),
    }


def _source(said: dict[str, Any]) -> dict[str, str]:
    day = format_date(date.fromisoformat(said["statedOn"]), "long")
    return {"name": field_name(said["field"]), "source": said["sourceName"], "day": day}


def _formats(uris: list[str]) -> list[dict[str, str]]:
    known = {}
    if uris:
        query = select(KnownTemplate).where(KnownTemplate.uri.in_(uris), KnownTemplate.withdrawn_at.is_(None))
        known = {each.uri: each for each in current_session.scalars(query)}
    return [_format(uri, known.get(uri)) for uri in uris]


def _format(uri: str, known: KnownTemplate | None) -> dict[str, str]:
    """A format that we know by name with its page; another by its address, which leads nowhere here."""
    if known is None:
        return {"name": uri, "url": ""}
    return {"name": known.name, "url": url_for("activity_templates.show", key=known.key)}


def _is_ours(entry: Entry) -> bool:
    hub = find_identity(current_session, "hub")
    return not entry.has_node and hub is not None and entry.owner_uri == hub.actor_uri
