"""The content of a template: read from a form or the API, checked and hashed."""

from __future__ import annotations

import hashlib
from typing import Any

import jcs  # type: ignore[import-untyped]
from marshmallow import EXCLUDE, ValidationError

from schemas.activity_templates import ActivityTemplateSchema
from schemas.errors import InvalidInput
from schemas.fallback import paragraphs
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.published import Document
from schemas.taxonomies import SECTIONS

__all__ = ["content_of", "hash_of", "load_content", "paragraphs", "sections_of", "title_of"]

MOST_CONTENT = 120_000
"""Bytes of a content as JSON: with its HTML, which stands twice beside it, it still fits an inbox."""

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
    if len(jcs.canonicalize(content)) > MOST_CONTENT:
        raise InvalidInput(N_("This format is too long for the network. Make some parts shorter."))
    return content


def content_of(document: Document) -> Document:
    """The content within a received template, without what belongs to the record."""
    written = {**document, "pictures": [_without_address(each) for each in document.get("pictures", [])]}
    content: Document = _SCHEMA.dump(_SCHEMA.load(written, unknown=EXCLUDE))
    return content


def hash_of(content: Document) -> str:
    """``sha256:`` and the hash of the content in canonical form (RFC 8785)."""
    return "sha256:" + hashlib.sha256(jcs.canonicalize(content)).hexdigest()


def sections_of(content: Document) -> list[Document]:
    """The ten known sections in their fixed order, empty where nothing is written; then one's own."""
    written = {section["key"]: section for section in content["sections"]}
    known = [written.get(key, {"key": key, "text": ""}) for key in SECTIONS.codes]
    return known + [section for key, section in written.items() if key not in SECTIONS]


def title_of(section: Document, language: str = "nl") -> str:
    """The name of a section: its own, or that of the list."""
    return section.get("title") or SECTIONS.label(section["key"], "en" if language == "en" else "nl")


def _without_address(picture: Document) -> Document:
    """Where the bytes of a picture are is no part of what was written."""
    return {name: value for name, value in picture.items() if name != "url"}
