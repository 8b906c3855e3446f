"""Facts of a profile and their differences in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from flask_babel import gettext as _
from sqlalchemy import select

from directory.replica.templates import KnownTemplate
from federation.flask_session import current_session
from node.communities.models import ACCENTS
from node.listings.content import Difference
from node.listings.words import FIELDS, field_name, told
from schemas.messages import N_

ACCENT_LABELS = {
    "leaf": N_("leaf green"),
    "sea": N_("sea blue"),
    "plum": N_("plum"),
    "brick": N_("brick red"),
    "moss": N_("moss green"),
}
"""The names of `node.communities.models.ACCENTS`."""

_OWN = {"telephone": N_("Telephone number for neighbours"), "accent": N_("Colour of your village")}


class _HasField(Protocol):
    @property
    def field(self) -> str: ...


F = TypeVar("F", bound=_HasField)


def accents() -> list[tuple[str, str]]:
    """The colours to choose from."""
    return [(code, _(ACCENT_LABELS[code])) for code in ACCENTS]


def name_of_fact(field: str) -> str:
    """What a fact is called."""
    return _(_OWN[field]) if field in _OWN else field_name(field)


def value_of_fact(field: str, value: Any) -> str:
    """A value as people read it; "" for nothing."""
    if field == "accent":
        return str(_(ACCENT_LABELS[value]))
    if field == "activities" and value:
        return ", ".join(_format_names(value))
    return told(field, value)


def in_order(facts: Iterable[F]) -> list[F]:
    """Facts in the order in which people read them."""
    places = {name: at for at, name in enumerate(FIELDS)}
    return sorted(facts, key=lambda each: places.get(each.field, len(places)))


def shown_changes(found: list[Difference]) -> list[dict[str, str]]:
    """Differences as rows of a table."""
    return [
        {
            "name": name_of_fact(each.field),
            "before": value_of_fact(each.field, each.before),
            "after": value_of_fact(each.field, each.after),
        }
        for each in in_order(found)
    ]


def _format_names(uris: list[str]) -> list[str]:
    query = select(KnownTemplate.uri, KnownTemplate.name).where(KnownTemplate.uri.in_(uris))
    known = {uri: name for uri, name in current_session.execute(query)}
    return [known.get(uri) or uri for uri in uris]
