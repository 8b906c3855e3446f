"""A story as the network and other software read it (docs/adr/0016). The consent has no place here."""

from __future__ import annotations

from markupsafe import Markup

from node.stories.models import Story
from schemas import fallback
from schemas.objects import Document, wire_type

_EXAMPLE = "Voorbeeld: dit verhaal is verzonnen."


def story_document(story: Story, *, owner: str, base_url: str) -> Document:
    """The article of a story, made of its public texts alone."""
    url = f"{base_url}/verhalen/{story.id}"
    document: Document = {
        **wire_type("Story"),
        "name": story.name,
        "summary": fallback.plain(_summary(story)),
        **fallback.in_language("nl", story.name, _html(story, owner, url)),
        "text": story.text,
        "toldBy": story.told_by,
        "aboutTemplate": story.about_template,
        "shownUntil": story.shown_until.isoformat(),
        "inLanguage": "nl",
        "exampleData": story.example_data,
        "url": url,
    }
    return document | ({"id": story.object_uri} if story.object_uri else {})


def _summary(story: Story) -> str:
    """How it begins and who tells it: Mastodon shows this, and the content not at all."""
    told = f"{story.told_by} vertelt:" if story.told_by else ""
    notice = _EXAMPLE if story.example_data else ""
    return " ".join(part for part in (notice, told, fallback.lead(story.text)) if part)


def _html(story: Story, owner: str, url: str) -> str:
    parts = [Markup("<p><strong>{}</strong></p>").format(_EXAMPLE)] if story.example_data else []
    parts += [fallback.facts([("Verteld door", story.told_by)])] if story.told_by else []
    parts += [fallback.paragraph(part) for part in fallback.paragraphs(story.text)]
    return fallback.page(parts, fallback.link_back(f"Een verhaal uit {owner}:", story.name, url))
