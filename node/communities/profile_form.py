"""The profile as a form: what people type becomes the facts of `schemas.initiatives`."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from directory.geography.places import find_places, resolve_place
from node.communities.models import Community
from schemas.errors import InvalidInput

_PLAIN = ("kind", "legalForm", "phase", "volunteersBand", "membersBand")
_CONTACT = ("website", "email", "telephone")


def form_of(community: Community) -> dict[str, Any]:
    """The form's values for a saved profile."""
    facts = community.initiative or {}
    contact = facts.get("contact") or {}
    return {
        "name": community.name,
        "summary": community.summary,
        "telephone": community.telephone,
        "accent": community.accent,
        **{name: facts.get(name) or "" for name in _PLAIN},
        "themes": facts.get("themes") or [],
        "targetGroups": facts.get("targetGroups") or [],
        "places": "\n".join(f"{area['name']} ({area['municipality']})" for area in facts.get("areas") or []),
        "foundedOn": facts.get("foundedOn") or "",
        "hasSupporter": facts.get("hasSupporter") or False,
        **{f"contact_{name}": contact.get(name) or "" for name in _CONTACT},
    }


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, in the shape of `form_of`, so that a form comes back as it was sent."""
    single = ("name", "summary", "telephone", "accent", *_PLAIN, "places", "foundedOn")
    values: dict[str, Any] = {name: form.get(name, "") for name in single}
    values |= {f"contact_{name}": form.get(f"contact_{name}", "").strip() for name in _CONTACT}
    values |= {name: form.getlist(name) for name in ("themes", "targetGroups")}
    return {**values, "hasSupporter": "hasSupporter" in form}


def changes_of(values: dict[str, Any]) -> dict[str, Any]:
    """The changes for `service.save_profile`. Raises InvalidInput with ``fields``."""
    contact = {name: values[f"contact_{name}"] for name in _CONTACT if values[f"contact_{name}"]}
    initiative = {name: values[name] for name in _PLAIN if values[name]}
    initiative |= {
        "themes": values["themes"],
        "targetGroups": values["targetGroups"],
        "areas": [area for line in values["places"].splitlines() if line.strip() for area in [_area(line)]],
        "foundedOn": _year(values["foundedOn"]),
        "hasSupporter": values["hasSupporter"],
        "contact": contact or None,
    }
    return {**values, "initiative": initiative}


def fields_of_form(errors: dict[str, Any]) -> dict[str, Any]:
    """The schema's messages under the names of the form's fields."""
    shown = {name: messages for name, messages in errors.items() if name != "contact"}
    if "areas" in shown:
        shown["places"] = shown.pop("areas")
    contact = errors.get("contact") or {}
    return {**shown, **{f"contact_{name}": messages for name, messages in contact.items()}}


def _area(line: str) -> dict[str, Any]:
    try:
        return resolve_place(line).as_area()
    except InvalidInput as error:
        alike = [place.label for place in find_places(line, limit=3)]
        raise InvalidInput(fields={"places": [error, *alike]}) from None


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit():
        raise InvalidInput(fields={"foundedOn": ["This is not a year."]})
    return int(text)
