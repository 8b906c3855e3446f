"""A format of the neighbour, our copy of it, and its newer versions."""

from __future__ import annotations

from typing import Any

from node.activity_templates import copying, service
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import get_own
from tests.node.villages import Village

AUSTERLITZ_EET: dict[str, Any] = {
    "name": "Austerlitz Eet",
    "summary": "Samen eten aan een lange tafel.",
    "sections": [
        {"key": "goal", "text": "Niemand eet alleen."},
        {"key": "steps", "text": "Zoek drie koks.\n\nKies een vaste dag."},
    ],
    "parameters": [{"key": "eters", "label": "Hoeveel eters?", "kind": "number", "value": 25}],
    "roles": [{"key": "kok", "name": "Kok", "number": 2}],
    "safeguards": [{"key": "kaart", "text": "Een allergie is privé."}],
    "indicators": ["nl:diners"],
}


def publish_origin(neighbour: Village) -> ActivityTemplate:
    """The first version, at the neighbour's."""
    origin = service.create_template(neighbour.session, AUSTERLITZ_EET)
    service.publish_template(neighbour.session, neighbour.settings, origin)
    return origin


def copy_of(village: Village, neighbour: Village, origin: ActivityTemplate) -> ActivityTemplate:
    """Our copy, with an answer of our own."""
    village.hears(neighbour)
    assert origin.object_uri
    return copying.copy_template(
        village.session, origin.object_uri, name="Elsendorp Eet", answers={"eters": 12}
    )


def improve(
    neighbour: Village,
    origin: ActivityTemplate,
    changes: dict[str, Any],
    *,
    change_class: str = "improvement",
    note: str = "Dit werkt beter.",
) -> None:
    """The next version, at the neighbour's."""
    service.edit_template(neighbour.session, origin, {**origin.draft, **changes})
    said = {"changeClass": change_class, "changeNote": note}
    service.publish_template(neighbour.session, neighbour.settings, origin, said)


def change(village: Village, template: ActivityTemplate, **parts: Any) -> None:
    """Edit our own draft."""
    own = get_own(village.session, template.id)
    service.edit_template(village.session, own, {**own.draft, **parts})


def section(content: dict[str, Any], key: str) -> str:
    """The text of a section."""
    return next((each["text"] for each in content["sections"] if each["key"] == key), "")


def with_section(content: dict[str, Any], key: str, text: str) -> list[dict[str, Any]]:
    """The sections with another text in one of them."""
    return [{**each, "text": text} if each["key"] == key else each for each in content["sections"]]
