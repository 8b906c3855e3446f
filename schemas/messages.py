"""Marks texts for translation where no language is known yet: services, schemas and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(message: str) -> str:  # gettext's own name for it
    """Return ``message`` unchanged; the extractor finds it by this call."""
    return message


FROM_MARSHMALLOW = (
    N_("Field may not be null."),
    N_("Missing data for required field."),
    N_("Not a valid number."),
    N_("Not a valid string."),
)
"""What marshmallow says by itself where a field has no words of its own."""


@dataclass(frozen=True)
class Message:
    """A text of a service that is no error, translated at the edge; ``kind`` is one stable word."""

    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
