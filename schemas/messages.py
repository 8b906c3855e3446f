"""Marks texts for translation where no language is known yet: services, schemas and errors."""

from __future__ import annotations


def N_(message: str) -> str:  # gettext's own name for it
    """Return ``message`` unchanged; the extractor finds it by this call."""
    return message
