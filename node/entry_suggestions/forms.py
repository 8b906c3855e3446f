"""The public form: what may be typed, and what tells a person from a program that spreads advertising."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from directory.geography.places import Place, find_places, resolve_place
from federation.database import now
from federation.settings import Settings
from node.listings.content import Content, checked
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.numbers import read_digits
from schemas.personal_data import HINTS, signs_in

TEXTS = {"name": 120, "summary": 600, "kind": 40, "place": 100, "website": 300, "email": 254, "is_another": 1}
"""The fields, and how many characters count."""
TRAP = "fax"
"""A field that people do not see; who fills it in is no person."""
QUICKEST, SLOWEST = timedelta(seconds=4), timedelta(hours=24)
_LINK = re.compile(r"https?:|www\.|</|\[url", re.IGNORECASE)
_DOMAIN = re.compile(r"\w\.(?:[a-z]{2,}|[A-Z]{2,})\b")
"""An address without more, which mail programs turn into a link; “v.v.Esbeek” and “St.Jan” are none."""
_NO_LINKS = N_("Leave out web addresses here. There is a field for the website.")


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, in the shape in which the form comes back."""
    return {name: form.get(name, "").strip()[:most] for name, most in TEXTS.items()}


def stamp(settings: Settings, at: datetime) -> str:
    """When the form was opened, in a way that nobody else can write."""
    told = str(int(at.timestamp()))
    return f"{told}.{_seal(settings, told)}"


def check_pace(settings: Settings, given: str) -> None:
    """Raise InvalidInput for a form that was filled in faster than people can, or opened long ago."""
    told, _dot, seal = given.partition(".")
    opened = read_digits(told, 10**12 - 1)
    if opened is None or not hmac.compare_digest(seal.encode(), _seal(settings, told).encode()):
        raise InvalidInput(N_("This form was open for too long. Send it once more."))
    age = now() - datetime.fromtimestamp(opened, UTC)
    if age > SLOWEST:
        raise InvalidInput(N_("This form was open for too long. Send it once more."))
    if age < QUICKEST:
        raise InvalidInput(N_("That was very fast. Look at it once more, and send it."))


def content_of(values: Mapping[str, str]) -> Content:
    """The listing that is proposed. Raises InvalidInput with ``fields`` under the names of the form."""
    errors = {name: [each] for name in ("name", "summary") if (each := _objection(values[name]))}
    if _DOMAIN.search(values["name"]):
        errors.setdefault("name", [_NO_LINKS])
    if not values["name"]:
        errors["name"] = [N_("Missing data for required field.")]
    place = _place(values["place"], errors)
    contact = {"contact": {"website": _website(values["website"])}} if values["website"] else {}
    initiative = {"kind": values["kind"], "areas": [place.as_area()] if place else [], **contact}
    told = {"name": values["name"], "summary": values["summary"], "initiative": initiative}
    try:
        content = checked(told)
    except InvalidInput as error:
        raise InvalidInput(fields={**_flat(error.fields), **errors}) from None
    if errors:
        raise InvalidInput(fields=errors)
    return content


def places_like(text: str) -> list[Place]:
    """The places to choose from while the name alone does not tell which one."""
    return find_places(text, 6) if text else []


def _place(text: str, errors: dict[str, list[Any]]) -> Place | None:
    if not text:
        errors["place"] = [N_("Choose at least one place.")]
        return None
    try:
        return resolve_place(text)
    except InvalidInput as error:
        errors["place"] = [error]
        return None


def _objection(text: str) -> str:
    """What should not stand in a public text: links, and signs of one person."""
    if _LINK.search(text):
        return _NO_LINKS
    return next((HINTS[sign] for sign in signs_in(text)), "")


def _website(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The messages of the schema under the names of the form."""
    initiative = fields.get("initiative", {})
    nested = initiative if isinstance(initiative, dict) else {}
    contact = nested.get("contact", {})
    website = {"website": contact["website"]} if isinstance(contact, dict) and "website" in contact else {}
    kind = {"kind": [N_("Choose one of the list.")]} if "kind" in nested else {}
    beside = {name: messages for name, messages in fields.items() if name != "initiative"}
    return {**beside, **website, **kind}


def _seal(settings: Settings, told: str) -> str:
    key = settings.resolved_secret_key
    return hmac.new(key.encode(), f"entry suggestion {told}".encode(), hashlib.sha256).hexdigest()[:32]
