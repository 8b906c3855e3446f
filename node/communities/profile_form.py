"""The profile as a form: the community's own words, and the facts of its initiative."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from node.communities.facts_form import facts_of, typed_facts, values_of
from node.communities.models import Community

_OWN = ("name", "summary", "telephone", "accent")


def form_of(community: Community) -> dict[str, Any]:
    """The form's values for a saved profile."""
    values = values_of(community.initiative or {})
    own = {name: getattr(community, name) for name in _OWN}
    return {**values, **own, "hasSupporter": values["hasSupporter"] == "yes"}


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, in the shape of `form_of`, so that a form comes back as it was sent."""
    own = {name: form.get(name, "") for name in _OWN}
    return {**typed_facts(form), **own, "hasSupporter": "hasSupporter" in form}


def changes_of(values: dict[str, Any]) -> dict[str, Any]:
    """The changes for `service.save_profile`. Raises InvalidInput with ``fields``."""
    facts = facts_of({**values, "hasSupporter": "yes" if values["hasSupporter"] else "no"})
    return {**values, "initiative": {name: value for name, value in facts.items() if value is not None}}
