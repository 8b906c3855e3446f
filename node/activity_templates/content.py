"""The content of a template: read from a form or the API, hashed, and told in HTML."""

from __future__ import annotations

import hashlib
from typing import Any

import jcs  # type: ignore[import-untyped]
from marshmallow import EXCLUDE, ValidationError

from schemas import fallback
from schemas.errors import InvalidInput
from schemas.fallback import paragraphs
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.objects import ActivityTemplateSchema, Document
from schemas.taxonomies import SECTIONS

__all__ = ["content_of", "hash_of", "load_content", "paragraphs", "sections_of", "to_html"]

_SCHEMA = ActivityTemplateSchema()


def load_content(data: Any) -> Document:
    """Check the content of a template and return it as it travels.

    Raises InvalidInput whose ``fields`` follow the shape of the content.
    """
    try:
        content: Document = _SCHEMA.dump(_SCHEMA.load(data))
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from error
    if unknown := [code for code in content["indicators"] if code not in NATIONAL]:
        message = N_("Choose indicators of the national list.")
        raise InvalidInput(fields={"indicators": [message]}, cause=f"unknown: {unknown}")
    return content


def content_of(document: Document) -> Document:
    """The content within a received template, without what belongs to the record."""
    content: Document = _SCHEMA.dump(_SCHEMA.load(document, unknown=EXCLUDE))
    return content


def hash_of(content: Document) -> str:
    """``sha256:`` and the hash of the content in canonical form (RFC 8785)."""
    return "sha256:" + hashlib.sha256(jcs.canonicalize(content)).hexdigest()


def sections_of(content: Document) -> list[tuple[str, str]]:
    """All ten sections in their fixed order, as (key, text); empty where nothing is written."""
    written = {section["key"]: section["text"] for section in content["sections"]}
    return [(key, written.get(key, "")) for key in SECTIONS.codes]


def to_html(content: Document, owner: str, url: str) -> str:
    """The template for software that does not know templates, with a link to its own page."""
    language = "en" if content["language"] == "en" else "nl"
    parts = [fallback.paragraph(content["summary"])] if content["summary"] else []
    for key, text in sections_of(content):
        if text:
            parts.append(fallback.heading(SECTIONS.label(key, language)))
            parts += [fallback.paragraph(part) for part in paragraphs(text)]
    if content["parameters"]:
        parts.append(fallback.bullets(_answer(parameter) for parameter in content["parameters"]))
    before = "From" if language == "en" else "Een format van"
    return fallback.page(parts, fallback.link_back(f"{before} {owner}:", content["name"], url))


def _answer(parameter: Document) -> str:
    value = parameter["value"]
    shown = "–" if value in (None, "") else f"{value} {parameter['unit']}".strip()
    return f"{parameter['label']}: {shown}"
