"""What a format would look like while it is being written: as much of it as is right already."""

from __future__ import annotations

from typing import Any

from node.activity_templates.content import load_content
from node.activity_templates.form_rows import without_blanks
from node.activity_templates.forms import Values, to_content
from schemas.activity_templates import KEYED_LISTS
from schemas.errors import InvalidInput
from schemas.published import Document

_EMPTY: Document = {"summary": "", "indicators": [], "language": "nl"}


def preview_of(values: Values, language: str, unnamed: str) -> tuple[Document, int]:
    """The content that can be shown, and how many things in the form are not right yet."""
    content = to_content(without_blanks(values), language)
    wrong = 0
    for _attempt in range(3):
        try:
            return load_content(content), wrong
        except InvalidInput as error:
            wrong += sum(_count(problem) for problem in error.fields.values())
            content = _without(content, error.fields, unnamed)
    return load_content({"name": unnamed}), wrong


def _without(content: Document, problems: dict[str, Any], unnamed: str) -> Document:
    """The content with what is wrong taken out of it."""
    left = dict(content)
    for part, problem in problems.items():
        if part == "name":
            left["name"] = unnamed
        elif part in KEYED_LISTS:
            wrong = problem if isinstance(problem, dict) else range(len(content[part]))
            left[part] = [item for at, item in enumerate(content[part]) if at not in wrong]
        elif part in _EMPTY:
            left[part] = _EMPTY[part]
    return left


def _count(problem: Any) -> int:
    return len(problem) if isinstance(problem, dict) else 1
