"""Marks texts for translation where no language is known yet: services, schemas and errors."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for this marker
    """Return ``message`` unchanged; the extractor finds it by this call."""
    return message
