"""The facts of an initiative as a form: what people type becomes `schemas.initiatives`, and back."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from directory.geography.places import find_places, resolve_place
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.numbers import read_digits

PLAIN = ("kind", "legalForm", "phase", "volunteersBand", "membersBand", "kvkNumber")
CHOSEN = ("themes", "targetGroups", "languages", "accessibility")
LISTED = ("otherNames", "partners")
CONTACT = ("website", "email", "telephone")
_SUPPORTER = {"yes": True, "no": False}


def values_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The form's values for saved facts."""
    contact = facts.get("contact") or {}
    supporter = {True: "yes", False: "no"}.get(facts.get("hasSupporter"), "")  # type: ignore[arg-type]
    return {
        **{name: facts.get(name) or "" for name in PLAIN},
        **{name: facts.get(name) or [] for name in CHOSEN},
        **{name: "\n".join(facts.get(name) or []) for name in LISTED},
        "places": "\n".join(f"{area['name']} ({area['municipality']})" for area in facts.get("areas") or []),
        "foundedOn": facts.get("foundedOn") or "",
        "hasSupporter": supporter,
        **{f"contact_{name}": contact.get(name) or "" for name in CONTACT},
    }


def typed_facts(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, in the shape of `values_of`, so that a form comes back as it was sent."""
    single = (*PLAIN, *LISTED, "places", "foundedOn", "hasSupporter")
    values: dict[str, Any] = {name: form.get(name, "") for name in single}
    values |= {f"contact_{name}": form.get(f"contact_{name}", "").strip() for name in CONTACT}
    return values | {name: form.getlist(name) for name in CHOSEN}


def facts_of(values: dict[str, Any]) -> dict[str, Any]:
    """The facts that a form tells; None for what it leaves empty. Raises InvalidInput with ``fields``."""
    contact = {name: values[f"contact_{name}"] for name in CONTACT if values[f"contact_{name}"]}
    return {
        **{name: values[name].strip() or None for name in PLAIN},
        **{name: values[name] for name in CHOSEN},
        **{name: lines_of(values[name]) for name in LISTED},
        "areas": [_area(line) for line in lines_of(values["places"])],
        "foundedOn": _year(str(values["foundedOn"])),
        "hasSupporter": _SUPPORTER.get(values["hasSupporter"]),
        "contact": contact or None,
    }


def fields_of_form(errors: dict[str, Any]) -> dict[str, Any]:
    """The schema's messages under the names of the form's fields."""
    shown = {name: messages for name, messages in errors.items() if name != "contact"}
    if "areas" in shown:
        shown["places"] = shown.pop("areas")
    for name in (*LISTED, *CHOSEN):
        if isinstance(shown.get(name), dict):  # of one of several: its message stands for all
            shown[name] = next(iter(shown[name].values()))
    contact = errors.get("contact") or {}
    return {**shown, **{f"contact_{name}": messages for name, messages in contact.items()}}


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _area(line: str) -> dict[str, Any]:
    try:
        return resolve_place(line).as_area()
    except InvalidInput as error:
        alike = [place.label for place in find_places(line, limit=3)]
        raise InvalidInput(fields={"places": [error, *alike]}) from None


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    year = read_digits(text.strip())
    if year is None:
        raise InvalidInput(fields={"foundedOn": [N_("This is not a year.")]})
    return year
